"""One broker: formatted, started, waited for, stopped or killed by its process id."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.kit.log.kafka_server.download import KafkaMissingError, classpath

_TEMPLATE = Path(__file__).with_name("server.properties")
_JAVA = ["java", "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
_START_WITHIN = 60.0


class KafkaServer:
    """A broker with its data in `folder`; `port` 0 takes a free one. Can be killed and restarted.

    `settings` of the broker come before those of `server.properties`. `cluster` is the id of the
    cluster it belongs to with others, whose settings must say so; without it stands alone.
    `formatted` are more words for the tool that makes its folder.
    `start` raises KafkaMissingError when Java or Maven are missing or the broker does not come up.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        settings: Mapping[str, str] | None = None,
        cluster: str | None = None,
        formatted: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self.controller = _kept_port(folder / "controller.port")
        self.settings = dict(settings or {})
        self._cluster = cluster
        self._formatted = formatted
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """`host:port`, as clients take it."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The broker's process id, while it runs."""
        if self._process is None:
            raise KafkaMissingError("the broker is not running")
        return self._process.pid

    def start(self) -> str:
        """Start, wait until it listens, and return its address."""
        self.begin()
        return self.listening()

    def begin(self) -> None:
        """Start, and wait for nothing: brokers of a cluster wait for each other."""
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own words and the user's folder
                self._java("kafka.Kafka", str(self._properties())),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def listening(self) -> str:
        """Wait until it listens; its address."""
        if self._process is None:
            raise KafkaMissingError("the broker is not running")
        self._wait(self._process)
        return self.address

    def stop(self) -> None:
        """Shut down cleanly. Stopping twice is safe."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self._end(signal.SIGKILL)

    def wait(self) -> int:
        """Wait until the broker ends by itself or by a signal; its exit code."""
        return self._process.wait() if self._process else 0

    def disown(self) -> None:
        """Leave it running, for others to end by its process id."""
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0
        self._process = None

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        alone = () if self._cluster else ("--standalone",)
        cluster = self._cluster or cluster_id()
        words = ("format", *alone, *self._formatted, "-t", cluster)
        done = subprocess.run(  # noqa: S603 - our own words and the user's folder
            self._java("kafka.tools.StorageTool", *words, "-c", str(self._properties())),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise KafkaMissingError(f"Kafka could not format its folder:\n{done.stderr}")

    def _properties(self) -> Path:
        path = self.folder / "server.properties"
        text = _TEMPLATE.read_text(encoding="utf-8")
        for name, value in self.settings.items():  # a name that stands twice is no setting
            text = re.sub(rf"^{re.escape(name)}=.*\n", "", text, flags=re.MULTILINE)
            text += f"{name}={value}\n"
        for word, value in (
            ("{port}", str(self.port)),
            ("{controller}", str(self.controller)),
            ("{data}", str(self.folder / "data")),
        ):
            text = text.replace(word, value)
        path.write_text(text, encoding="utf-8")
        return path

    def _java(self, main: str, *words: str) -> list[str]:
        return [*_JAVA, "-cp", classpath(), main, *words]

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _START_WITHIN
        while not _listens(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                output = (self.folder / "output").read_text(errors="replace")[-4000:]
                self.kill()
                raise KafkaMissingError(f"Kafka did not come up; the end of its output:\n{output}")
            time.sleep(0.05)


def cluster_id() -> str:
    """A random id that never begins with a dash, which the tool would take for an option."""
    random = os.urandom(16)
    return urlsafe_b64encode(bytes([random[0] & 0x7F]) + random[1:]).decode().rstrip("=")


def _kept_port(path: Path) -> int:
    """The controller's port must survive a restart."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(_free_port()))
    return int(path.read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
