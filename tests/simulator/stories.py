"""Stories to test with, told once a run."""

from functools import cache

from services.kit.runtime import clock
from services.simulator.script import Outbreak, Script, selling_out
from services.simulator.simulate import Simulation, simulate
from services.simulator.stage import Wire

START = clock.parse_rfc3339("2026-10-12T00:00:00+08:00")
ZONE = clock.zone("Asia/Shanghai")
SILENT = 10
"""The day on which the staff begins to sell out."""
OUTBREAK = Outbreak(begins=13.5, minutes=8, people=45)
SCRIPT = Script((selling_out(SILENT, 6),), (OUTBREAK,))


@cache
def told(days: float = 16, seed: int = 7) -> tuple[Wire, ...]:
    return tuple(story(days, seed).actions)


def story(days: float = 16, seed: int = 7, script: Script = SCRIPT) -> Simulation:
    return simulate(seed, START, days, script)


def day(action: Wire) -> int:
    """The day of the story an action falls on."""
    at = clock.parse_rfc3339(action["time"])
    return clock.local_day(at, ZONE) - clock.local_day(START, ZONE)
