"""Any change of a shipped policy is published or refused with places; nothing of ours breaks."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.alerts.policy.compiled import compiled
from services.api.policies.document import check
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.communities.timeline import dated_parts
from services.kit.policy import library
from tests.api.world import World

Path = tuple[str | int, ...]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "points", "post.created", "a/b~c", "liked", "daily", "0", "day"]),
    st.sampled_from([[], {}, [[]], [{}], {"a": {}}, {"0": 0}, ["x"], {"at_least": 1}, [None]]),
)


def places(value: Any, path: Path = ()) -> list[Path]:
    """Every place in a document."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(deep for key, each in inner for deep in places(each, (*path, key)))]


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def bare(name: str) -> dict[str, Any]:
    """A shipped policy with one of its golden tests, which take long."""
    document = copy.deepcopy(library.shipped(name))
    return {**document, "tests": [min(document["tests"], key=lambda test: len(str(test)))]}


SHIPPED = [bare(name) for name in library.names()]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A shipped policy with up to three places deleted, replaced, renamed, doubled or exchanged."""
    document: Any = copy.deepcopy(draw(st.sampled_from(SHIPPED)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from([each for each in places(document) if each] or [("name",)]))
        parent, step = at(document, path[:-1]), path[-1]
        how = draw(st.sampled_from(["delete", "replace", "rename", "double", "exchange"]))
        if how == "replace" or (step not in range(len(parent)) and step not in parent):
            parent[step] = draw(JUNK)
        elif how == "delete":
            del parent[step]
        elif how == "exchange":
            parent[step] = copy.deepcopy(at(document, draw(st.sampled_from(places(document)))))
        elif isinstance(parent, list):
            parent.insert(0, copy.deepcopy(parent[step]))
        else:
            parent[draw(st.sampled_from(["x", "points", "0", "", f"{step}s"]))] = parent.pop(step)
        if len(json.dumps(document)) > 200_000:
            break
    return document


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_a_mutation_is_refused_with_places_or_works(document: dict[str, Any]) -> None:
    found = check(document)
    for fault in found:
        assert fault.detail
        steps = [
            each.replace("~1", "/").replace("~0", "~") for each in fault.pointer.split("/")[1:]
        ]
        _stands(document, steps, fault.pointer)
    if not found:
        Rehearsal(document)
        for _, whole in dated_parts(document):
            compiled(whole)


def _stands(document: Any, steps: list[str], pointer: str) -> None:
    """A pointer leads to something that is there, or to what is missing in something that is."""
    for number, step in enumerate(steps):
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            assert number == len(steps) - 1, pointer
            assert isinstance(document, dict), pointer


@pytest.mark.parametrize("name", library.names())
def test_the_mutations_start_from_what_is_sound(name: str) -> None:
    assert check(bare(name)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=mutated())
async def test_no_mutation_is_answered_by_an_error_of_ours(
    world: World, document: dict[str, Any]
) -> None:
    await world.put("tea")
    for path in ("policies", "policies/preview"):
        answer = await world.client.post(f"/v1/communities/tea/{path}", json=document)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 422:
            assert answer.json()["errors"]
