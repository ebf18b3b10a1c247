"""The quick reader takes nothing that the others would not take, and makes the same of it."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from services.kit.actions import quick
from services.kit.actions.envelope import Checked, known_types, parse_list
from services.kit.actions.families import Data
from services.kit.actions.record import Recorder
from services.kit.http.strict_json import parse_json
from tests.kit.actions.drawing import drawn
from tests.kit.actions.test_envelope import LIKE
from tests.kit.actions.test_two_readers import Directory
from tests.kit.http.corpus import BAD

PLAIN = [name for name, model in sorted(known_types().items()) if quick.struct(model)]
ATTRIBUTES = ("type", "id", "source", "time", "community", "space", "member", "newer", "fields")

whatever = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)


def taken(raw: bytes) -> list[Checked]:
    """What the slow readers make of it; they raise where it is wrong."""
    parse_json(raw)
    return list(parse_list(raw))


def records(actions: list[Checked]) -> list[bytes]:
    """Clear data alone: what is sealed differs each time."""
    entries = asyncio.run(Recorder(Directory(), b"pepper").entries(1, "tea", actions, 7))
    return [entry.value.partition(b',"sealed"')[0] for entry in entries]


def sent(**change: Any) -> bytes:
    return json.dumps([{**LIKE, **change}]).encode()


def test_what_members_do_every_day_is_read_quickly() -> None:
    often = {"post.created", "reply.created", "reaction.added", "reaction.removed", "post.viewed"}
    assert often <= set(PLAIN)
    assert not [name for name in PLAIN if known_types()[name].operator]


@pytest.mark.parametrize("name", PLAIN)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_the_schema_allows_becomes_the_same_action(name: str, data: st.DataObject) -> None:
    body = {"id": "1", "source": "s", "type": name, "community": "tea"}
    said = data.draw(drawn(known_types()[name].model_json_schema()))
    envelope = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "time": st.sampled_from(
                    [None, "2026-11-20T08:30:00+08:00", "0001-01-01T00:00:00Z"]
                ),
                "space": st.none() | st.text(min_size=1, max_size=3),
                "member": st.none() | st.text(min_size=1, max_size=3),
                "specversion": st.just("1.0"),
            },
        )
    )
    raw = json.dumps([{**body, **envelope, "data": said}], ensure_ascii=False).encode()
    mine = quick.read(raw)
    assert mine is not None or "\\" in raw.decode()
    if mine is not None:
        (one,), (other,) = mine, taken(raw)
        for attribute in ATTRIBUTES:
            assert getattr(one, attribute) == getattr(other, attribute), attribute
        assert records(mine) == records([other])


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(PLAIN),
    place=st.sampled_from(["id", "source", "type", "time", "community", "space", "member", "data"]),
    value=whatever,
    data=st.data(),
)
def test_what_it_takes_the_others_take(
    name: str, place: str, value: Any, data: st.DataObject
) -> None:
    said = data.draw(drawn(known_types()[name].model_json_schema()))
    field = data.draw(st.sampled_from([*known_types()[name].model_fields, "more"]))
    wild = data.draw(st.sampled_from([{**said, field: value}, said, value]))
    body = {"id": "1", "source": "s", "type": name, "community": "tea", "data": wild, place: value}
    raw = json.dumps([body], ensure_ascii=False).encode("utf-8", "surrogatepass")
    mine = quick.read(raw)
    if mine is not None:
        assert records(mine) == records(taken(raw))


@pytest.mark.parametrize("name", BAD)
def test_bad_json_is_left_to_who_can_explain_it(name: str) -> None:
    assert quick.read(BAD[name][0]) is None
    inside = b'[{"id":"1","source":"s","type":"post.created","community":"t","data":{"post":"p"},'
    assert quick.read(inside + b'"subject":%b}]' % BAD[name][0]) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"{}",
        sent(data={"target": "p", "more": 1}),
        sent(more=1),
        sent(type="tea.poured"),
        sent(community="tea\n"),
        sent(community="茶"),
        sent(data={"target": "p", "weight": 1.0}),
        sent(data={"target": "p", "weight": 2**70}),
        sent(time="2026-11-20T08:30:00"),
        b"[" + sent()[1:-1].replace(b'"kind": "like"', b'"kind": "like", "kind": "like"') + b"]",
        b"[" + b",".join([sent()[1:-1]] * 1001) + b"]",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_others(raw: bytes) -> None:
    assert quick.read(raw) is None


@pytest.mark.parametrize(
    "change",
    [{"alias": "p"}, {"default_factory": list}],
)
def test_a_model_that_says_more_than_plain_types_is_not_read(change: dict[str, Any]) -> None:
    namespace = {
        "__annotations__": {"things": list[str]},
        "__module__": __name__,
        "things": Field(**change),
    }
    assert quick.struct(type("Things", (Data,), {**namespace, "type": "thing.had"})) is None
