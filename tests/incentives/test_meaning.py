"""Policies whose parts are well made and which nobody can mean: refused with place and remedy."""

from typing import Any

import pytest

from services.incentives.policy.commands import check
from services.incentives.policy.document import compile_policy
from services.incentives.policy.places import place_of

LIKED = {"name": "liked", "on": "reaction.added", "author": {"points": 1}}
STEPS = [{"kind": "count", "action": "post.created"}]


def ladder(*levels: dict[str, Any]) -> dict[str, Any]:
    return {"ladders": {"main": {"levels": [{"name": "a"}, *levels]}}}


@pytest.mark.parametrize(
    ("document", "pointer", "words"),
    [
        ({"points": [LIKED, LIKED]}, "/points/1/name", "two rules are named liked"),
        (
            {"points": [LIKED], "caps": [{"name": "c", "per": "day", "most": 1}] * 2},
            "/caps/1/name",
            "two caps are named c",
        ),
        (
            {
                "points": [LIKED],
                "caps": [{"name": "c", "per": "day", "most": 1, "rules": ["likd"]}],
            },
            "/caps/0/rules/0",
            "there are liked; did you mean liked?",
        ),
        (
            {
                "points": [LIKED],
                "caps": [
                    {"name": "c", "per": "day", "most": 1, "account": "growth", "rules": ["liked"]}
                ],
            },
            "/caps/0/rules/0",
            "of which the rule liked gives nothing; it gives points",
        ),
        ({"spaces": {"a": {"after": "a"}}}, "/spaces/a", "space a comes after itself"),
        ({"spaces": {"b": {}, "a": {"after": "bb"}}}, "/spaces/a/after", "did you mean b?"),
        (
            {"spaces": {"a": {"needs": [{"count": "role.ended", "at_least": 1}]}}},
            "/spaces/a/needs/0/count",
            "nobody feeds this counter",
        ),
        (
            {
                "accounts": {"points": {}, "growth": {}, "status": {"spendable": False}},
                "rewards": {"mug": {"cost": {"status": 4}, "stock": 9}},
            },
            "/rewards/mug/cost/status",
            "status is not spendable",
        ),
        (
            {"quests": {"a": {"steps": STEPS, "after": ["a"]}}},
            "/quests/a/after/0",
            "a after a; none can begin",
        ),
        (
            ladder({"name": "b", "at_least": 9}, {"name": "c", "at_least": 5}),
            "/ladders/main/levels/2/at_least",
            "b asks for 9",
        ),
        (
            {"ladders": {"main": {"levels": [{"name": "a", "needs": [{"active_days": 1}]}]}}},
            "/ladders/main/levels/0/needs",
            "put a level before it",
        ),
        (
            ladder({"name": "b", "needs": [{"count": "post.viewed", "at_least": 1}]}),
            "/ladders/main/levels/1/needs/0/count",
            "nobody feeds this counter",
        ),
        (
            {"badges": {"x": {"kind": "count", "action": "post.viewed"}}},
            "/badges/x/action",
            "count another action",
        ),
        (
            {"badges": {"x": {"kind": "count", "action": "member.checked_in", "received": True}}},
            "/badges/x/received",
            "leave received out",
        ),
        (
            {"points": [{"name": "x", "on": "member.checked_in", "author": {"points": 1}}]},
            "/points/0/author",
            "names no author, so nobody is given this; it names doer",
        ),
        (
            {"points": [{"name": "x", "on": "post.created", "inviter": {"points": 1}}]},
            "/points/0/inviter",
            "names no inviter",
        ),
        (
            {"quests": {"a": {"steps": [{"kind": "count", "action": "post.removed"}]}}},
            "/quests/a/steps/0/action",
            "nobody gets on",
        ),
        (
            {"points": [{**LIKED, "most": {"day": -1}}]},
            "/points/0/most/day",
            "greater than or equal to 0",
        ),
        (
            {
                "points": [LIKED],
                "tests": [{"name": "t", "given": [], "then": {"ann": {"pionts": 0}}}],
            },
            "/tests/0/then/ann/pionts",
            "there are growth, points, level, badges",
        ),
        (
            {"tests": [{"name": "t", "time_zone": "Tea/Town", "given": [], "then": {}}]},
            "/tests/0/time_zone",
            "use an IANA name",
        ),
    ],
)
def test_what_nobody_can_mean_is_refused_where_it_stands(
    document: dict[str, Any], pointer: str, words: str
) -> None:
    (fault,) = check(document)
    assert fault.pointer == pointer
    assert words in fault.detail


def test_a_dated_part_is_blamed_for_what_it_says_alone() -> None:
    cap = {"name": "c", "per": "day", "most": 1, "rules": ["liked"]}
    later = [
        {"from": "2030-01-01T00:00:00Z", "caps": [{**cap, "rules": ["gone"]}]},
        {"from": "2020-01-01T00:00:00Z", "points": [{**LIKED, "name": "adored"}]},
    ]
    found = check({"points": [LIKED], "caps": [cap], "dated": later})
    assert [fault.pointer for fault in found] == ["/caps/0/rules/0", "/dated/0/caps/0/rules/0"]


def test_a_dated_part_stands_on_those_before_it() -> None:
    badge = {"kind": "streak", "streak": "daily", "at_least": 7}
    parts = [
        {"from": "2020-01-01T00:00:00Z", "streaks": {"daily": {}}},
        {"from": "2021-01-01T00:00:00Z", "badges": {"week": badge}},
    ]
    assert check({"dated": parts}) == []
    (fault,) = check({"dated": parts[1:]})
    assert fault.pointer == "/dated/0/badges/week/streak"


def test_what_is_in_the_log_already_still_opens() -> None:
    """It was published before these faults were looked for, and harms nobody."""
    assert compile_policy({"badges": {"x": {"kind": "count", "action": "post.viewed"}}}).badges


@pytest.mark.parametrize(
    ("where", "section", "name", "path"),
    [
        ("cap x", "rules", "x", ("caps", 0, "rules", 1)),
        ("cap x", "accounts", "x", ("caps", 0, "account")),
        ("cap x", "rules", "not there", ("caps", 0)),
        ("cap gone", "rules", "x", ("caps", 0, "rules", 1)),
        ("moon landing", "rules", "y", ("caps", 0, "rules", 0)),
        ("reward mug", "accounts", "gold", ("rewards", "mug", "cost", "gold")),
    ],
)
def test_a_name_is_found_where_it_is_meant(
    where: str, section: str, name: str, path: tuple[str | int, ...]
) -> None:
    document = {
        "caps": [{"name": "x", "account": "x", "rules": ["y", "x"]}],
        "rewards": {"mug": {"title": "gold", "cost": {"gold": 1}}},
    }
    assert place_of(document, where, section, name) == path
