"""From committed facts to a receiver: at least once, one id, each attempt signed anew."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from services.alerts.notify import notifier as notifier_module
from services.alerts.notify import outbox
from services.alerts.notify.commands import drop_webhook, owner, put_webhook, webhooks
from services.alerts.notify.notifier import Notifier
from services.alerts.notify.webhook import backoff
from services.alerts.notify.webhook.signing import key_of
from services.kit.runtime import clock
from services.kit.runtime.database import migrate
from services.kit.runtime.migrations import folders
from services.kit.runtime.secrets import Vault
from tests.alerts.notify.test_signing import SECRET

VAULT = Vault(b"m" * 32)


class Receiver:
    """Answers as told, and keeps what came."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[web.Response] = []
        self.paths: set[str] = set()
        self.arrived = asyncio.Condition()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        self.paths.add(request.path)
        async with self.arrived:
            self.arrived.notify_all()
        return self.answers.pop(0) if self.answers else web.Response(status=204)

    async def until(self, count: int) -> None:
        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(lambda: len(self.came) >= count), 20)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/{name}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def db(database: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    await migrate(database, folders())
    made = await asyncpg.connect(database)
    await made.execute("INSERT INTO projection.progress VALUES ('alerts', 1, 0, 0, 1, 0)")
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "WAITS", (0.01, 0.01, 0.01))


async def conclude(db: Any, offset: int, **more: Any) -> None:
    """A fact as the worker commits it."""
    data = {"incident": f"r4-{offset}", "priority": "P1", "muted": ["pager"], **more}
    await db.execute(
        "INSERT INTO projection.facts VALUES ('alerts', 0, $1, 0, 7, $2, 'incident.opened', 5, $3)",
        offset, f"incident/r4-{offset}/opened", json.dumps(data),
    )  # fmt: skip
    await db.execute("SELECT pg_notify('hearth_facts', 'alerts')")


async def until(check: Callable[[], Any]) -> Any:
    """What a query answers once it answers something."""
    async with asyncio.timeout(20):
        while True:
            found = await check()
            if found:
                return found
            await asyncio.sleep(0.02)


async def test_retries_keep_the_id_and_sign_anew(
    db: Any, database: str, receiver: Receiver
) -> None:
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    receiver.answers = [
        web.Response(status=500),
        web.Response(status=307, headers={"Location": "/b"}),
    ]
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await conclude(db, 1)
    await receiver.until(3)
    at = await until(lambda: db.fetchval("SELECT delivered_at FROM notify.delivery"))
    await notifier.stop()
    await notifier.stop()
    assert at
    assert receiver.paths == {"/a"}
    assert len(receiver.came) == 3
    assert len({came["webhook-id"] for came, _ in receiver.came}) == 1
    assert len({body for _, body in receiver.came}) == 1
    for came, body in receiver.came:
        told = Webhook(SECRET).verify(body, came)
        assert told["type"] == "incident.opened"
        assert "muted" not in told["data"]


