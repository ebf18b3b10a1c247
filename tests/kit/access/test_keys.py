"""Keys in a real database."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.kit.access import keys as module
from services.kit.access.key import NotAuthenticatedError, Scope
from services.kit.access.keys import FRESH, STALE, Keys
from services.kit.runtime import clock, database

MIGRATIONS = Path(module.__file__).with_name("migrations")
OPERATOR = "the operator's own words"


class Watch:
    """A monotonic clock that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool]:
    await module.database.migrate(database, [MIGRATIONS])
    pool = await module.database.pool(database, size=2)
    yield pool
    await pool.close()


@pytest.fixture
def keys(pool: asyncpg.Pool, watch: Watch) -> Keys:
    return Keys(pool, OPERATOR, watch)


async def test_a_key_is_known_by_its_token_and_stored_without_it(
    keys: Keys, pool: asyncpg.Pool
) -> None:
    token, made = await keys.create("shop", ["actions:write"], ["tea"])
    key = await keys.identify(f"Bearer {token}")
    assert key == made
    assert (key.scopes, key.communities) == ({Scope.WRITE}, {"tea"})
    stored = await pool.fetchval("SELECT k::text FROM hearth.api_keys k")
    assert token.rsplit("_", 1)[1] not in stored


async def test_a_wrong_secret_behind_a_right_id_is_refused(keys: Keys) -> None:
    token, _ = await keys.create("shop", ["read"])
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    with pytest.raises(NotAuthenticatedError):
        await keys.identify(f"Bearer {wrong}")


async def test_an_expired_key_is_refused(keys: Keys) -> None:
    token, _ = await keys.create("shop", ["read"], None, clock.now() - 1)
    with pytest.raises(NotAuthenticatedError):
        await keys.identify(f"Bearer {token}")


async def test_the_operators_key_may_do_all(keys: Keys) -> None:
    key = await keys.identify(f"Bearer {OPERATOR}")
    key.require(Scope.ADMIN, "any")


async def test_a_revocation_elsewhere_holds_once_the_cache_is_stale(
    keys: Keys, pool: asyncpg.Pool, watch: Watch
) -> None:
    token, made = await keys.create("shop", ["read"])
    await keys.identify(f"Bearer {token}")
    assert await Keys(pool, None).revoke(made.id)
    await keys.identify(f"Bearer {token}")
    watch.now += FRESH
    with pytest.raises(NotAuthenticatedError):
        await keys.identify(f"Bearer {token}")
    assert not await keys.revoke(made.id)


async def test_while_the_database_is_away_a_known_key_counts_for_a_while(
    keys: Keys, pool: asyncpg.Pool, watch: Watch
) -> None:
    token, made = await keys.create("shop", ["read"])
    await keys.identify(f"Bearer {token}")
    await pool.close()
    watch.now += STALE - 1
    assert await keys.identify(f"Bearer {token}") == made
    watch.now += 1
    with pytest.raises(database.AWAY):
        await keys.identify(f"Bearer {token}")


async def test_uses_are_written_when_it_stops(keys: Keys, pool: asyncpg.Pool) -> None:
    token, _ = await keys.create("shop", ["read"])
    await keys.start()
    await keys.identify(f"Bearer {token}")
    await keys.stop()
    await keys.stop()
    [listed] = await keys.listed()
    assert listed.last_used_at is not None
