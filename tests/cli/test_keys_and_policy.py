"""`hearth keys` and `hearth policy`, as typed."""

import asyncio
import json
from pathlib import Path

import pytest

from services.cli.errors import CommandFailedError
from services.cli.home import opened
from services.cli.keys import app as keys
from services.cli.policy import app as policy
from services.kit.runtime.settings import load

GOOD = "points:\n  - name: post\n    on: post.created\n    doer: {points: 5}\n"
BAD = "title: Tea\npoints:\n  - name: post\n    on: post.created\n    bonus: 3\n"


@pytest.fixture(autouse=True)
def here(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEARTH_DATABASE_URL", database)
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path / "data"))


def run(app: object, *typed: str) -> object:
    """Call a command as the main program does."""
    assert callable(app)
    return app(list(typed), result_action="return_value", exit_on_error=False)


def test_a_key_is_shown_once_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    run(keys, "create", "board", "--scope", "read", "--community", "tea", "--json")
    made = json.loads(capsys.readouterr().out)
    assert made["key"].startswith(f"hearth_{made['id']}_")
    assert (made["scopes"], made["communities"]) == (["read"], ["tea"])
    run(keys, "list", "--json")
    told = capsys.readouterr().out
    assert [key["id"] for key in json.loads(told)] == [made["id"]]
    assert made["key"] not in told
    run(keys, "revoke", made["id"])
    with pytest.raises(CommandFailedError, match="hearth keys list"):
        run(keys, "revoke", made["id"])


@pytest.mark.parametrize("wrong", [["--scope", "fly"], ["--scope", "read", "--expires", "soon"]])
def test_a_wrong_key_is_refused(wrong: list[str]) -> None:
    with pytest.raises(CommandFailedError):
        run(keys, "create", "x", *wrong)


def test_a_policy_is_checked_with_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD)
    bad.write_text(BAD)
    assert run(policy, "check", str(good)) == 0
    assert run(policy, "check", str(bad)) == 1
    told = capsys.readouterr().err
    assert f"{bad}:5: /points/0/bonus no such key; allowed here are" in told
    assert run(policy, "check", str(bad), "--json") == 1
    assert json.loads(capsys.readouterr().out)[0]["line"] == 5
    with pytest.raises(CommandFailedError, match="cannot be read"):
        run(policy, "check", str(tmp_path / "none.yaml"))


def test_a_policy_is_published_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tea.yaml"
    file.write_text(GOOD)
    with pytest.raises(CommandFailedError, match="PUT /v1/communities/tea"):
        run(policy, "publish", str(file), "--community", "tea")
    asyncio.run(create("tea"))
    said = []
    for _ in range(2):
        run(policy, "publish", str(file), "--community", "tea", "--json")
        said.append(json.loads(capsys.readouterr().out))
    assert said == [{"position": 1, "published": True}, {"position": 1, "published": False}]
    file.write_text(BAD)
    with pytest.raises(CommandFailedError, match="hearth policy check"):
        run(policy, "publish", str(file), "--community", "tea")


async def create(slug: str) -> None:
    settings = load()
    assert settings.database_url
    async with opened(settings, settings.database_url.get_secret_value()) as home:
        await home.registry.create_or_change(slug, name=slug, type_="interest")


def test_the_shipped_ones_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    run(policy, "list", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert "stackexchange" in [row["name"] for row in listed]
    assert all(row["title"] for row in listed)
