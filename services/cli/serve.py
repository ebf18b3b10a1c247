"""`hearth serve`: run one of the services, or all of them in this process."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit

import prometheus_client
import uvloop
from cyclopts import App

from services.cli.consumers import consumer
from services.cli.errors import CommandFailedError
from services.cli.front import gateway, ingest, one_address
from services.cli.home import Home, embedded, opened
from services.kit.http.management import Check, management
from services.kit.http.serving import Serving
from services.kit.log.port import DEAD_LETTERS, FACTS, LogError
from services.kit.log.postgres_owner import forget_members
from services.kit.runtime import database, garbage, logging
from services.kit.runtime.lifecycle import Lifecycle, Part, PartFailedError, on_signals
from services.kit.runtime.settings import Settings, load

app = App(name="serve", help="Run ingest, incentives, alerts, api, or all of them.")

Name = Literal["ingest", "incentives", "alerts", "api", "all"]
ORDER = ("ingest", "incentives", "alerts", "api")
"""As processes of their own, their management ports follow each other in this order."""

Made = tuple[list[Part], dict[str, Check]]
"""What runs, and what readiness asks."""


@app.default
def serve(name: Name = "all") -> int:
    """Run a service until SIGTERM or Ctrl-C. `all` runs everything in this one process.

    Example: HEARTH_PORT=9000 hearth serve all

    Parameters
    ----------
    name
        Which service.
    """
    settings = load()
    logging.configure(settings.log_level, settings.log_format)
    if name != "all" and settings.database_url is None:
        raise CommandFailedError(
            "a service in a process of its own needs HEARTH_DATABASE_URL; `hearth serve all`"
            " runs on the embedded database"
        )
    return uvloop.run(run(settings, name))


async def run(
    settings: Settings, name: str = "all", welcome: Callable[[Home], None] | None = None
) -> int:
    """Serve until a signal; 1 when a part failed. `welcome` is called once all runs."""
    # A second series for each counter, that nobody asks for.
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    stop = asyncio.Event()
    on_signals(stop)
    try:
        async with serving(settings, name) as (home, lifecycle):
            (welcome or greeting(name))(home)
            await lifecycle.watch(stop)
    except PartFailedError as error:
        print(f"hearth: {error}", file=sys.stderr)
        return 1
    except (LogError, OSError) as error:
        raise CommandFailedError(_told(error, settings)) from error
    return 0


def _told(error: Exception, settings: Settings) -> str:
    if isinstance(error, OSError) and error.errno in (98, 48):
        return (
            f"port {settings.port} or {settings.management_port} is taken; set HEARTH_PORT and"
            " HEARTH_MANAGEMENT_PORT to free ones, or stop what listens there"
        )
    return f"{type(error).__name__}: {error}"


@asynccontextmanager
async def serving(settings: Settings, name: str) -> AsyncIterator[tuple[Home, Lifecycle]]:
    """A service, or all, running inside."""
    topics = (FACTS, DEAD_LETTERS) if name in ("incentives", "alerts", "all") else ()
    async with (
        embedded(settings, owner=name == "all") as dsn,
        opened(settings, dsn, topics) as home,
    ):
        if name == "all" and settings.database_url is None:
            await forget_members(dsn)
        parts, checks = made(home, name)
        lifecycle = Lifecycle([*parts, *_managed(home, name, checks)])
        await lifecycle.start()
        garbage.seldom()  # ingest too makes thousands of objects a request and hardly a cycle
        try:
            yield home, lifecycle
        finally:
            await lifecycle.stop()


def made(home: Home, name: str) -> Made:
    """The parts of a service, in the order they start."""
    host, port = home.settings.host, home.settings.port
    if name == "ingest":
        return ingest(home, (host, urlsplit(home.settings.ingest_url).port or 8081))
    if name == "api":
        return gateway(home, (host, port))
    if name in ("incentives", "alerts"):
        return consumer(home, name)
    parts: list[Part] = []
    checks: dict[str, Check] = {}
    for found in (consumer(home, "incentives"), consumer(home, "alerts"), one_address(home)):
        parts += found[0]
        checks |= found[1]
    return parts, checks


def _managed(home: Home, name: str, checks: dict[str, Check]) -> Sequence[Part]:
    base = home.settings.management_port
    port = base + (ORDER.index(name) if name in ORDER and base else 0)
    checks = {"database": _database(home), "log": _log(home), **checks}
    return [Serving(management(checks), home.settings.host, port)]


def _database(home: Home) -> Check:
    async def check() -> str | None:
        try:
            await home.pool.fetchval("SELECT 1")
        except Exception as error:
            if not database.is_away(error):
                raise
            return f"the database is away: {type(error).__name__}"
        return None

    return check


def _log(home: Home) -> Check:
    async def check() -> str | None:
        try:
            await home.actions.end(0)
        except LogError as error:
            return f"the log is away: {error}"
        return None

    return check


def greeting(name: str) -> Callable[[Home], None]:
    """What is printed once a service runs."""
    return welcome_all if name == "all" else lambda _home: print(f"{name} runs", flush=True)


def welcome_all(home: Home) -> None:
    """Address, key, and three commands that work when pasted."""
    address = f"http://{home.settings.host}:{home.settings.port}"
    auth = f"-H 'Authorization: Bearer {home.operator_key}'"
    kind = "-H 'Content-Type: application/json'"
    action = (
        '{"id": "hello-1", "source": "terminal", "type": "post.created", "community": "tea",'
        ' "member": "ming", "data": {"post": "p1", "text": "Hello, tea!"}}'
    )
    print(
        f"""
Hearth runs.
  API          {address}            (its description: {address}/docs)
  metrics      http://{home.settings.host}:{home.settings.management_port}/metrics
  operator key {home.operator_key}
  data         {home.settings.data.absolute()}

Try these, one after the other:

  curl -X PUT {address}/v1/communities/tea {auth} {kind} \\
    -d '{{"name": "Tea club", "type": "interest"}}'

  curl {address}/v1/actions {auth} {kind} \\
    -d '{action}'

  curl {address}/v1/communities/tea/members/ming {auth} \\
    -H 'Hearth-Wait-For: latest'

Ctrl-C stops it; started again it goes on with its data.
""",
        flush=True,
    )
