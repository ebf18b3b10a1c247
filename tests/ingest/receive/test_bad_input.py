"""F10: whatever comes in, a clear 4xx; never a 5xx, nothing lost, the others undisturbed."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.conftest import World
from tests.kit.http.corpus import BAD

Make = Callable[..., dict[str, Any]]
KINDS = [
    "application/json",
    "application/x-ndjson",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
]
JSON = {"Content-Type": "application/json"}
patiently = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def refused(answer: Any) -> bool:
    told = answer.json()
    kind = answer.headers["content-type"] == "application/problem+json"
    return kind and 400 <= answer.status_code < 500 and bool(told["title"] and told["detail"])


@pytest.mark.parametrize("kind", KINDS)
async def test_the_corpus_is_refused_as_a_body(world: World, kind: str) -> None:
    answers = {
        name: await world.send(raw, headers={"Content-Type": kind})
        for name, (raw, _) in BAD.items()
    }
    assert [name for name, answer in answers.items() if not refused(answer)] == []
    assert world.events() == []


async def test_the_corpus_is_refused_inside_an_action(world: World, action: Make) -> None:
    whole = json.dumps([action(), action(type="tea.poured", data="HERE")]).encode()
    answers = {
        name: await world.send(whole.replace(b'"HERE"', raw))
        for name, (raw, _) in BAD.items()
        if raw[:1] in (b"{", b"[")
    }
    assert [name for name, answer in answers.items() if not refused(answer)] == []
    assert world.events() == []


async def test_20_mb_are_refused_while_they_come_in(world: World) -> None:
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(320):
            taken += 1 << 16
            yield b" " * (1 << 16)

    headers = {"Authorization": f"Bearer {world.key}", **JSON}
    answer = await world.client.post("/v1/actions", content=body(), headers=headers)
    assert answer.status_code == 413
    declared = await world.send(b" " * (20 << 20))
    assert declared.status_code == 413


async def test_a_zip_bomb_is_refused(world: World) -> None:
    bomb = gzip.compress(b"[" + b" " * (50 << 20) + b"]")
    answer = await world.send(bomb, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status_code == 413


async def test_gzip_is_welcome(world: World, action: Make) -> None:
    packed = gzip.compress(json.dumps([action()]).encode())
    answer = await world.send(packed, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status_code == 202


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", 1e18, -(2**62)]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ["specversion", "id", "source", "type", "time", "community", "space", "member", "data"]
IN_DATA = ["target", "author_of_target", "kind", "weight", "more"]


@patiently
@given(change=st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1, max_size=3))
async def test_wrong_types_in_any_field(world: World, action: Make, change: dict[str, Any]) -> None:
    raw = json.dumps({**action(), **change}).encode("utf-8", "surrogatepass")
    answer = await world.send(raw)
    assert answer.status_code == 202 or refused(answer)


@patiently
@given(name=st.sampled_from(IN_DATA), value=anything)
async def test_wrong_types_in_any_field_of_the_data(
    world: World, action: Make, name: str, value: Any
) -> None:
    answer = await world.send(json.dumps([action(data={"target": "p", name: value})]).encode())
    assert answer.status_code == 202 or refused(answer)


@patiently
@given(raw=st.binary(max_size=80), kind=st.sampled_from([*KINDS, "text/xml", "a/b;charset=\x80"]))
async def test_any_bytes_of_any_kind(world: World, raw: bytes, kind: str) -> None:
    headers = [
        (b"Content-Type", kind.encode("latin-1")),
        (b"Authorization", f"Bearer {world.key}".encode()),
    ]
    assert refused(await world.client.post("/v1/actions", content=raw, headers=headers))


@patiently
@given(value=st.binary(max_size=60))
async def test_any_authorization(world: World, action: Make, value: bytes) -> None:
    headers = [(b"Authorization", b"Bearer " + value)]
    answer = await world.client.post("/v1/actions", json=action(), headers=headers)
    assert answer.status_code == 401


async def test_good_traffic_is_undisturbed_by_bad(world: World, action: Make) -> None:
    bad = [world.send(raw) for raw, _ in list(BAD.values())[:20]]
    good = [world.send([action() for _ in range(10)]) for _ in range(20)]
    answers = await asyncio.gather(*[one for pair in zip(bad, good, strict=True) for one in pair])
    assert [answer.status_code for answer in answers[1::2]] == [202] * 20
    assert len(world.events()) == 200