async def test_what_was_put_aside_by_a_clock_that_was_ahead_is_told_now(
    db: Any, database: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once before it was tried, and once between two attempts."""
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    receiver.answers = [web.Response(status=500)]
    await conclude(db, 1)
    true = clock.now
    monkeypatch.setattr(clock, "now", lambda: true() + 30 * clock.DAY)
    await outbox.fill(db)
    monkeypatch.setattr(backoff, "WAITS", (86_400,))
    for setting_right in (False, True):
        notifier = Notifier(database, VAULT, anywhere=True)
        await notifier.start()
        await receiver.until(1 + setting_right)
        await until(
            lambda n=1 + setting_right: db.fetchval(f"SELECT attempts = {n} FROM notify.delivery")
        )
        await notifier.stop()
        monkeypatch.setattr(clock, "now", true)
    assert await db.fetchval("SELECT delivered_at IS NOT NULL FROM notify.delivery")
    await conclude(db, 2)
    monkeypatch.setattr(clock, "now", lambda: true() + 30 * clock.DAY)
    await outbox.fill(db)
    monkeypatch.setattr(clock, "now", true)
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await receiver.until(3)
    await notifier.stop()


async def test_a_fact_is_told_once_whoever_looks_again(
    db: Any, database: str, receiver: Receiver
) -> None:
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    await conclude(db, 1)
    for _ in range(2):
        await db.execute("DELETE FROM notify.cursor")
        notifier = Notifier(database, VAULT, anywhere=True)
        await notifier.start()
        await until(lambda: db.fetchval("SELECT delivered_at FROM notify.delivery"))
        await until(lambda: db.fetchval('SELECT "offset" FROM notify.cursor'))
        await notifier.stop()
    assert len(receiver.came) == 1


async def test_gone_disables_and_an_operator_enables_again(
    db: Any, database: str, receiver: Receiver
) -> None:
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    receiver.answers = [web.Response(status=410)]
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await conclude(db, 1)
    await until(lambda: db.fetchval("SELECT disabled_at FROM notify.webhook"))
    await conclude(db, 2)
    (found,) = await webhooks(db, 7)
    assert found.disabled_why == "answered 410 Gone"
    await until(lambda: db.fetchval('SELECT "offset" = 2 FROM notify.cursor'))
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    await conclude(db, 3)
    await receiver.until(2)
    await notifier.stop()
    assert json.loads(receiver.came[1][1])["data"]["incident"] == "r4-3"
    assert await drop_webhook(db, 7, "operators")
    assert not await drop_webhook(db, 7, "operators")


async def test_it_is_given_up_in_the_end(db: Any, database: str, receiver: Receiver) -> None:
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    receiver.answers = [web.Response(status=500) for _ in range(9)]
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await conclude(db, 1)
    await until(lambda: db.fetchval("SELECT failed_at FROM notify.delivery"))
    await notifier.stop()
    assert len(receiver.came) == 4


async def test_a_slow_receiver_delays_no_other(
    db: Any, database: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier_module, "AT_ONCE", 6)
    held = asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        await held.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", slow)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await put_webhook(db, VAULT, 7, "slow", address, SECRET, anywhere=True)
    await put_webhook(db, VAULT, 7, "operators", f"{receiver.url}/a", SECRET, anywhere=True)
    notifier = Notifier(database, VAULT, anywhere=True)
    for n in range(16):
        await conclude(db, n, muted=["operators" if n < 8 else "slow"])
    await notifier.start()
    await receiver.until(8)
    held.set()
    await notifier.stop()
    await runner.cleanup()


async def test_who_hears_of_what(db: Any, database: str, receiver: Receiver) -> None:
    for name, events in (("any", None), ("pager", None), ("ends", ["incident.resolved"])):
        address = f"{receiver.url}/{name}"
        await put_webhook(db, VAULT, 7, name, address, SECRET, events=events, anywhere=True)
    await put_webhook(db, VAULT, 8, "another", f"{receiver.url}/c", SECRET, anywhere=True)
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await conclude(db, 1)
    await conclude(db, 2, muted=[])
    await receiver.until(3)
    await notifier.stop()
    told = [(json.loads(body)["data"]["incident"]) for _, body in receiver.came]
    assert sorted(told) == ["r4-1", "r4-2", "r4-2"]
    assert receiver.paths == {"/any", "/pager"}


async def test_what_waits_for_a_receiver_goes_with_it(
    db: Any, database: str, receiver: Receiver
) -> None:
    await put_webhook(db, VAULT, 7, "a", f"{receiver.url}/a", SECRET, anywhere=True)
    await conclude(db, 1)
    await outbox.fill(db)
    assert [found.waiting for found in await webhooks(db, 7)] == [1]
    assert await drop_webhook(db, 7, "a")
    await put_webhook(db, VAULT, 7, "a", f"{receiver.url}/a", SECRET, anywhere=True)
    notifier = Notifier(database, VAULT, anywhere=True)
    await notifier.start()
    await conclude(db, 2)
    await receiver.until(1)
    last = await until(lambda: db.fetchval("SELECT last_outcome FROM notify.webhook"))
    await notifier.stop()
    assert json.loads(receiver.came[0][1])["data"]["incident"] == "r4-2"
    assert (last, [found.waiting for found in await webhooks(db, 7)]) == ("answered 204", [0])


async def test_a_secret_is_made_once_and_kept(db: Any) -> None:
    made = await put_webhook(db, VAULT, 7, "a", "https://example.com", None)
    assert made
    assert len(key_of(made)) == 32
    assert await put_webhook(db, VAULT, 7, "a", "https://example.com/b", None) is None
    sealed = await db.fetchval("SELECT secret FROM notify.webhook")
    assert VAULT.open(sealed, owner(7, "a")).decode() == made
    assert made.encode() not in sealed
    assert await put_webhook(db, VAULT, 7, "a", "https://example.com/b", SECRET) is None
    sealed = await db.fetchval("SELECT secret FROM notify.webhook")
    assert VAULT.open(sealed, owner(7, "a")).decode() == SECRET


async def test_addresses_and_secrets_are_checked_when_they_are_set(db: Any) -> None:
    for wrong in ("http://example.com", "https://10.0.0.1/x", "https://[", "https://a:99999/", "x"):
        with pytest.raises(ValueError, match="https"):
            await put_webhook(db, VAULT, 7, "a", wrong, SECRET)
    with pytest.raises(ValueError, match="whsec_"):
        await put_webhook(db, VAULT, 7, "a", "https://example.com", "secret")


async def test_it_stops_though_it_is_woken_in_the_same_moment(database: str, db: Any) -> None:
    for _ in range(3):
        notifier = Notifier(database, VAULT)
        await notifier.start()
        await until(lambda: db.fetchval("SELECT count(*) FROM pg_locks WHERE locktype='advisory'"))
        async with asyncio.timeout(10):
            notifier._wake()
            await notifier.stop()
