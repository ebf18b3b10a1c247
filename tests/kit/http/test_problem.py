"""Whatever goes wrong, the answer is one problem document."""

import logging
from collections.abc import AsyncIterator
from typing import Annotated

import httpx2
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel

from services.kit.http.problem import AT_MOST, Fault, ProblemError, install, pointer


class Tea(BaseModel):
    grams: int


class BrewingError(Exception):
    pass


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    install(app, {BrewingError: lambda _: ProblemError(409, "Still brewing", "Wait a minute.")})

    @app.post("/tea")
    async def tea(tea: Tea, cups: Annotated[int, Query()] = 1) -> int:
        if tea.grams == 0:
            raise RuntimeError("somebody's private words")
        if tea.grams == 1:
            raise BrewingError
        raise ProblemError(
            429, "Too much tea", "Sip.", [Fault("/grams", "\ud800")], {"Retry-After": "3"}
        )

    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hearth") as client:
        yield client


async def test_a_problem_keeps_its_status_its_headers_and_its_faults(
    client: httpx2.AsyncClient,
) -> None:
    answer = await client.post("/tea", json={"grams": 5})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:hearth:problem:too-much-tea",
        "title": "Too much tea",
        "status": 429,
        "detail": "Sip.",
        "errors": [{"pointer": "/grams", "detail": "?"}],
    }


async def test_a_model_that_does_not_fit_names_each_field(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/tea?cups=many", json={"grams": "lots"})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["?cups", "/grams"]


async def test_the_routers_refusals_are_problems_too(client: httpx2.AsyncClient) -> None:
    missing = await client.get("/coffee")
    wrong = await client.get("/tea")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert "/coffee" in missing.json()["detail"]
    assert wrong.headers["allow"] == "POST"


async def test_a_domains_error_is_mapped(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/tea", json={"grams": 1})
    assert (answer.status_code, answer.json()["title"]) == (409, "Still brewing")


async def test_the_unexpected_is_a_500_that_tells_nobody_the_text(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await client.post("/tea", json={"grams": 0})
    assert answer.status_code == 500
    assert "private" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_thousand_faults_are_cut_short() -> None:
    problem = ProblemError(400, "Wrong", errors=[Fault(f"/{n}", "no") for n in range(1000)])
    assert len(problem.document()["errors"]) == AT_MOST


def test_a_pointer_escapes_what_rfc_6901_escapes() -> None:
    assert pointer(("a/b", 3, "~c")) == "/a~1b/3/~0c"
