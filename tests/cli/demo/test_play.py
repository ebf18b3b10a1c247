"""The demo as a server sees it, with a clock that jumps where a person would wait."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from services.cli.demo.play import World, play
from services.cli.demo.tale import COMMUNITY, HISTORY, SILENCE
from services.importers.server import connect
from services.importers.target import Target
from services.kit.runtime import clock
from tests.importers.fake import KEY, Fake

NOW = clock.parse_rfc3339("2026-11-20T21:00:00+08:00")


class Night:
    """Time that passes by waiting alone, until `end`; what was said."""

    def __init__(self, now: int = NOW, end: int = NOW + clock.HOUR) -> None:
        self.now = now
        self.end = end
        self.said: list[str] = []
        self.bars: list[tuple[int, int]] = []

    async def wait(self, seconds: float) -> None:
        self.now += round(seconds * clock.SECOND)
        if self.now > self.end:
            raise EndOfNightError

    @contextmanager
    def bar(self, _title: str) -> Iterator[Callable[[int, int], None]]:
        yield lambda done, total: self.bars.append((done, total))

    def world(self) -> World:
        return World(lambda: self.now, self.wait, self.said.append, self.bar)


class EndOfNightError(Exception):
    """The story has been told for long enough."""


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    async with Fake().running() as running:
        running.communities["other"] = {"name": "other"}
        yield running


async def told(fake: Fake, night: Night) -> Night:
    target = Target(fake.address, KEY)
    async with connect(fake.address, KEY) as server:
        with pytest.raises(EndOfNightError):
            await play(server, target, night.world())
    return night


@cache
def evening() -> tuple[Fake, Night]:
    """A first start, told once for the tests that only look."""

    async def run() -> tuple[Fake, Night]:
        async with Fake().running() as fake:
            return fake, await told(fake, Night())

    return asyncio.run(run())


def test_a_past_then_a_present_with_an_outbreak_in_it() -> None:
    fake, _ = evening()
    at = [clock.parse_rfc3339(action["time"]) for action in fake.actions]
    assert fake.communities[COMMUNITY]["policy"] == "interest"
    assert at == sorted(at)
    assert at[0] < NOW - HISTORY * clock.DAY
    assert at[-1] > NOW + 5 * clock.MINUTE
    assert len(fake.kept()) == len(fake.actions)
    angry = [action for action in fake.actions if "outbreak" in action["id"]]
    complaints = {a["member"] for a in angry if a["type"] == "complaint.filed"}
    assert len(complaints) > 35
    first = clock.parse_rfc3339(angry[0]["time"])
    assert NOW < first < NOW + 2 * clock.MINUTE


def test_the_past_goes_in_lists_and_the_present_one_by_one() -> None:
    fake, night = evening()
    past = [batch for batch in fake.lists if len(batch) > 1]
    assert fake.lists[: len(past)] == past
    assert {len(batch) for batch in past[:-1]} == {100}
    assert night.bars[-1][0] == night.bars[-1][1] == sum(map(len, past))


def test_members_fell_silent_before_now() -> None:
    fake, _ = evening()
    day_of = [(clock.parse_rfc3339(a["time"]) - NOW) // clock.DAY for a in fake.actions]
    messages = [
        (day, action["member"].startswith("staff"))
        for day, action in zip(day_of, fake.actions, strict=True)
        if action["type"] in {"post.created", "reply.created"}
    ]
    loud = [staff for day, staff in messages if -SILENCE + 2 <= day < -1]
    lively = [staff for day, staff in messages if day < -SILENCE - 1]
    assert sum(loud) > 5 * (len(loud) - sum(loud))
    assert sum(lively) < len(lively) / 5


async def test_started_again_it_goes_on_with_a_new_outbreak(fake: Fake) -> None:
    fake.communities[COMMUNITY] = {"created_at": clock.rfc3339(NOW)}
    await told(fake, Night())
    before, count = fake.kept(), len(fake.actions)
    later = NOW + 3 * clock.HOUR
    await told(fake, Night(later, later + clock.HOUR))
    again = {action["id"]: action for action in fake.actions[count:]}
    shared = set(before) & set(again)
    assert all(before[name] == again[name] for name in shared)
    assert {name for name in before if "outbreak" not in name} <= shared
    assert len({name for name in again if name.startswith("complaint/filed/outbreak")}) > 35
    assert not {name for name in shared if "outbreak" in name}


async def test_the_p1_is_told_once_with_commands_that_a_shell_takes(fake: Fake) -> None:
    old = clock.rfc3339(NOW - clock.DAY)
    soon = clock.rfc3339(NOW + clock.MINUTE)
    steps = [{"name": "isolate", "deadline": soon}, {"name": "empathise", "deadline": soon}]
    fake.incidents = [
        {"id": "r2-old", "priority": "P3", "detected_at": soon, "steps": []},
        {"id": "r4-old", "priority": "P1", "detected_at": old, "steps": []},
        {"id": "r4-new", "priority": "P1", "detected_at": soon, "steps": steps},
    ]
    night = await told(fake, Night())
    crisis = [text for text in night.said if "r4-new" in text]
    assert len(crisis) == 1
    assert "isolate by" in crisis[0]
    commands = [line for text in night.said for line in text.splitlines() if "curl" in line]
    assert len(commands) >= 9
    for line in commands:
        words = shlex.split(line)
        assert f"Authorization: Bearer {KEY}" in words
        assert any(word.startswith(f"{fake.address}/v1/") for word in words)
