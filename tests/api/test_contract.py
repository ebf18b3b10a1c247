"""The OpenAPI document and the application agree: schemathesis asks, bounded, over HTTP.

Requests that fit and requests that do not go to every call. No answer may be a 5xx, each must be
as the document says, and what does not fit must be refused.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from services.api.service import Api
from services.kit.projection import generations
from tests.api.world import OPERATOR, World, folding, said
from tests.support.depth import examples

EXAMPLES = examples(4)
"""Requests of each mode to each call, once for what is there and once for whatever."""
ENDLESS = "/v1/communities/{community}/stream"
OPAQUE = ("cursor", "at", "from", "to", "as_of", "known_at", "effective_from", "rules_of")
"""Parameters whose rules a JSON Schema cannot tell; other tests have them."""
RICHER = {
    "PUT /v1/communities/{community}",
    "PUT /v1/communities/{community}/sources/{source}",
    "PUT /v1/communities/{community}/receivers/{receiver}",
    "POST /v1/communities/{community}/policies",
    "POST /v1/communities/{community}/policies/preview",
    "POST /v1/communities/{community}/policies/approvals",
    "PUT /v1/communities/{community}/policies/shadow",
    "POST /v1/communities/{community}/reversals",
    "POST /v1/communities/{community}/reversals/preview",
}
"""Bodies of which the same is true."""
THERE = {
    "community": "tea",
    "member": "ming",
    "board": "points",
    "metric": "ugc_share",
    "rule": "R4",
    "version": 1,
    "source": "forum",
    "receiver": "bot",
    "projection": "alerts",
    "partition": 0,
    "offset": 1,
    "step": "isolate",
    "reversal": "ring",
}
"""Names that lead somewhere."""


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with folding(world):
        await world.put("tea", policy="stackexchange")
        await said(
            world,
            *[{"id": str(n), "type": "complaint.filed", "member": f"u{n}"} for n in range(60)],
        )
        row = [[1], [1], ["post.created"], ["fold"], ["KeyError"], [0]]
        await world.context.pool.execute(generations.Q.add_dead, "alerts", 0, *row)
        api = Api(world.context, "127.0.0.1", 0)
        await api.start()
        yield f"http://127.0.0.1:{api.port}"
        await api.stop()


def operations(address: str) -> list[Any]:
    """Every call of the document but the one that never ends."""
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if each.path != ENDLESS]


def asks(operation: Any, mode: GenerationMode, names: dict[str, Any]) -> Callable[[], None]:
    """A bounded run of generated requests against one call."""
    fixed = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=fixed or None)
    session = requests.Session()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def run(case: Any) -> None:
        # A wait is 5 s of nothing; tests/api/test_progress.py has its own.
        for name in [name for name in case.headers if name.lower() == "hearth-wait-for"]:
            del case.headers[name]
        headers = {"Authorization": f"Bearer {OPERATOR}"}
        if mode is GenerationMode.POSITIVE:
            for name in OPAQUE:
                case.query.pop(name, None)
        left_out = [] if operation.label not in RICHER else [positive_data_acceptance]
        if case.query or not operation.body or case.media_type == "application/yaml":
            # What is wrong about a query may be lost on the way: null is sent as nothing at all.
            # What a YAML text holds is no more than a string to the document.
            left_out.append(negative_data_rejection)
        case.call_and_validate(headers=headers, session=session, excluded_checks=left_out)

    return run


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("names", [THERE, {}], ids=["there", "whatever"])
async def test_every_call_keeps_to_the_document(
    address: str, mode: GenerationMode, names: dict[str, Any]
) -> None:
    def everything() -> list[str]:
        failed = []
        for operation in operations(address):
            try:
                asks(operation, mode, names)()
            except Unsatisfiable:
                continue  # nothing about this call can be wrong
            except BaseException as error:  # noqa: BLE001 - all are told together
                failed.append(f"{operation.method} {operation.path}: {error!r}{error}")
        return failed

    failed = await asyncio.to_thread(everything)
    assert not failed, "\n\n".join(failed)
