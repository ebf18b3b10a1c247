"""A simulated club: the staff sells out and members fall silent, then complaints break out."""

from collections.abc import AsyncIterator
from functools import cache
from hashlib import blake2b

import pytest

from services.kit.runtime import clock
from services.kit.runtime.clock import MINUTE
from services.simulator.script import Outbreak, Script, selling_out
from services.simulator.simulate import simulate
from services.simulator.stage import Wire
from tests.alerts.scene import Script as Events
from tests.alerts.scene import World, day

SILENT, BREAKS_OUT, DAYS = 27, 38.5, 39
OUTBREAK = day(0, 0) + int(BREAKS_OUT * clock.DAY)


def token(member: str) -> int:
    return int.from_bytes(blake2b(member.encode(), digest_size=7).digest())


@cache
def told() -> tuple[Wire, ...]:
    script = Script((selling_out(SILENT, 1000),), (Outbreak(BREAKS_OUT, 6, 45, about="mould"),))
    return tuple(simulate(88, day(0, 0), DAYS, script).actions)


def story(past_arrives: int | None = None) -> Events:
    """The club's actions; what is older than `past_arrives` came then, all at once."""
    events = Events()
    for wire in told():
        at = clock.parse_rfc3339(wire["time"])
        arrived = at if past_arrives is None else max(at, past_arrives)
        member = wire.get("member")
        events.add(
            wire["type"], at, None if member is None else token(member), space=wire.get("space"),
            arrived=arrived, **{k: v for k, v in wire.get("data", {}).items() if v is not None},
        )  # fmt: skip
    return events


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    made = await World.new(database)
    yield made
    await made.close()


@pytest.mark.parametrize("past_arrives", [None, OUTBREAK - MINUTE])
async def test_silence_and_outbreak_open_their_incidents(
    world: World, past_arrives: int | None
) -> None:
    await world.run(story(past_arrives).events, 2000)
    assert world.dead == []
    found = {incident["rule"]: incident for incident in await world.incidents()}
    silence, outbreak = found["R2"], found["R4"]
    assert silence["happened_at"] >= day(SILENT - 2, 0)
    assert silence["detected_at"] < OUTBREAK
    assert outbreak["priority"] == 1
    assert 0 <= outbreak["detected_at"] - OUTBREAK <= 3 * MINUTE
    assert len(outbreak["affected"]) >= 30
    assert sum(i["rule"] == "R4" for i in await world.incidents()) == 1
