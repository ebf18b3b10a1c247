"""Policies are data: what is allowed where, and what they promise."""

from typing import Any

import pytest

from services.incentives.policy.commands import Incentives, check
from services.incentives.policy.conditions import Comparison, holds
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.policy import library


@pytest.mark.parametrize("name", ["commerce", "interest", "knowledge", *library.names()])
def test_what_is_shipped_keeps_its_promises(name: str) -> None:
    document = library.shipped(name)
    assert check(document) == []
    assert document["tests"]


STEPS = [{"kind": "count", "action": "post.created"}]


def rule(**changes: Any) -> dict[str, Any]:
    good = {"name": "liked", "on": "reaction.added", "author": {"points": 1}}
    return {"points": [{**good, **changes}]}


@pytest.mark.parametrize(
    ("document", "pointer", "words"),
    [
        (rule(on="post.craeted"), "/points/0/on", "no such action type"),
        (rule(when={"data.kinds!": 1}), "/points/0/when/data.kinds!", "allowed are data.<name>"),
        (
            rule(when={"data.length": {"atleast": 1}}),
            "/points/0/when/data.length/atleast",
            "no such field",
        ),
        (
            rule(author={"stars": 1}),
            "/points/0/author/stars",
            "rule liked names the account stars; there are points",
        ),
        (rule(author={}), "/points/0", "gives nothing"),
        (rule(most={"year": 5}), "/points/0/most/year", "'day', 'week', 'month' or 'lifetime'"),
        ({**rule(), "caps": [{"name": "c", "per": "day"}]}, "/caps/0", "give either most"),
        (
            {**rule(), "caps": [{"name": "c", "per": "day", "most": 1, "exempt": ["x"]}]},
            "/caps/0/exempt/0",
            "cap c names the rule x; there are liked",
        ),
        (
            {"badges": {"b": {"kind": "stars"}}},
            "/badges/b",
            "'count', 'days', 'granted', 'score', 'streak', 'views'",
        ),
        (
            {"ladders": {"main": {"levels": [{"name": "a", "at_least": 5}, {"name": "b"}]}}},
            "/ladders/main/levels/1/at_least",
            "must not fall",
        ),
        (
            {"dated": [{"from": "2019-11-13T00:00:00Z", **rule(on="x.y")}]},
            "/dated/0/points/0/on",
            "no",
        ),
        ({"dated": [{"from": "someday"}]}, "/dated", "RFC 3339"),
        (
            {"badges": {"b": {"kind": "streak", "streak": "daily", "at_least": 7}}},
            "/badges/b/streak",
            "badge b names the streak daily; there are none",
        ),
        (
            {"streaks": {"s": {"milestones": [{"at": 7, "gives": {"stars": 1}}]}}},
            "/streaks/s/milestones/0/gives/stars",
            "streak s names the account stars; there are points, growth",
        ),
        (
            {"streaks": {"s": {"milestones": [{"at": 7, "gives": {"points": 0}}]}}},
            "/streaks/s/milestones/0",
            "gives more than 0",
        ),
        (
            {"streaks": {"s": {"milestones": [{"at": 7, "gives": {"points": 1}}] * 2}}},
            "/streaks/s",
            "two milestones have the same length",
        ),
        (
            {
                "quests": {
                    "a": {"steps": STEPS, "after": ["b"]},
                    "b": {"steps": STEPS, "after": ["c"]},
                    "c": {"steps": STEPS, "after": ["b"]},
                }
            },
            "/quests/b/after/0",
            "quests wait for each other: b after c after b",
        ),
        (
            {"quests": {"a": {"steps": STEPS, "after": ["z"]}}},
            "/quests/a/after/0",
            "names the quest z; there are a",
        ),
        ({"quests": {"a": {"steps": []}}}, "/quests/a/steps", "at least 1"),
        (
            {"quests": {"a": {"steps": [{"kind": "luck"}]}}},
            "/quests/a/steps/0",
            "'badge', 'count', 'days', 'level', 'streak'",
        ),
        (
            {"quests": {"a": {"steps": STEPS, "every": "week", "days": 3}}},
            "/quests/a",
            "what begins anew each week ends with it",
        ),
        (
            {"quests": {"a": {"steps": STEPS, "badge": "x"}}},
            "/quests/a/badge",
            "quest a names the badge x; there are none",
        ),
        ({"guards": {"hold": {"hours": 5}}}, "/guards/hold", "say when: pair_share, ring, burst"),
        ({"guards": {"self_reward": "no"}}, "/guards/self_reward", "'never' or 'allowed'"),
        (
            {"guards": {"exempt": ["x"]}},
            "/guards/exempt/0",
            "guards names the rule x; there are none",
        ),
        (
            {"guards": {"hold": {"pair_share": {"account": "stars"}}}},
            "/guards/hold/pair_share/account",
            "guards names the account stars; there are points, growth",
        ),
        ({"guards": {"burst": {"most": 900, "minutes": 1}}}, "/guards/burst/most", "200"),
        (
            {"streaks": {"s": {"per": "week", "make_up": {"most": 1, "per": "week"}}}},
            "/streaks/s",
            "say per: month",
        ),
    ],
)
def test_a_wrong_one_is_told_where_and_what_is_allowed(
    document: dict[str, Any], pointer: str, words: str
) -> None:
    faults = check(document)
    assert any(pointer == fault.pointer and words in fault.detail for fault in faults), faults


