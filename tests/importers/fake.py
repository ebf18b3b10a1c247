"""A server that takes actions the way the contract says, and can be told to misbehave."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "a-key"


class Fake:
    """`answers` are given, one a POST, before it behaves: (status, headers), or None to hang up."""

    def __init__(self, limit: int = 1_000) -> None:
        self.communities: dict[str, dict[str, str]] = {}
        self.lists: list[list[dict[str, Any]]] = []
        self.answers: list[tuple[int, dict[str, str]] | None] = []
        self.incidents: list[dict[str, Any]] = []
        self.limit = limit
        self.puts = 0
        self.policies = {"interest", "stackexchange", "stackexchange-2018"}
        self.address = ""

    @property
    def actions(self) -> list[dict[str, Any]]:
        return [action for batch in self.lists for action in batch]

    def kept(self) -> dict[str, dict[str, Any]]:
        """What a log that knows ids would hold: the first of each, in order."""
        held: dict[str, dict[str, Any]] = {}
        for action in self.actions:
            held.setdefault(action["id"], action)
        return held

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Fake"]:
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_get("/v1/communities/{c}", self._get)
        app.router.add_put("/v1/communities/{c}", self._put)
        app.router.add_get("/v1/communities/{c}/incidents", self._incidents)
        app.router.add_post("/v1/actions", self._post)
        async with TestServer(app, host="127.0.0.1") as server:
            self.address = str(server.make_url("/")).rstrip("/")
            yield self

    async def _get(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"title": "No key"}, status=401)
        found = self.communities.get(request.match_info["c"])
        return web.json_response(found) if found else web.json_response({}, status=404)

    async def _put(self, request: web.Request) -> web.Response:
        self.puts += 1
        asked = await request.json()
        if asked["policy"] not in self.policies:
            return web.json_response({"title": "No such policy"}, status=422)
        self.communities[request.match_info["c"]] = asked
        return web.json_response({}, status=201)

    async def _incidents(self, _request: web.Request) -> web.Response:
        return web.json_response({"items": self.incidents, "next": None})

    async def _post(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if self.answers and (response := self._told(request)):
            return response
        actions = json.loads(raw)
        if len(actions) > self.limit:
            return web.json_response({"title": "Too large"}, status=413)
        self.lists.append(actions)
        body = {"accepted": len(actions), "position": len(self.actions), "unknown": {}}
        return web.json_response(body, status=202)

    def _told(self, request: web.Request) -> web.Response | None:
        answer = self.answers.pop(0)
        if answer is None:
            assert request.transport
            request.transport.close()
            return web.Response()
        problem = {"title": "Told to", "errors": [{"pointer": "/0/type", "detail": "is no type"}]}
        return web.json_response(problem, status=answer[0], headers=answer[1])
