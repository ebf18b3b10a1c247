"""Ingest's calls as the document tells them: served here, and forwarded to a process of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from services.api import taking_in
from services.api.service import Api
from services.ingest.context import Context as IngestContext
from services.ingest.service import Ingest
from services.kit.actions.record import Recorder
from tests.api.world import OPERATOR, World
from tests.support.depth import examples

EXAMPLES = examples(8)


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context: Any, value: Any) -> bytes:
    return str(value).encode(errors="replace")


@pytest.fixture(params=["here", "forwarded"])
async def address(world: World, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    await world.put("tea")
    body = {"platform": "discourse", "secrets": ["s"]}
    await world.client.put("/v1/communities/tea/sources/forum", json=body)
    here = world.context
    recorder = Recorder(here.directory, b"pepper")
    taking = IngestContext(world.log, here.registry, recorder, here.keys)
    forwarded = request.param == "forwarded"
    ingest = Ingest(taking, ("127.0.0.1", 0) if forwarded else None)
    await ingest.start()
    if forwarded:
        context = replace(here, ingest_url=f"http://127.0.0.1:{ingest.port}")
        api = Api(context, "127.0.0.1", 0)
    else:
        api = Api(here, "127.0.0.1", 0, ingest.routes())
    await api.start()
    yield f"http://127.0.0.1:{api.port}"
    await api.stop()
    await ingest.stop()


def asks(operation: Any, mode: GenerationMode) -> None:
    """A bounded run of generated requests against one call; what fits is of a community there."""
    names = {"community": "tea", "source": "forum"} if "{" in operation.path else None
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=names)
    session = requests.Session()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict | list):
            for each in case.body if isinstance(case.body, list) else [case.body]:
                if isinstance(each, dict):  # a platform's own bodies are whatever they are
                    each["community"] = "tea"
        # Neither what a type's data must hold nor what a platform takes stands in the document.
        left_out = [positive_data_acceptance]
        if operation.method == "get" or case.media_type == "application/x-ndjson":
            left_out.append(negative_data_rejection)
        headers = {"Authorization": f"Bearer {OPERATOR}"}
        case.call_and_validate(headers=headers, session=session, excluded_checks=left_out)

    run()


@pytest.mark.parametrize("mode", list(GenerationMode))
async def test_ingests_calls_keep_to_the_document(address: str, mode: GenerationMode) -> None:
    def everything() -> int:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
        found = [each.ok() for each in schema.get_all_operations()]
        ours = [each for each in found if each.path in taking_in.PATHS]
        for operation in ours:
            try:
                asks(operation, mode)
            except Unsatisfiable:
                continue  # nothing about this call can be wrong
        return len(ours)

    assert await asyncio.to_thread(everything) == 3


async def test_what_the_document_says_is_taken(address: str) -> None:
    action = {"specversion": "1.0", "id": "1", "source": "s", "type": "member.joined"}
    action |= {"community": "tea", "member": "ming"}
    many = [{**action, "id": str(n)} for n in range(3)]
    attributes = {f"ce-{name}": value for name, value in action.items()}

    def send(kind: str, body: Any, headers: dict[str, str] | None = None) -> requests.Response:
        sent = {"Authorization": f"Bearer {OPERATOR}", "Content-Type": kind, **(headers or {})}
        raw = body if isinstance(body, str) else json.dumps(body)
        return requests.post(f"{address}/v1/actions", data=raw, headers=sent, timeout=20)

    def everything() -> list[tuple[int, Any]]:
        document = requests.get(f"{address}/openapi.json", timeout=20).json()
        said = document["paths"]["/v1/actions"]["post"]["requestBody"]["content"]
        lines = "\n".join(map(json.dumps, many))
        told = {
            "application/json": many,
            "application/x-ndjson": lines,
            "application/cloudevents+json": action,
            "application/cloudevents-batch+json": many,
        }
        assert said.keys() == told.keys()
        answers = [send(kind, body) for kind, body in told.items()]
        answers.append(send("application/json", {}, attributes))
        answers.append(send("text/plain", action))
        return [(answer.status_code, answer.json().get("accepted")) for answer in answers]

    found = await asyncio.to_thread(everything)
    assert found == [(202, 3), (202, 3), (202, 1), (202, 3), (202, 1), (415, None)]
