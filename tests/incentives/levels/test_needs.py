"""What levels may ask: given what a member did, when it is looked at, then."""

from typing import Any

import pytest

from services.incentives.levels.daily import added, different, seen, summed
from services.incentives.levels.kinds import discover
from services.incentives.policy.commands import check
from services.incentives.policy.rehearsal import Rehearsal

READ = {"sum": "data.posts", "on": "member.read"}
LIKERS = {"distinct": "member", "on": "reaction.added", "received": True, "at_least": 2}


def policy(*needs: Any, **level: Any) -> dict[str, Any]:
    """Two rungs: whoever meets the needs stands on the second."""
    rungs = [{"name": "guest"}, {"name": "known", "needs": list(needs), **level}]
    return {"ladders": {"main": {"demotion": "rolling", "levels": rungs}}}


def act(type_: str, member: str | None, day: int, **data: Any) -> dict[str, Any]:
    """An action on a day of March."""
    space = data.pop("space", None)
    time = f"2026-03-{day:02}T10:00:00+08:00"
    return {"type": type_, "member": member, "time": time, "space": space, "data": data}


def level(document: dict[str, Any], *actions: dict[str, Any]) -> int:
    """Ann's level after the actions."""
    rehearsal = Rehearsal(document)
    rehearsal.play(actions)
    return rehearsal.standing("ann").level


POST = act("post.created", "ann", 1, post="p")


def like(who: str | None, day: int, **more: Any) -> dict[str, Any]:
    return act("reaction.added", who, day, target="p", kind="like", **more)


@pytest.mark.parametrize(
    ("need", "actions", "expected"),
    [
        ({**READ, "at_least": 5}, [act("member.read", "ann", 1, posts=5)], 2),
        ({**READ, "at_least": 5}, [act("member.read", "ann", 1, posts=4)], 1),
        (
            {**READ, "at_least": 5, "days": 2},
            [act("member.read", "ann", 1, posts=4), act("member.read", "ann", 3, posts=4)],
            1,
        ),
        (
            {**READ, "at_least": 5, "days": 3},
            [act("member.read", "ann", 1, posts=4), act("member.read", "ann", 3, posts=4)],
            2,
        ),
        (
            {"count": "post.created", "kind": "original", "when": {"space": "tea"}, "at_least": 1},
            [act("post.created", "ann", 1, post="o", original=True, space="tea")],
            2,
        ),
        (
            {"count": "post.created", "kind": "original", "when": {"space": "tea"}, "at_least": 1},
            [act("post.created", "ann", 1, post="o", space="tea")],
            1,
        ),
        (LIKERS, [like("bob", 1), like("bob", 2)], 1),
        (LIKERS, [like("bob", 1), like("cy", 2)], 2),
        (LIKERS, [like(None, 1), like(None, 2), like("cy", 2)], 1),
        ({**LIKERS, "days": 2}, [like("bob", 1), like("cy", 3)], 1),
        ({**LIKERS, "when": {"self": False}}, [like("ann", 1), like("cy", 1)], 1),
        (
            {**LIKERS, "when": {"space": "tea"}},
            [like("bob", 1, space="tea"), like("cy", 1, space="milk")],
            1,
        ),
        ({**LIKERS, "distinct": "day"}, [like("bob", 1), like("cy", 1)], 1),
        ({**LIKERS, "distinct": "day"}, [like("bob", 1), like("cy", 2)], 2),
        (
            {"distinct": "data.thread", "on": "reply.created", "at_least": 2},
            [
                act("reply.created", "ann", 1, post="a", thread="t"),
                act("reply.created", "ann", 1, post="b", thread="t"),
            ],
            1,
        ),
        (
            {"distinct": "data.thread", "on": "reply.created", "at_least": 2},
            [
                act("reply.created", "ann", 1, post="a", thread="t"),
                act("reply.created", "ann", 1, post="b", thread="u"),
            ],
            2,
        ),
        (
            {"count": "post.created", "when": {"space": "tea"}, "at_least": 1},
            [act("post.created", "ann", 1, post="q", space="milk")],
            1,
        ),
        (
            {"count": "post.created", "when": {"space": "tea"}, "at_least": 1},
            [act("post.created", "ann", 1, post="q", space="tea")],
            2,
        ),
        ({"role": "host"}, [act("role.appointed", "ann", 1, role="host")], 2),
        (
            {"role": "host"},
            [
                act("role.appointed", "ann", 1, role="host", until="2026-03-02T00:00:00Z"),
                like("ann", 4),
            ],
            1,
        ),
    ],
)
def test_a_need_counts_what_it_says(
    need: dict[str, Any], actions: list[dict[str, Any]], expected: int
) -> None:
    document = policy(need)
    assert check(document) == []
    assert level(document, POST, *actions) == expected


def test_a_share_follows_what_everybody_does() -> None:
    wanted = {"percent": 50, "of": "post.created", "most": 3}
    document = policy({**READ, "at_least": wanted, "days": 10})
    posts = [act("post.created", "bob", 1, post=f"b{i}") for i in range(3)]
    read = act("member.read", "ann", 2, posts=2)
    assert level(document, *posts, read) == 2
    assert level(document, POST, *posts, *posts[:1], read) == 1
    assert level(document, *posts * 40, act("member.read", "ann", 2, posts=3)) == 2
    assert level(document, *posts * 40, act("member.read", "ann", 12, posts=0)) == 2


