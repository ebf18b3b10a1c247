"""What a policy may say of graded spaces."""

from typing import Any

import pytest

from services.incentives.policy.commands import check
from services.incentives.spaces.definition import Space, ordered

LADDERS = {"main": {"levels": [{"name": "a"}, {"name": "b", "at_least": 4}]}}


@pytest.mark.parametrize(
    ("spaces", "more", "words"),
    [
        ({"a": {"after": "b"}, "b": {"after": "a"}}, {}, "space a comes after itself"),
        ({"a": {"after": "a"}}, {}, "space a comes after itself"),
        ({"a": {"after": "z"}}, {}, "space a names the space z; there are a"),
        ({"a": {"level": 2}}, {}, "space a asks for a level, and there is no ladder"),
        ({"a": {"level": 2, "ladder": "x"}}, {"ladders": LADDERS}, "names the ladder x"),
        ({"a": {"badges": ["x"]}}, {}, "space a names the badge x"),
        ({"a": {"needs": [{"count": "post.craeted", "at_least": 1}]}}, {}, "no such action type"),
        ({"a": {"revoke": "sometimes"}}, {}, "'lapsed' or 'never'"),
    ],
)
def test_what_is_wrong_is_said(spaces: Any, more: Any, words: str) -> None:
    faults = check({"name": "test", "spaces": spaces, **more})
    assert any(words in fault.detail for fault in faults), faults


def test_the_order_is_that_of_what_stands_below() -> None:
    spaces = {"b": {"after": "z"}, "a": {"after": "b"}, "z": {}, "y": {}}
    made = {name: Space.model_validate(space) for name, space in spaces.items()}
    assert ordered(made) == ["y", "z", "b", "a"]


def test_a_golden_test_says_what_opens() -> None:
    document: dict[str, Any] = {
        "name": "test",
        "spaces": {"in": {"needs": [{"count": "member.checked_in", "at_least": 2}]}},
        "tests": [
            {
                "name": "Twice",
                "given": [{"type": "member.checked_in", "member": "ann", "times": 2}],
                "then": {"ann": {"spaces": ["in"]}, "bob": {"spaces": []}},
            }
        ],
    }
    assert check(document) == []
    document["tests"][0]["given"][0]["times"] = 1
    assert [fault.pointer for fault in check(document)] == ["/tests/0/then/ann/spaces"]
