"""The compose file: valid, complete, and in the words of the settings that exist."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ruamel.yaml import YAML

from services.cli.serve import ORDER
from services.kit.runtime import settings
from tests.deploy.checked import DEPLOY, checked

COMPOSE = DEPLOY / "compose.yaml"
SERVICES = ("ingest", "incentives", "alerts", "api")


def compose() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(COMPOSE.read_text())["services"]
    return document


def test_it_follows_the_compose_specification() -> None:
    answer = checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)
    assert answer.returncode == 0, answer.stdout


def test_a_mistyped_key_would_be_found(tmp_path: Path) -> None:
    planted = tmp_path / "compose.yaml"
    planted.write_text(COMPOSE.read_text().replace("healthcheck:", "healthchek:"))
    answer = checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", planted)
    assert "healthchek" in answer.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_container_of_its_own(service: str) -> None:
    entry = compose()[service]
    assert entry["command"] == ["serve", service]
    assert entry["depends_on"] == {
        "kafka": {"condition": "service_healthy"},
        "postgres": {"condition": "service_healthy"},
    }


def management_port(service: str) -> int:
    """Where a service of its own process tells about itself, by the settings of its container."""
    base = int(compose()[service]["environment"]["HEARTH_MANAGEMENT_PORT"])
    return base + ORDER.index(service)


def test_every_container_is_watched() -> None:
    assert [name for name, entry in compose().items() if "healthcheck" not in entry] == []
    for service in SERVICES:
        asked = compose()[service]["healthcheck"]["test"]
        assert asked == ["CMD", "python", "/opt/hearth/ready.py", str(management_port(service))]


def test_the_gateway_finds_ingest() -> None:
    urls = {compose()[service]["environment"]["HEARTH_INGEST_URL"] for service in SERVICES}
    assert urls == {"http://ingest:8081"}


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_the_process_says(status: int, code: int) -> None:
    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        Thread(target=server.handle_request).start()
        command = [sys.executable, str(DEPLOY / "ready.py"), str(server.server_port)]
        assert subprocess.run(command, capture_output=True).returncode == code


def test_others_images_are_pinned() -> None:
    images = {entry["image"] for entry in compose().values()} - {"hearth"}
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_nothing_is_offered_beyond_this_host() -> None:
    ports = [port for entry in compose().values() for port in entry.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_what_is_set_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variables of each container the settings load; a mistyped one would not."""
    secrets = {"HEARTH_MASTER_KEY": "00" * 32, "HEARTH_OPERATOR_KEY": "key"}
    for service in SERVICES:
        environment = {**compose()[service]["environment"], **secrets}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        loaded = settings.load()
        assert loaded.host == "0.0.0.0"  # noqa: S104 - inside a container
        assert loaded.log_url == "kafka://kafka:9092"


def test_no_secret_has_a_default() -> None:
    for name in ("POSTGRES_PASSWORD", "HEARTH_OPERATOR_KEY", "HEARTH_MASTER_KEY"):
        uses = COMPOSE.read_text().split("${" + name)[1:]
        assert uses
        assert all(use.startswith(":?") for use in uses)
