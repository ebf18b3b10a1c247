"""The story that the demo tells."""

from services.kit.runtime import clock
from services.simulator.club import TEA
from services.simulator.script import Outbreak, Script, selling_out
from services.simulator.simulate import Simulation, simulate

COMMUNITY = TEA.community
PLACE = {
    "name": "茶友会 Tea Club",
    "type": "interest",
    "time_zone": TEA.time_zone,
    "policy": "interest",
}
SEED = 88
HISTORY = 38
"""Days before the demo was first started."""
SILENCE = 11
"""Days before that on which the staff began to sell out: long enough that seven whole days of
it are over, their late events awaited too."""
LIVE = 30
"""Days for which live traffic goes on."""
OUTBREAK_MINUTES = 6.0
COMPLAINANTS = 45


def start_of(created: int) -> int:
    """When the story began, for a community that was created at this instant."""
    zone = clock.zone(TEA.time_zone)
    return clock.day_start(clock.local_day(created, zone) - HISTORY, zone)


def past(start: int, now: int) -> Simulation:
    """What happened until now."""
    return _told(start, (now - start) / clock.DAY)


def present(start: int, now: int, outbreak: int) -> Simulation:
    """The same story told on, and an outbreak of complaints in it at an instant."""
    begins = (outbreak - start) / clock.DAY
    # The moment names it: each time the demo is started people complain anew.
    name = f"outbreak{outbreak // clock.SECOND}"
    trouble = Outbreak(begins, OUTBREAK_MINUTES, COMPLAINANTS, about="mould", name=name)
    return _told(start, (now - start) / clock.DAY + LIVE, trouble)


def _told(start: int, days: float, *outbreaks: Outbreak) -> Simulation:
    silence = selling_out(HISTORY - SILENCE, 10_000)
    return simulate(SEED, start, days, Script((silence,), outbreaks))
