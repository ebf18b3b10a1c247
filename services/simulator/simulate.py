"""The simulation: plans of a day, done in the order of time."""

import heapq
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from services.kit.runtime import clock
from services.simulator import deeds, plans
from services.simulator.club import TEA, Club
from services.simulator.people import BOSS, BOT, Cast, Person, gather, newcomers
from services.simulator.plans import Day, Intent
from services.simulator.script import Crisis, Script
from services.simulator.stage import Deed, Stage, Wire


@dataclass(frozen=True, slots=True)
class Simulation:
    """`actions` in time order, to be read once; `crises` are what they truly hold."""

    actions: Iterator[Wire]
    crises: list[Crisis]
    cast: Cast


def simulate(
    seed: int, start: int, days: float, script: Script | None = None, club: Club = TEA
) -> Simulation:
    """The club from `start` (an instant) on, for `days`. Founders join in the two days before.

    Everything is decided by the arguments. More days, or a later outbreak, leave what was before
    as it was.
    """
    script = script or Script()
    cast = gather(club, seed, start)
    run = _Run(seed, start, script, club, cast)
    return Simulation(run.actions(start + round(days * clock.DAY)), script.crises(start), cast)


class _Run:
    def __init__(self, seed: int, start: int, script: Script, club: Club, cast: Cast) -> None:
        self._seed = seed
        self._start = start
        self._script = script
        self._club = club
        self._cast = cast
        self._roster = list(cast.founders)
        self._stage = Stage(club)
        self._due: list[Intent] = []

    def actions(self, end: int) -> Iterator[Wire]:
        self._due = [*_founding(self._cast, self._start), *self._outbreaks()]
        heapq.heapify(self._due)
        zone = clock.zone(self._club.time_zone)
        first = clock.local_day(self._start, zone)
        yield from self._until(min(self._start, end))
        number = 0
        while (midnight := clock.day_start(first + number, zone)) < end:
            for intent in self._planned(number, midnight):
                if intent.at >= self._start:
                    heapq.heappush(self._due, intent)
            yield from self._until(min(clock.day_start(first + number + 1, zone), end))
            number += 1

    def _outbreaks(self) -> Iterator[Intent]:
        for outbreak in self._script.outbreaks:
            yield from plans.of_outbreak(outbreak, self._cast, self._seed, self._start)

    def _planned(self, number: int, midnight: int) -> Iterator[Intent]:
        day = Day(number, midnight, self._start, self._seed, self._club, self._script)
        for person in self._roster:
            if person.name not in self._stage.gone:
                yield from plans.of_member(person, day)
        yield from plans.of_staff(self._cast, day)
        for person in newcomers(self._club, self._seed, number, midnight, self._cast.names()):
            if person.joined >= self._start:
                self._roster.append(person)
                yield _joining(person)

    def _until(self, end: int) -> Iterator[Wire]:
        while self._due and self._due[0].at < end:
            intent = heapq.heappop(self._due)
            if intent.deed == "nothing" or intent.member in self._stage.gone:
                continue
            rng = Random(f"{self._seed}/{intent.name}")
            for outcome in _deeds()[intent.deed](self._stage, intent, rng):
                if isinstance(outcome, Intent):
                    heapq.heappush(self._due, outcome)
                else:
                    yield outcome


@cache
def _deeds() -> dict[str, Deed]:
    """Every deed of the modules in `deeds`."""
    found: dict[str, Deed] = {}
    for info in pkgutil.iter_modules(deeds.__path__):
        found |= importlib.import_module(f"{deeds.__name__}.{info.name}").DEEDS
    return found


def _founding(cast: Cast, start: int) -> Iterator[Intent]:
    """Staff and bot first, then the founders, then who among them has an office."""
    opening = start - 2 * clock.DAY
    for place, member in enumerate((BOSS, *cast.staff, BOT)):
        role = "bot" if member == BOT else "staff"
        yield Intent(opening + place, f"found-{member}", member, "found", about=role)
    offices = ((BOSS, "executive"), (cast.host, "host"), (cast.mediator, "mediator"))
    for place, (member, role) in enumerate(offices):
        at = start - clock.HOUR + place
        yield Intent(at, f"appoint-{member}", member, "appoint", about=role)
    for person in cast.founders:
        yield Intent(person.joined, f"found-{person.name}", person.name, "found")


def _joining(person: Person) -> Intent:
    name = f"join-{person.name}"
    return Intent(person.joined, name, person.name, "join", about=person.invited_by or "")
