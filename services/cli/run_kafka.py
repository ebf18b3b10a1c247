"""`make run-kafka`: a real Kafka, PostgreSQL, and the four services, each in its own process.

Everything lies in HEARTH_DATA, `./.hearth-kafka` by default: not the folder of `make run`, whose
tables follow another log. Where HEARTH_LOG_URL or HEARTH_DATABASE_URL is set, that server is used
instead of one of our own. Whatever process is killed is started again.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from services.cli.home import kept_alive, operator_key
from services.cli.supervisor import Part, Supervisor
from services.kit.log.kafka_server import KafkaMissingError, KafkaServer
from services.kit.log.kafka_server.download import classpath
from services.kit.runtime.postgres_server import EmbeddedPostgres
from services.kit.runtime.settings import Settings, WrongSettingError, load

SERVICES = ("ingest", "incentives", "alerts", "api")
MODULE = "services.cli.run_kafka"


def say(name: str, line: str) -> None:
    """Prints what a part said, with its name before it."""
    sys.stdout.write(f"{name:>10} | {line}\n")
    sys.stdout.flush()


async def main(data: Path) -> None:
    """Run until SIGINT or SIGTERM, then stop in the opposite order of starting."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    os.environ["HEARTH_DATA"] = str(data)
    async with contextlib.AsyncExitStack() as stack:
        if "HEARTH_DATABASE_URL" not in os.environ:
            postgres = EmbeddedPostgres(data / "postgres", owner=True)
            os.environ["HEARTH_DATABASE_URL"] = postgres.start()
            stack.callback(postgres.stop)
            await stack.enter_async_context(kept_alive(postgres))
            say("postgres", os.environ["HEARTH_DATABASE_URL"])
        async with kafka(data, stopping), kept(services()):
            await until_listening(load().port, stopping)
            welcome(load())
            await stopping.wait()
            say("run-kafka", "stopping")


def welcome(settings: Settings) -> None:
    """Where everything is."""
    first = settings.management_port
    ports = ", ".join(f"{name} {first + number}" for number, name in enumerate(SERVICES))
    for line in (
        f"API          http://{settings.host}:{settings.port} (its description: /docs)",
        f"metrics      http://{settings.host}:PORT/metrics: {ports}",
        f"operator key {operator_key(settings)}",
        f"data         {settings.data}",
        "Kill any process: it is started again and goes on. Ctrl-C stops all.",
    ):
        say("run-kafka", line)


def services() -> list[Part]:
    """The four, as `hearth serve` starts them."""
    hearth = str(Path(sys.executable).with_name("hearth"))
    return [Part(name, [hearth, "serve", name]) for name in SERVICES]


@contextlib.asynccontextmanager
async def kafka(data: Path, stopping: asyncio.Event) -> AsyncIterator[Supervisor | None]:
    """A broker, unless HEARTH_LOG_URL names one; entered once it listens or we are to stop."""
    if "HEARTH_LOG_URL" in os.environ:
        yield None
        return
    server = KafkaServer(data / "kafka")
    os.environ["HEARTH_LOG_URL"] = f"kafka://{server.address}"
    command = [sys.executable, "-m", MODULE, "broker", str(server.folder), str(server.port)]
    async with kept([Part("kafka", command)]) as supervisor:
        await until_listening(server.port, stopping)
        yield supervisor


async def until_listening(port: int, stopping: asyncio.Event) -> None:
    """Wait until something listens there, or we are to stop."""
    while not stopping.is_set() and not await listens(port):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 0.1)


@contextlib.asynccontextmanager
async def kept(parts: list[Part]) -> AsyncIterator[Supervisor]:
    """The parts run inside, and have ended afterwards."""
    supervisor = Supervisor(parts, say)
    running = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        supervisor.stop()
        await running


async def listens(port: int) -> bool:
    """Whether something accepts connections on a port of this host."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


def broker(folder: Path, port: int) -> int:
    """Run one broker in the foreground until SIGTERM; 1 where it ended by itself."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    server = KafkaServer(folder, port)
    try:
        sys.stdout.write(f"listening on {server.start()}\n")
        sys.stdout.flush()
        return server.wait() or 1
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()


def entry(words: list[str]) -> int:
    """`run_kafka` starts everything; `broker FOLDER PORT` one broker; `fetch` gets its jars."""
    try:
        match words:
            case []:
                load()  # what is set wrongly is said before anything starts
                classpath()
                asyncio.run(main(Path(os.environ.get("HEARTH_DATA", ".hearth-kafka")).absolute()))
            case ["broker", folder, port]:
                return broker(Path(folder), int(port))
            case ["fetch"]:
                classpath()
            case _:
                sys.stderr.write(f"usage: python -m {MODULE} [fetch | broker FOLDER PORT]\n")
                return 2
    except (KafkaMissingError, WrongSettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(entry(sys.argv[1:]))
