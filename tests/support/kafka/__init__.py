"""A real Kafka for tests marked `kafka`: `kafka_broker` is shared by the whole run.

`own_kafka` is a broker of one's own, to kill. Without Java or Maven these tests are skipped with
the reason, and fail under CI=true.
"""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.log.kafka_server import KafkaServer, missing_tools
from tests.support.shared import Facts, run_folder, shared


def require_kafka() -> None:
    """Skip, or fail under CI, when Kafka cannot be run here."""
    if reason := missing_tools():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `host:port` of the run's broker. Topics are not deleted: take fresh names."""
    require_kafka()
    started: list[KafkaServer] = []

    def start() -> Facts:
        server = _server()
        started.append(server)
        return {"address": server.start(), "pid": server.pid, "folder": str(server.folder)}

    with shared(run_folder(tmp_path_factory), "kafka", start, _stop) as facts:
        yield facts["address"]
    while started:
        started.pop().disown()


@pytest.fixture(scope="module")
def own_kafka() -> Iterator[KafkaServer]:
    """A running broker that nobody else uses."""
    require_kafka()
    server = _server()
    server.start()
    yield server
    server.kill()
    shutil.rmtree(server.folder, ignore_errors=True)


def _server() -> KafkaServer:
    return KafkaServer(Path(tempfile.mkdtemp(prefix="hearth-kafka-")))


def _stop(facts: Facts) -> None:
    os.kill(facts["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _runs(facts["pid"]) and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(facts["folder"], ignore_errors=True)


def _runs(pid: int) -> bool:
    """Whether it runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
