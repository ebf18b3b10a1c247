"""Bodies are bounded while they come in, and after they are unpacked."""

import gzip
import zlib
from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.kit.http.body import read_body
from services.kit.http.problem import install

LIMIT = 1000


async def _echo(request: Request) -> Response:
    return Response(await read_body(request, LIMIT))


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = Starlette(routes=[Route("/", _echo, methods=["POST"])])
    install(app)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hearth") as client:
        yield client


async def _chunks(sent: list[int]) -> AsyncIterator[bytes]:
    for number in range(100):
        sent.append(number)
        yield b"x" * 100


@pytest.mark.parametrize("size", [0, 1, LIMIT])
async def test_up_to_the_limit_it_is_taken(client: httpx2.AsyncClient, size: int) -> None:
    answer = await client.post("/", content=b"x" * size)
    assert (answer.status_code, len(answer.content)) == (200, size)


async def test_a_declared_size_beyond_it_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/", content=b"x" * (LIMIT + 1))
    assert answer.status_code == 413


async def test_undeclared_bytes_are_counted(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/", content=_chunks([]))
    assert answer.status_code == 413


async def test_gzip_is_unpacked(client: httpx2.AsyncClient) -> None:
    packed = gzip.compress(b"tea" * 100)
    answer = await client.post("/", content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.content == b"tea" * 100


async def test_a_bomb_is_refused_without_being_unpacked(client: httpx2.AsyncClient) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(b"\x00" * 500_000) + bomb.flush()
    assert len(packed) < LIMIT
    answer = await client.post("/", content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


PACKED = gzip.compress(b"x", mtime=0)


@pytest.mark.parametrize(
    "packed", [b"plain", PACKED[:-4], PACKED * 2], ids=["plain", "cut short", "twice"]
)
async def test_broken_gzip_is_a_400(client: httpx2.AsyncClient, packed: bytes) -> None:
    answer = await client.post("/", content=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400


async def test_other_encodings_are_a_415(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/", content=b"x", headers={"Content-Encoding": "br"})
    assert answer.status_code == 415


@pytest.mark.parametrize("length", ["9" * 5000, "99999", "-1", "ten"])
async def test_an_absurd_content_length_is_no_500(client: httpx2.AsyncClient, length: str) -> None:
    answer = await client.post("/", content=b"x", headers={"Content-Length": length})
    assert answer.status_code in (200, 413)
