"""Bounded memory, an absent log, a deadline, clients that leave, and stopping."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from services.ingest.receive.intake import Limits
from services.ingest.service import Ingest
from services.kit.http.serving import Serving
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS, Entry, RecordTooLargeError
from tests.ingest.conftest import World

Make = Callable[..., dict[str, Any]]


class GatedLog(MemoryLog):
    """A log that takes what it gets only when a test lets it."""

    def __init__(self) -> None:
        super().__init__(ACTIONS, 4)
        self.asked = asyncio.Semaphore(0)
        self.open = asyncio.Event()

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        self.asked.release()
        await self.open.wait()
        return await super().append(partition, entries)


async def test_an_absent_log_is_a_503_with_retry_after_and_no_false_2xx(
    world: World, action: Make
) -> None:
    world.log.store.lose()
    answer = await world.send(action())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    world.log.store.restore()
    assert world.events() == []
    assert (await world.send(action())).status_code == 202


async def test_a_log_that_never_answers_is_a_503_at_the_deadline(
    world: World, action: Make
) -> None:
    slow = world.served(log=GatedLog(), limits=Limits(deadline=0.01))
    assert (await slow.send(action())).status_code == 503


async def test_what_is_worked_on_is_bounded_and_the_rest_told_to_come_back(
    world: World, action: Make
) -> None:
    log, body = GatedLog(), json.dumps([action() for _ in range(3)]).encode()
    full = world.served(log=log, limits=Limits(room=2 * len(body)))
    under_way = [asyncio.create_task(full.send(body)) for _ in range(2)]
    await log.asked.acquire()
    await log.asked.acquire()
    refused = await full.send(body)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    log.open.set()
    assert [(await task).status_code for task in under_way] == [202, 202]
    assert (await full.send(body)).status_code == 202


async def test_while_the_log_is_away_a_full_house_is_a_503(world: World, action: Make) -> None:
    log, body = GatedLog(), json.dumps(action()).encode()
    full = world.served(log=log, limits=Limits(room=len(body)))
    full.intake.away = True
    under_way = asyncio.create_task(full.send(body))
    await log.asked.acquire()
    assert (await full.send(body)).status_code == 503
    log.open.set()
    await under_way


async def test_an_action_larger_than_the_log_takes_is_a_413(world: World, action: Make) -> None:
    class Narrow(MemoryLog):
        async def append(self, partition: int, entries: Sequence[Entry]) -> int:
            raise RecordTooLargeError

    answer = await world.served(log=Narrow(ACTIONS, 4)).send(action())
    assert answer.status_code == 413


async def test_an_absent_database_is_a_503(world: World, action: Make) -> None:
    await world.send(action())
    await world.pool.close()
    fresh = action(member="somebody new")
    assert (await world.send(fresh)).status_code == 503


async def test_a_client_that_leaves_disturbs_nobody(world: World, action: Make) -> None:
    log = GatedLog()
    gated = world.served(log=log)
    serving = Serving(gated.client._transport.app, "127.0.0.1", 0)  # type: ignore[attr-defined]
    await serving.start()
    body = json.dumps(action(id="left")).encode()
    head = (
        f"POST /v1/actions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    _, halfway = await asyncio.open_connection("127.0.0.1", serving.port)
    halfway.write(head + body[:10])
    await halfway.drain()
    halfway.close()
    _, whole = await asyncio.open_connection("127.0.0.1", serving.port)
    whole.write(head + body)
    await log.asked.acquire()
    whole.close()
    await whole.wait_closed()
    log.open.set()
    assert (await gated.send(action(id="stayed"))).status_code == 202
    await serving.stop()
    assert [r.offset for r in log.store.records[world.tea.partition]] == [0, 1]


async def test_stopping_waits_for_what_is_under_way(world: World, action: Make) -> None:
    log = GatedLog()
    gated = world.served(log=log)
    under_way = asyncio.create_task(gated.send(action()))
    await log.asked.acquire()
    stopping = asyncio.create_task(gated.intake.stop())
    await asyncio.sleep(0)
    late = await gated.send(action())
    assert (late.status_code, stopping.done()) == (503, False)
    log.open.set()
    assert (await under_way).status_code == 202
    await stopping
    await gated.intake.stop()


async def test_the_service_serves_says_whether_it_is_ready_and_stops(
    world: World, action: Make
) -> None:
    ingest = Ingest(world.context, ("127.0.0.1", 0))
    await ingest.start()
    assert await ingest.ready() is None
    world.log.store.lose()
    assert await ingest.ready() == "the log is away"
    world.log.store.restore()
    await world.pool.close()
    assert await ingest.ready() == "the database is away"
    assert ingest.port > 0
    await ingest.stop()
    await ingest.stop()


async def test_a_body_that_trickles_in_is_a_408(world: World) -> None:
    slow = world.served(limits=Limits(reading=0.01))
    headers = {"Authorization": f"Bearer {world.key}", "Content-Type": "application/json"}
    sent: list[Any] = []
    first = [{"type": "http.request", "body": b"[", "more_body": True}]

    async def receive() -> dict[str, Any]:
        if not first:
            await asyncio.Event().wait()
        return first.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/actions",
        "raw_path": b"/v1/actions",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }
    await slow.client._transport.app(scope, receive, send)  # type: ignore[attr-defined]
    assert sent[0]["status"] == 408
