"""`make run` as a newcomer has it: its own PostgreSQL, killed and started again with its data."""

from pathlib import Path

import pytest

from tests.acceptance.acting import post
from tests.support.installation import Installation


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
