"""`hearth policy preview`, and publishing through a gate, as typed beside a running Hearth."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.cli.errors import CommandFailedError
from services.cli.home import Home, opened
from services.cli.policy import app as policy
from services.kit.runtime.settings import load
from tests.cli.test_keys_and_policy import run
from tests.incentives.preview.conftest import Place


def draft(second: int = 20, **more: Any) -> dict[str, Any]:
    """A post pays 5; the second level begins at `second`; three posts earn a badge."""
    levels = [{"name": "a"}, {"name": "b", "at_least": second}]
    paid = {"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 5}}
    writer = {"kind": "count", "action": "post.created", "at_least": 3}
    return {
        "points": [paid],
        "ladders": {"main": {"levels": levels}},
        "badges": {"writer": writer},
        **more,
    }


@pytest.fixture(autouse=True)
def here(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Given tea, in which lin wrote four posts and wei one, under a gate."""
    monkeypatch.setenv("HEARTH_DATABASE_URL", database)
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HEARTH_PARTITIONS", "1")
    asyncio.run(_begun())


async def _begun() -> None:
    async with _home() as home:
        place = Place(home)
        await place.community("tea", draft(gate={}))
        await place.posts("tea", lin=4, wei=1)
        await place.folded()


@asynccontextmanager
async def _home() -> AsyncIterator[Home]:
    settings = load()
    assert settings.database_url
    async with opened(settings, settings.database_url.get_secret_value()) as home:
        yield home


def written(tmp_path: Path, document: dict[str, Any]) -> str:
    file = tmp_path / "draft.yaml"
    file.write_text(json.dumps(document))
    return str(file)


def test_the_table_says_who_gains_and_who_loses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harder = draft(50, badges={}, accounts={"points": {"start": 1}, "growth": {}})
    run(policy, "preview", written(tmp_path, harder), "--community", "tea")
    told = capsys.readouterr().out
    assert "2 of 2 members affected: 1 gain, 0 lose, 1 some of both" in told
    assert "levels: 0 up, 1 down (of 1 above the first)" in told
    assert "points: 25 -> 27 in all" in told
    (row,) = [line for line in told.splitlines() if "lin" in line]
    cells = [cell.strip() for cell in row.replace("┃", "│").split("│") if cell.strip()]
    assert cells == ["lin", "20 -> 21", "20", "2 -> 1", "- writer"]


def test_a_file_and_programs_get_all_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, table = written(tmp_path, draft(5)), tmp_path / "changes.csv"
    typed = ("preview", file, "--community", "tea", "--json", "--csv", str(table))
    run(policy, *typed)
    told = json.loads(capsys.readouterr().out)
    assert (told["position"], told["totals"]["levels_up"]) == (6, 1)
    assert told["changes"] == [
        {
            "member": "wei",
            "accounts": {"growth": {"live": 5, "draft": 5}, "points": {"live": 5, "draft": 5}},
            "levels": {"main": {"live": 1, "draft": 2}},
            "badges": {},
        }
    ]
    with table.open(encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["member"], row["main live"], row["main draft"]) == ("wei", "1", "2")
    assert (row["points live"], row["points draft"], row["badges lost"]) == ("5", "5", "")


def test_a_draft_equal_to_what_is_live_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(policy, "preview", written(tmp_path, draft(gate={})), "--community", "tea")
    assert capsys.readouterr().out == "nothing changes for any of 2 members\n"


def test_what_was_asked_wrongly_is_said(tmp_path: Path) -> None:
    good, bad = written(tmp_path, draft()), tmp_path / "bad.yaml"
    bad.write_text("helth: {}")
    with pytest.raises(CommandFailedError, match="hearth policy check"):
        run(policy, "preview", str(bad), "--community", "tea")
    with pytest.raises(CommandFailedError, match="PUT /v1/communities/go"):
        run(policy, "preview", good, "--community", "go")
    with pytest.raises(CommandFailedError, match="--rules-of"):
        run(policy, "preview", good, "--community", "tea", "--rules-of", "soon")
    nowhere = str(tmp_path / "no" / "x.csv")
    with pytest.raises(CommandFailedError, match="cannot be written"):
        run(policy, "preview", good, "--community", "tea", "--csv", nowhere)


def test_publishing_passes_the_gate_or_says_what_would_have_to_change(tmp_path: Path) -> None:
    harder, easier = written(tmp_path, draft(50)), tmp_path / "easier.yaml"
    easier.write_text(json.dumps(draft(5)))
    with pytest.raises(CommandFailedError, match=r"1 of 1 members.*would lose one") as refused:
        run(policy, "publish", harder, "--community", "tea", "--by", "ann")
    assert "--approved-by: the policy published last asks for an approver" in str(refused.value)
    names = ("--by", "ann", "--approved-by", "ann")
    with pytest.raises(CommandFailedError, match="ann is the author"):
        run(policy, "publish", str(easier), "--community", "tea", *names)
    names = ("--by", "ann", "--approved-by", "bo")
    run(policy, "publish", str(easier), "--community", "tea", *names)
