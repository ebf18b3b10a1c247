"""The contract of an action: what passes, what is refused, and where the refusal points."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.kit.actions.envelope import json_schema, known_types, parse_list, parse_one
from services.kit.runtime import clock

LIKE: dict[str, Any] = {
    "specversion": "1.0",
    "id": "7f3a",
    "source": "https://forum.example/hooks",
    "type": "reaction.added",
    "time": "2026-11-20T08:30:00+08:00",
    "community": "tea",
    "space": "oolong",
    "member": "u42",
    "data": {"target": "p9", "author_of_target": "u7", "kind": "like"},
}

PROMISED = {
    "member": "joined left muted_space sanctioned checked_in erased",
    "role": "appointed ended",
    "community": "census changed",
    "post": "created edited removed restored featured viewed shared community_owned",
    "reply": "created",
    "content": "relabelled",
    "thread": "moved",
    "reaction": "added removed",
    "question": "asked answered",
    "answer": "accepted unaccepted",
    "activity": "announced started ended cancelled booked registered attended",
    "course": "enrolled completed",
    "campaign": "started ended reached clicked",
    "order": "paid refunded",
    "complaint": "filed resolved",
    "report": "filed decided",
    "dispute": "opened decided",
    "survey": "answered",
    "sentiment": "reported",
    "invite": "accepted",
    "proposal": "submitted voted adopted",
    "points": "adjusted",
    "badge": "granted",
    "reward": "granted redeemed fulfilled cancelled",
    "incident": "acknowledged step_completed resolved",
    "measure": "started ended",
    "policy": "published",
    "import": "started ended",
    "pending": "decided",
    "restatement": "ordered",
    "crisis": "labelled",
    "dead_letter": "retried",
    "source": "heartbeat",
    "time": "passed",
    "bounty": "offered awarded",
}


def raw(*actions: dict[str, Any]) -> bytes:
    return json.dumps(actions).encode()


def refused(*actions: dict[str, Any]) -> list[tuple[tuple[Any, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        parse_list(raw(*actions))
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def test_the_example_of_the_interface_is_an_action() -> None:
    (action,) = parse_list(raw(LIKE))
    assert action.data.author_of_target == "u7"
    assert action.time == clock.parse_rfc3339("2026-11-20T00:30:00Z")


def test_a_type_from_a_newer_producer_is_kept() -> None:
    known, unknown = parse_list(raw(LIKE, {**LIKE, "type": "tea.poured", "data": {"cups": 3}}))
    assert known.type in known_types()
    assert unknown.data.cups == 3


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": ""}, "id"),
        ({"source": None}, "source"),
        ({"type": "Reaction"}, "type"),
        ({"type": 3}, "type"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-11-20T08:30:00"}, "time"),
        ({"community": "Tea Club"}, "community"),
        ({"community": "x" * 80}, "community"),
        ({"member": ""}, "member"),
        ({"membr": "u42"}, "membr"),
        ({"data": []}, "data"),
        ({"data": {}}, "target"),
        ({"data": {"target": 9}}, "target"),
        ({"data": {"target": "p9", "weight": "1"}}, "weight"),
        ({"data": {"target": "p9", "weight": 10**9}}, "weight"),
    ],
)
def test_what_is_wrong_is_named_by_item_and_field(change: dict[str, Any], place: str) -> None:
    errors = refused(LIKE, {**LIKE, **change})
    assert errors
    assert all(loc[0] == 1 and place in loc for loc, _ in errors)


def test_a_list_has_one_to_a_thousand_actions() -> None:
    assert refused() == [((), "too_short")]
    assert len(parse_list(raw(*[LIKE] * 1000))) == 1000
    assert refused(*[LIKE] * 1001)[0][1] == "too_long"


def test_one_action_is_parsed_alone() -> None:
    assert parse_one(json.dumps(LIKE).encode()).id == "7f3a"


def test_every_promised_type_is_known() -> None:
    """A type that goes missing breaks producers."""
    wanted = {f"{family}.{name}" for family, names in PROMISED.items() for name in names.split()}
    assert wanted <= set(known_types())


def test_the_schema_names_each_type() -> None:
    text = json.dumps(json_schema())
    assert all(f'"{name}"' in text for name in known_types())


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_whatever_stands_for_data_is_refused_at_its_place(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_list(raw({**LIKE, "data": value}))
    assert caught.value.errors()[0]["loc"][0] == 0
