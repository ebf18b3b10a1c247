"""`hearth settings` shows what is set and no secret; what opens Kafka gets to where it is used."""

import json
from pathlib import Path

import pytest

from services.cli import home
from services.cli.settings import show
from services.kit.log.kafka import KafkaLog
from services.kit.log.kafka_access import Access
from services.kit.log.port import ACTIONS
from services.kit.runtime.settings import load


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Settings for a Kafka behind TLS and a password; the file of its CA."""
    ca = tmp_path / "ca.pem"
    ca.touch()
    for name, value in {
        "LOG_URL": "kafka://broker:9093",
        "LOG_SECURITY": "SASL_SSL",
        "LOG_MECHANISM": "SCRAM-SHA-512",
        "LOG_USERNAME": "hearth",
        "LOG_PASSWORD": "swordfish",
        "LOG_CA_FILE": str(ca),
        "DATABASE_URL": "postgresql://u:swordfish@h/d",
    }.items():
        monkeypatch.setenv(f"HEARTH_{name}", value)
    return ca


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    show(json=True)
    return {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)}


def test_it_shows_what_is_set_and_no_secret(
    guarded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = shown(capsys)
    assert found["HEARTH_LOG_SECURITY"] == "SASL_SSL"
    assert found["HEARTH_LOG_USERNAME"] == "hearth"
    assert found["HEARTH_LOG_PASSWORD"] == found["HEARTH_DATABASE_URL"] == "(set)"
    assert found["HEARTH_LOG_CA_FILE"] == str(guarded)
    show()
    assert "swordfish" not in capsys.readouterr().out + str(found)


def test_a_password_in_the_logs_url_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEARTH_LOG_URL", "postgresql://hearth:sword:f/sh@db:5432/log")
    assert shown(capsys)["HEARTH_LOG_URL"] == "postgresql://hearth:(set)@db:5432/log"


def test_the_log_is_opened_with_them(guarded: Path) -> None:
    log = home._log(load(), "kafka://broker:9093", ACTIONS)
    assert isinstance(log, KafkaLog)
    assert log.access == Access("SASL_SSL", "SCRAM-SHA-512", "hearth", "swordfish", guarded)
