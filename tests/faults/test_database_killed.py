"""F9: the database killed under everything, the log in it included. Commits that it loses are
folded again, its position is never ahead of its rows, and the process lives through it."""

import asyncio
import os
from pathlib import Path

import asyncpg
import pytest

from tests.faults.checks import Checks
from tests.faults.place import Place, place
from tests.faults.traffic import Traffic

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261122"))
KILLS = 4


async def positions(dsn: str) -> int:
    """How many records all projections together have folded, as the tables say."""
    db = await asyncpg.connect(dsn)
    try:
        return int(await db.fetchval("SELECT coalesce(sum(next), 0) FROM projection.progress"))
    finally:
        await db.close()


async def slow_to_disk(dsn: str) -> None:
    """Commits that do not wait for the disk get there late, so that a crash loses some."""
    db = await asyncpg.connect(dsn)
    await db.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
    await db.fetchval("SELECT pg_reload_conf()")
    await db.close()


async def kill_and_count(here: Place, traffic: Traffic, figures: dict[str, object]) -> None:
    """Kills in the midst of traffic, and after the last of it, where nothing follows to tell."""
    lost = []
    checks = Checks(here.dsn)
    for number in range(1, KILLS + 1):
        await traffic.reached(traffic.target * number // (KILLS + 1))
        before = await positions(here.dsn)
        here.database.kill()
        await asyncio.to_thread(here.start_database)
        lost.append(max(0, before - await positions(here.dsn)))
        await here.installation.ready()
    traffic.finish()
    await traffic.reached(traffic.target)
    await checks.caught_up()
    before = await positions(here.dsn)
    here.database.kill()
    await asyncio.to_thread(here.start_database)
    lost.append(max(0, before - await positions(here.dsn)))
    figures["records to fold again, by kill"] = lost


@pytest.mark.timeout(180)
async def test_what_a_killed_database_forgets_is_folded_again(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=5_000)
    async with place(tmp_path, kafka=False) as here:
        await slow_to_disk(here.dsn)
        checks, process = Checks(here.dsn), here.installation["all"]
        async with here.installation.client() as client:
            await traffic.prepare(client)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([client]))
                tasks.create_task(kill_and_count(here, traffic, figures))
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        figures |= {
            "acknowledged": traffic.acked,
            "answers": dict(sorted(traffic.answers.items())),
            **found.figures(),
        }
        assert found.clean
        assert process.running
        assert process.starts == 1
        proof = await here.installation.command("verify", "--json")
        assert proof.returncode == 0, proof.stdout + proof.stderr