def test_a_broken_promise_is_told_by_name() -> None:
    test = {
        "name": "a like pays 2",
        "given": [
            {"type": "post.created", "member": "ann", "data": {"post": "p"}},
            {"type": "reaction.added", "data": {"target": "p"}},
        ],
        "then": {"ann": {"points": 2}},
    }
    faults = check({**rule(), "tests": [test]})
    assert [fault.pointer for fault in faults] == ["/tests/0/then/ann/points"]
    assert "a like pays 2: expected 2, the policy gives 1" in faults[0].detail


def test_sections_of_others_are_left_alone() -> None:
    assert check({**rule(), "health": {"anything": 1}, "alerts": 5}) == []


def test_there_is_a_schema_of_it() -> None:
    schema = Incentives.model_json_schema()
    sections = {"accounts", "points", "caps", "ladders", "badges", "boards", "streaks", "rewards"}
    sections |= {"gate", "guards", "quests", "spaces", "roles", "stars", "tiers"}
    sections |= {"super_users", "segments", "anniversaries", "keywords", "referrals"}
    assert sections == set(schema["properties"])


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("like", "like", True),
        ("like", ["love", "like"], True),
        ("like", None, False),
        (False, None, True),
        (False, 0, False),
        (True, 1, False),
        (1, True, False),
        (("a", "b"), "b", True),
        (("a", "b"), ["c"], False),
        (Comparison(at_least=5), 5, True),
        (Comparison(at_least=5), "9", False),
        (Comparison(at_least=5, at_most=6), 7, False),
        (Comparison(between=(1, 3)), 3, True),
        (Comparison(not_="x"), None, True),
        (Comparison(not_in=("x",)), "x", False),
        (Comparison(present=True), 0, True),
        (Comparison(present=False), None, True),
        (Comparison(in_=("sat", "sun")), "sat", True),
    ],
)
def test_comparisons(wanted: Any, value: Any, expected: bool) -> None:
    assert holds(wanted)(value) is expected


@pytest.mark.parametrize(
    ("when", "given", "matches"),
    [
        (
            {"weekday": "mon", "hour": {"between": [8, 9]}},
            {"time": "2026-03-02T08:30:00+08:00"},
            True,
        ),
        ({"weekday": "mon"}, {"time": "2026-03-01T15:30:00Z"}, False),
        ({"space": "oolong"}, {"space": "oolong"}, True),
        ({"space": "oolong"}, {}, False),
        ({"target.kind": "photo", "self": False}, {}, True),
        ({"self": True}, {}, False),
        ({"author.role": "host"}, {}, True),
        ({"role": "regular", "level": 1, "known": True}, {}, True),
    ],
)
def test_fields_of_conditions(when: dict[str, Any], given: dict[str, Any], matches: bool) -> None:
    rehearsal = Rehearsal(rule(when=when))
    host = {"type": "role.appointed", "member": "ann", "data": {"role": "host"}}
    post = {"type": "post.created", "member": "ann", "data": {"post": "p", "kind": "photo"}}
    like = {"type": "reaction.added", "member": "bob", "data": {"target": "p"}, **given}
    rehearsal.play([host, post, like])
    assert rehearsal.standing("ann").accounts.get("points", 0) == int(matches)


def test_multipliers_are_exact_and_cut_fractions_off() -> None:
    factors = [{"by": 1.1}, {"by": 1.5, "when": {"data.kind": "gold"}}]
    rehearsal = Rehearsal(rule(author={"points": 10}, multiply=factors))
    post = {"type": "post.created", "member": "ann", "data": {"post": "p"}}
    likes = [{"type": "reaction.added", "data": {"target": "p", "kind": k}} for k in ("x", "gold")]
    rehearsal.play([post, *likes])
    assert rehearsal.standing("ann").accounts["points"] == 11 + 16


@pytest.mark.parametrize(
    ("type_", "data", "where"),
    [
        ("order.paid", {}, "data.order"),
        ("post.created", {"post": ["p"]}, "data.post"),
        ("reward.redeemed", {"reward": "mug"}, "data.redemption"),
        ("reward.redeemed", {"reward": "a", "redemption": "r", "costs": "x"}, "data.costs"),
        (
            "reward.redeemed",
            {"reward": "a", "redemption": "r", "valid_until": "2026-99-99"},
            "data.valid_until",
        ),
    ],
)
def test_a_golden_test_plays_what_the_log_could_hold(
    type_: str, data: dict[str, Any], where: str
) -> None:
    given = [{"type": type_, "member": "ann", "data": data}]
    faults = check({"tests": [{"name": "x", "given": given, "then": {}}]})
    assert [fault.pointer for fault in faults] == ["/tests/0/given/0"]
    assert faults[0].detail.startswith(where)


def test_rewards_that_are_not_there_are_refused_where_they_are_named() -> None:
    levels = [{"name": "a"}, {"name": "b", "at_least": 1, "grants": ["mug"]}]
    policy = {
        "rewards": {"cup": {"cost": {"gold": 1}}},
        "ladders": {"main": {"levels": levels}},
        "badges": {"x": {"kind": "count", "action": "post.created", "grants": ["pin"]}},
    }
    assert {fault.pointer: fault.detail for fault in check(policy)} == {
        "/rewards/cup/cost/gold": "reward cup names the account gold; there are points, growth",
        "/ladders/main/levels/1/grants/0": "ladder main names the reward mug; there are cup",
        "/badges/x/grants/0": "badge x names the reward pin; there are cup",
    }
