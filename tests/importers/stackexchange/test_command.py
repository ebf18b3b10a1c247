"""`hearth import stackexchange` as it is typed, against a server that answers."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.cli.import_ import app, found
from tests.importers.fake import KEY, Fake
from tests.importers.stackexchange.dumps import write
from tests.importers.stackexchange.test_history import POSTS, USERS


@contextmanager
def served(fake: Fake) -> Iterator[None]:
    """The fake in a thread: the command runs a loop of its own, as in a terminal."""
    up, loop, done = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with fake.running():
            up.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    up.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def typed(*words: str) -> int:
    """The exit status of a command line."""
    with pytest.raises(SystemExit) as caught:
        app(["stackexchange", *words], result_action="sys_exit")
    return int(caught.value.code or 0)


@pytest.fixture
def dump(tmp_path: Path) -> str:
    return str(write(tmp_path / "q.example", Users=USERS, Posts=POSTS))


def test_the_importer_is_found_by_lying_there() -> None:
    assert "stackexchange" in set(found())


def test_a_dump_arrives(dump: str, capsys: pytest.CaptureFixture[str]) -> None:
    fake = Fake()
    with served(fake):
        options = ["--community", "quantum", "--policy", "stackexchange-2018", "--key", KEY]
        status = typed(dump, *options, "--address", fake.address, "--json")
    summary = json.loads(capsys.readouterr().out)
    assert status == 0
    assert fake.communities["quantum"]["time_zone"] == "UTC"
    assert fake.communities["quantum"]["policy"] == "stackexchange-2018"
    assert summary["sent"]["member.joined"] == 2
    assert summary["source"] == "https://q.example"
    assert summary["actions"] == len(fake.actions) - 2
    assert sum(summary["skipped"].values()) == 1


def test_the_summary_is_for_people_too(dump: str, capsys: pytest.CaptureFixture[str]) -> None:
    fake = Fake()
    with served(fake):
        typed(dump, "--community", "quantum", "--key", KEY, "--address", fake.address)
    told = capsys.readouterr().out
    assert "7 actions from https://q.example" in told
    assert "tag wikis" in told


def test_failures_are_one_line_and_a_status(
    dump: str, capsys: pytest.CaptureFixture[str], unused_tcp_port: int
) -> None:
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    options = ["--community", "q", "--key", KEY, "--address", nobody]
    assert typed(dump, *options) == 1
    assert typed("/nowhere", *options) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert "make run" in lines[0]
    assert "is not a folder" in lines[1]


def test_a_policy_that_is_not_there_is_asked_wrongly(
    dump: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = Fake()
    with served(fake):
        options = ["--community", "q", "--policy", "none", "--key", KEY, "--address", fake.address]
        assert typed(dump, *options) == 2
    assert "422 No such policy" in capsys.readouterr().err
    assert fake.actions == []
