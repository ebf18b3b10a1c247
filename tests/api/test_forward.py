"""A gateway of its own process hands actions on to ingest, byte for byte."""

import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.api.context import Context
from services.api.service import Api
from services.kit.http.serving import Serving
from tests.api.world import World


async def echo(request: Request) -> Response:
    """Tells what came."""
    kept = ("authorization", "content-type", "content-encoding", "x-signature")
    headers = {f"x-{name}": request.headers[name] for name in kept if name in request.headers}
    headers |= {"x-target": str(request.url).partition("/v1")[2], "hearth-position": "7"}
    return Response(await request.body(), 202, headers, "application/json")


@pytest.fixture
async def ingest() -> AsyncIterator[Serving]:
    routes = [
        Route("/v1/actions", echo, methods=["POST"]),
        Route("/v1/webhooks/{c}/{s}", echo, methods=["GET", "POST"]),
    ]
    serving = Serving(Starlette(routes=routes), "127.0.0.1", 0)
    await serving.start()
    yield serving
    await serving.stop()


@pytest.fixture
async def gateway(world: World, ingest: Serving) -> AsyncIterator[str]:
    here = world.context
    url = f"http://127.0.0.1:{ingest.port}"
    context = Context(
        here.dsn,
        here.pool,
        here.registry,
        here.directory,
        here.keys,
        here.journal,
        here.log,
        here.vault,
        ingest_url=url,
    )
    api = Api(context, "127.0.0.1", 0)
    await api.start()
    yield f"http://127.0.0.1:{api.port}"
    await api.stop()


async def test_what_is_sent_arrives_as_it_was(gateway: str) -> None:
    packed = gzip.compress(b'[{"id": 1}]')
    headers = {"Authorization": "Bearer k", "Content-Type": "application/x-ndjson"}
    headers |= {"Content-Encoding": "gzip"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{gateway}/v1/actions", data=packed, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (202, packed)
            assert answer.headers["hearth-position"] == "7"
            assert answer.headers["x-authorization"] == "Bearer k"
            assert answer.headers["x-content-type"] == "application/x-ndjson"
            assert answer.headers["x-content-encoding"] == "gzip"
        path = "/v1/webhooks/tea/forum?msg_signature=a%2Bb&echostr=%E8%8C%B6"
        async with session.get(gateway + path) as answer:
            assert answer.headers["x-target"] == path.removeprefix("/v1")


async def test_a_body_without_an_end_is_cut_off(gateway: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(f"{gateway}/v1/actions", data=endless()) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:
            pass  # the connection was closed while we wrote on
        async with session.post(f"{gateway}/v1/actions", data=b"{}") as answer:
            assert answer.status == 202


async def test_an_ingest_that_is_away_is_503(gateway: str, ingest: Serving) -> None:
    await ingest.stop()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{gateway}/v1/actions", data=b"{}") as answer,
    ):
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert answer.content_type == "application/problem+json"