def test_sanctions_are_counted_and_lifted_again() -> None:
    needs = ({"active_days": 1}, {"sanctioned": ["mute", "ban"], "at_most": 0, "days": 10})
    document = policy(*needs)
    muted = act("member.sanctioned", "ann", 1, sanction="mute")
    warned = act("member.sanctioned", "ann", 1, sanction="warn")
    lifted = act("member.sanctioned", "ann", 2, sanction="lift")
    assert level(document, POST, warned, lifted) == 2
    assert level(document, POST, muted) == 1
    assert level(document, POST, muted, lifted) == 2
    assert level(document, POST, lifted, muted) == 1
    assert level(document, POST, muted, like("ann", 11)) == 2


def test_a_rung_may_be_kept_held_or_lost_late() -> None:
    need = {"count": "member.checked_in", "at_least": 10, "days": 20}
    ten = [act("member.checked_in", "ann", day) for day in range(1, 11)]
    late = act("post.created", "ann", 21, post="z")  # nine are left
    later = act("post.created", "ann", 22, post="y")  # eight
    assert level(policy(need), *ten, late) == 1
    assert level(policy(need, kept=True), *ten, late) == 2
    assert level(policy(need, loses_below=0.9), *ten, late) == 2
    assert level(policy(need, loses_below=0.9), *ten, late, later) == 1
    assert level(policy(need, held_days=12), *ten, late) == 2
    assert level(policy(need, held_days=12), *ten, late, later) == 1


PARENTING = {
    "ladders": {
        "parenting": {
            "title": {"en": "Parenting", "zh": "育儿达人"},
            "demotion": "rolling",
            "score": {
                "quality": [
                    {
                        "weight": 5,
                        "of": {
                            "count": "post.featured",
                            "received": True,
                            "when": {"space": "育儿"},
                        },
                    },
                    {
                        "of": {
                            "distinct": "member",
                            "on": "reaction.added",
                            "received": True,
                            "when": {"space": "育儿", "self": False},
                            "days": 20,
                        }
                    },
                ],
                "frequency": {
                    "distinct": "day",
                    "on": "post.created",
                    "when": {"space": "育儿"},
                    "days": 20,
                },
            },
            "levels": [{"name": "新手"}, {"name": "达人", "at_least": 14}],
        }
    }
}


def test_a_ladder_of_a_theme_multiplies_quality_by_frequency() -> None:
    assert check(PARENTING) == []
    posts = [act("post.created", "ann", day, post=f"p{day}", space="育儿") for day in (1, 2)]
    featured = act("post.featured", None, 3, post="p1", space="育儿")
    likes = [
        act("reaction.added", who, 3, target="p1", kind="like", space="育儿")
        for who in ("bob", "cy", "bob", "ann")
    ]
    assert level(PARENTING, *posts, featured, *likes) == 2  # (5 + 2) times 2
    assert level(PARENTING, posts[0], featured, *likes) == 1  # times 1
    assert level(PARENTING, *posts, *likes) == 1
    elsewhere = {**featured, "space": "美食"}
    assert level(PARENTING, *posts, elsewhere, *likes) == 1
    assert level(PARENTING, *posts, featured, *likes, act("member.checked_in", "ann", 22)) == 1


@pytest.mark.parametrize(
    ("need", "words"),
    [
        ({"distinct": "day", "on": "post.created"}, "at_least or at_most"),
        ({**READ, "at_least": 0}, "1 or more"),
        ({**READ, "at_least": 1, "at_most": 2}, "not both"),
        ({**LIKERS, "at_least": 1000}, "fewer than 1000"),
        ({"luck": 3}, "one of active_days, count, distinct, role, sanctioned, sum"),
        ({**READ, "at_least": {"percent": 101, "of": "post.created"}}, "less than or equal to 100"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused_where_it_stands(
    need: dict[str, Any], words: str
) -> None:
    (fault,) = check(policy(need))
    assert fault.pointer.startswith("/ladders/main/levels/1/needs/0")
    assert words in fault.detail


def test_a_score_asks_for_nothing() -> None:
    score = {"quality": [{"of": LIKERS}], "frequency": {"distinct": "day", "on": "post.created"}}
    (fault,) = check({"ladders": {"x": {"score": score, "levels": [{"name": "a"}]}}})
    assert (fault.pointer, "a score counts" in fault.detail) == ("/ladders/x/score", True)


def test_kinds_are_found_by_being_there() -> None:
    keys = [model.key for model in discover()]
    assert keys == ["active_days", "count", "distinct", "role", "sanctioned", "sum"]
    assert all(next(iter(model.model_fields.keys() - {"title"}), None) for model in discover())


def test_what_is_kept_is_bounded_and_late_days_find_their_place() -> None:
    kept: Any = None
    for day in range(500):
        kept = added(kept, day, 1, 7)
    assert len(kept) == 7
    assert summed(added(kept, 480, 5, 7), 499, 7) == 7
    assert summed(added(kept, 495, 5, 7), 499, 7) == 12
    values: Any = None
    for value in range(50):
        values = seen(values, value, value, 3)
    assert list(values) == [47, 48, 49]
    assert different(seen(values, 7, 1, 3), 49, 2) == 2
