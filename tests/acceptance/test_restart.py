"""`make run` as a newcomer has it: its own PostgreSQL, killed and started again with its data."""

from pathlib import Path

import asyncpg
import pytest

from tests.acceptance.acting import post
from tests.support.installation import Installation
from tests.support.waiting import until


@pytest.mark.xdist_group("postgres-processes")
async def test_killed_and_started_again_it_goes_on_with_its_data(tmp_path: Path) -> None:
    hearth = Installation(tmp_path / "data", one_process=True)
    base = "/v1/communities/tea"
    async with hearth.running(), hearth.client() as client:
        await client.put(base, {"name": "Tea club", "type": "interest"})
        first = await client.act(post("tea", "p1", "ming"))
        assert (await client.get(f"{base}/members/ming", position=first))["points"] == 5
        acked = await client.act([post("tea", f"q{n}", "hua") for n in range(3)])
        await hearth.bounce("all")
        assert (await client.get(f"{base}/members/ming"))["points"] == 5
        assert (await client.get(f"{base}/members/hua", position=acked))["points"] == 15
        await client.act(post("tea", "p1", "ming"))  # once before the kill is once
        last = await client.act(post("tea", "p2", "ming"))
        assert (await client.get(f"{base}/members/ming", position=last))["points"] == 10
        status, _ = hearth["all"].terminate(20)
        assert status == 0
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()


@pytest.mark.xdist_group("postgres-processes")
async def test_tables_of_an_earlier_release_are_brought_up_to_date_at_the_start(
    tmp_path: Path, database: str
) -> None:
    hearth = Installation(tmp_path / "data", database_url=database, one_process=True)
    base = "/v1/communities/tea"
    async with (
        hearth.running(),
        hearth.client() as client,
        hearth.client(address=hearth.management("all")) as management,
    ):
        await client.put(base, {"name": "Tea club", "type": "interest"})
        first = await client.act(post("tea", "p1", "ming"))
        await client.get(f"{base}/members/ming", position=first)
        db = await asyncpg.connect(database)
        await db.execute("UPDATE projection.generations SET version = 0")
        hearth["all"].terminate(20)
        hearth["all"].start()
        await hearth.ready()
        for name in ("incentives", "alerts"):
            told = f'hearth_projection_outdated{{projection="{name}"}} 0.0'
            await until(
                lambda: management.call("GET", "/metrics"),
                lambda answer, told=told: told in answer.body,  # type: ignore[misc]
            )
        last = {"Hearth-Wait-For": str(await client.act(post("tea", "p2", "ming")))}
        # Who waited for the new tables looks again, now and then.
        seen = await until(
            lambda: client.call("GET", f"{base}/members/ming", headers=last),
            lambda answer: answer.status == 200,
            seconds=60,
        )
        assert seen.body["points"] == 10
        live = "SELECT projection, generation FROM projection.generations WHERE live"
        assert dict(await db.fetch(live)) == {"incentives": 2, "alerts": 2}
        await db.close()
