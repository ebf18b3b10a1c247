"""`hearth policy shadow`, as typed beside a running Hearth."""

import asyncio
import json
from pathlib import Path

import pytest

from services.cli.errors import CommandFailedError
from services.cli.policy import app as policy
from tests.cli.test_keys_and_policy import run
from tests.cli.test_preview import _home, draft, here, written
from tests.incentives.preview.conftest import Place

__all__ = ["here"]
TEA = ("--community", "tea")


def test_it_is_started_compared_and_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandFailedError, match="no draft runs in the shadow of tea's policy"):
        run(policy, "shadow", "show", *TEA)
    run(policy, "shadow", "start", written(tmp_path, draft(50)), *TEA, "--by", "ann")
    assert "(by ann); 7 records behind" in capsys.readouterr().out
    file = tmp_path / "changes.csv"
    run(policy, "shadow", "compare", *TEA, "--csv", str(file))
    assert "levels: 0 up, 1 down (of 1 above the first)" in capsys.readouterr().out
    assert len(file.read_text().splitlines()) == 2
    asyncio.run(_wei_writes())
    run(policy, "shadow", "show", *TEA, "--json")
    assert json.loads(capsys.readouterr().out)["behind"] == 3
    run(policy, "shadow", "compare", *TEA, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["totals"]["levels_down"] == 2
    run(policy, "shadow", "stop", *TEA)
    assert "nothing runs in the shadow" in capsys.readouterr().out
    with pytest.raises(CommandFailedError, match="no draft runs"):
        run(policy, "shadow", "stop", *TEA)


async def _wei_writes() -> None:
    async with _home() as home:
        place = Place(home, said=100)
        await place.posts("tea", wei=3)
        await place.folded()
