"""Connections to PostgreSQL, and the migrations of the shared schemas."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

STANDSTILL = "10s"
# Above any figure a partition count or a community count gives; any constant would do.
_MIGRATION_LOCK = 0x48454152

if TYPE_CHECKING:  # generic in the stubs only
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.Connection

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that broke while asyncpg was talking on it
    TimeoutError,
)
AWAY_STATES = (
    asyncpg.OperatorInterventionError,  # starting, stopping, crashed, cancelled
    asyncpg.InsufficientResourcesError,  # disk, memory, connections
    asyncpg.PostgresSystemError,  # a file could not be read or written
    asyncpg.TransactionRollbackError,  # a deadlock, or what else only asks to begin again
    asyncpg.IdleInTransactionSessionTimeoutError,  # this process stood still for too long
)


def is_away(error: BaseException) -> bool:
    """Whether an error asks to try again later, rather than says that we are wrong."""
    if isinstance(error, ValueError):  # asyncpg's own DataError is an InterfaceError too
        return False
    return isinstance(error, AWAY + AWAY_STATES)


def _settings(search_path: str | None, synchronous: bool) -> dict[str, str]:
    settings = {"application_name": "hearth", "timezone": "UTC"}
    if search_path:
        settings["search_path"] = search_path
    if not synchronous:
        settings["synchronous_commit"] = "off"
        # A process that stands still within a transaction keeps its rows from its successor.
        settings["idle_in_transaction_session_timeout"] = STANDSTILL
    return settings


async def connect(
    dsn: str, *, search_path: str | None = None, synchronous: bool = True
) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection. Not `synchronous`: commits may be lost with a crash, as projections allow."""
    return await asyncpg.connect(
        dsn, server_settings=_settings(search_path, synchronous), timeout=10
    )


async def _as_it_was(_db: Connection) -> None:
    """Whatever transaction was left open asyncpg has rolled back already."""


async def pool(
    dsn: str,
    *,
    search_path: str | None = None,
    size: int = 4,
    synchronous: bool = True,
    **more: Any,
) -> Pool:
    """A pool of at most `size` connections, opened as they are needed.

    Whoever takes one leaves nothing in its session: settings and locks are of a transaction, and
    what listens is taken back. So it is not reset, which would be a round trip for every use.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=0,
        max_size=size,
        reset=_as_it_was,
        server_settings=_settings(search_path, synchronous),
        timeout=10,
        command_timeout=60,
        **more,
    )


class MigrationChangedError(Exception):
    """A migration that was applied before reads differently now. Migrations only add."""


async def migrate(dsn: str, folders: Iterable[Path]) -> list[str]:
    """Apply what is new of the numbered `.sql` files in `folders`; return their names.

    Safe to call from many processes at once: the first does the work, the others wait for it.
    Raises MigrationChangedError when an applied file was edited afterwards.
    """
    db = await connect(dsn)
    try:
        async with db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
            paths = [path for folder in folders for path in _numbered(folder)]
            return await _apply_new(db, paths)
    finally:
        await db.close()


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.sql"))


async def _apply_new(db: Connection, paths: list[Path]) -> list[str]:
    await db.execute(
        "CREATE TABLE IF NOT EXISTS public.hearth_migrations ("
        " name text PRIMARY KEY, checksum text NOT NULL, at timestamptz NOT NULL DEFAULT now())"
    )
    rows = await db.fetch("SELECT name, checksum FROM public.hearth_migrations")
    applied = {row["name"]: row["checksum"] for row in rows}
    fresh = []
    for path in paths:
        name, text = f"{path.parents[1].name}/{path.name}", path.read_text(encoding="utf-8")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        if name not in applied:
            await db.execute(text)
            await db.execute(
                "INSERT INTO public.hearth_migrations (name, checksum) VALUES ($1, $2)",
                name,
                checksum,
            )
            fresh.append(name)
        elif applied[name] != checksum:
            raise MigrationChangedError(
                f"{name} was applied and has changed since; put the change into a new migration"
            )
    return fresh
