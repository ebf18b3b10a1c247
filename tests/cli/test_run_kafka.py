"""`make run-kafka`: its broker comes back on the same port, and the settings it hands on."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from services.cli import run_kafka
from tests.cli.heard import Heard
from tests.support.kafka import require_kafka


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard()
    monkeypatch.setattr(run_kafka, "say", heard.say)
    monkeypatch.setenv("HEARTH_LOG_URL", "")
    monkeypatch.delenv("HEARTH_LOG_URL")
    return heard


@pytest.mark.kafka
async def test_a_broker_that_ends_comes_back_on_its_port(tmp_path: Path, heard: Heard) -> None:
    require_kafka()
    async with run_kafka.kafka(tmp_path, asyncio.Event()) as supervisor:
        address = os.environ["HEARTH_LOG_URL"].removeprefix("kafka://")
        await heard.until("kafka", f"listening on {address}")
        assert supervisor
        first = supervisor.pid("kafka")
        assert first
        os.kill(first, signal.SIGTERM)
        await heard.until("kafka", "starting it again")
        await heard.until("kafka", f"listening on {address}")
    assert not await run_kafka.listens(int(address.rpartition(":")[2]))


async def test_a_log_of_ones_own_is_used_as_it_is(
    tmp_path: Path, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEARTH_LOG_URL", "kafka://elsewhere:9092")
    async with run_kafka.kafka(tmp_path, asyncio.Event()) as supervisor:
        assert supervisor is None
    assert os.environ["HEARTH_LOG_URL"] == "kafka://elsewhere:9092"


def test_each_service_is_a_process_of_its_own() -> None:
    parts = run_kafka.services()
    assert [part.name for part in parts] == ["ingest", "incentives", "alerts", "api"]
    assert [list(part.command)[1:] for part in parts] == [["serve", part.name] for part in parts]


def test_asked_wrongly_it_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_kafka.entry(["restart"]) == 2
    assert "usage:" in capsys.readouterr().err


def test_a_setting_there_is_not_is_said_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HEARTH_INGEST_PORT", "8081")
    assert run_kafka.entry([]) == 1
    assert "HEARTH_INGEST_PORT is no setting" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
