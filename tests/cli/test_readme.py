"""The README followed by a machine: a fresh folder, `hearth serve all`, its commands pasted."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.code import ROOT

pytestmark = pytest.mark.xdist_group("readme")
PAGES = ("README.md", "README.zh.md")


class Running:
    """A Hearth of its own process, and what it said when it was up."""

    def __init__(self, data: Path, port: int) -> None:
        self.at = f"http://127.0.0.1:{port}"
        settings = {"HEARTH_DATA": str(data), "HEARTH_PORT": str(port)}
        self.environment = {**os.environ, **settings, "HEARTH_MANAGEMENT_PORT": "0"}
        with (data / "errors").open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.cli.main", "serve", "all"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.said = "".join(iter(self._line, ""))
        assert "Hearth runs" in self.said, (data / "errors").read_text()
        self.key = (data / "operator.key").read_text().strip()

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        return "" if line.startswith("Ctrl-C") else line

    def paste(self, commands: str) -> list[Any]:
        """What the commands of a block answered, each a JSON document."""
        environment = {**self.environment, "AT": self.at, "KEY": self.key}
        script = 'curl() { command curl --silent --show-error --max-time 20 "$@"; echo; }\n'
        done = subprocess.run(
            ["bash", "-euc", script + commands], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]

    def stop(self) -> int:
        """As Ctrl-C does; its exit status."""
        self._process.send_signal(signal.SIGINT)
        code = self._process.wait(30)
        assert self._process.stdout
        self._process.stdout.close()
        return code


pytestmark = pytest.mark.xdist_group("readme")  # one server serves the page's commands


@pytest.fixture(scope="module")
def hearth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if shutil.which("curl") is None:
        pytest.skip("curl is missing")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Running(tmp_path_factory.mktemp("readme"), port)
    yield running
    assert running.stop() == 0


def blocks(page: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_points_appear_and_a_repeat_changes_nothing(hearth: Running, page: str) -> None:
    first = blocks(page)[1]
    community, accepted, member = hearth.paste(first)
    assert community.get("name")
    assert accepted["accepted"] == 2
    assert member["points"] > 0
    *_, again = hearth.paste(first)
    assert again["points"] == member["points"]


@pytest.mark.parametrize("page", PAGES)
def test_rules_and_incidents_answer(hearth: Running, page: str) -> None:
    hearth.paste(blocks(page)[1])
    rules, incidents = hearth.paste(blocks(page)[2])
    assert "R2" in json.dumps(rules)
    assert "status" not in incidents


def test_the_commands_it_prints_work_when_pasted(hearth: Running) -> None:
    create, act, read = re.findall(r"^  (curl (?:.*\\\n)*.*)$", hearth.said, re.MULTILINE)
    (created,), (taken,) = hearth.paste(create), hearth.paste(act)
    assert created["community"] == "tea"
    assert taken["accepted"] == 1
    (member,) = hearth.paste(read)
    assert member["member"] == "ming"


def test_the_key_lies_where_the_page_says(hearth: Running) -> None:
    assert all("$(cat .hearth/operator.key)" in blocks(page)[0] for page in PAGES)
    assert hearth.key in hearth.said
