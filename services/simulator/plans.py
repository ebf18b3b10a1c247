"""What people mean to do on a day. Each has a die of their own a day, so that nobody's plans
hang on anybody else's, and a longer story begins as a shorter one did."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from services.kit.runtime import clock
from services.simulator.club import LURKER, NEWCOMER, OCCASIONAL, REGULAR, Club, Temperament
from services.simulator.people import BOSS, Cast, Person
from services.simulator.rhythm import OFFICE, WEEK, often, times_of_day
from services.simulator.script import Outbreak, Script

SETTLED = 10 * clock.DAY
"""After that a newcomer is as they will be."""


class Intent(NamedTuple):
    """Somebody means to do something. Ordered by time, then by its name, which is its own."""

    at: int
    name: str
    member: str
    deed: str
    space: str = ""
    about: str = ""
    """What it is about: a message, a friend, the subject of a complaint."""


@dataclass(frozen=True, slots=True)
class Day:
    """A local day of the story."""

    number: int
    midnight: int
    start: int
    """Of the story."""
    seed: int
    club: Club
    script: Script

    def die(self, whose: str) -> Random:
        """A source of chance for one person on this day."""
        return Random(f"{self.seed}/{self.number}/{whose}")

    def story(self, at: int) -> float:
        """An instant as days since the start."""
        return (at - self.start) / clock.DAY

    def name(self, whose: str, number: int) -> str:
        """The name of somebody's nth intent of the day."""
        return f"d{self.number:03}-{whose}-{number}"


def of_member(person: Person, day: Day) -> Iterator[Intent]:
    """Visits, each with some deeds."""
    rng, number = day.die(person.name), 0
    temper = _temperament(person, day.midnight)
    mood = day.script.mood(day.story(day.midnight))
    week = WEEK[clock.weekday(clock.local_day(day.midnight, clock.zone(day.club.time_zone)))]
    visits = times_of_day(rng, often(rng, temper.visits * mood.visits * week))
    if visits and rng.random() < temper.checks_in:
        yield Intent(day.midnight + visits[0], day.name(person.name, 0), person.name, "check_in")
    for visit in visits:
        at = day.midnight + visit
        for deed in _deeds(rng, temper, day, at):
            number += 1
            at += rng.randrange(20 * clock.SECOND, 6 * clock.MINUTE)
            space = person.home if rng.random() < 0.6 else rng.choice(day.club.spaces)
            yield Intent(at, day.name(person.name, number), person.name, deed, space)
    if rng.random() < temper.restless * mood.restless:
        at = day.midnight + 23 * clock.HOUR
        yield Intent(at, day.name(person.name, number + 1), person.name, "leave")


def _temperament(person: Person, now: int) -> Temperament:
    if person.temperament is not NEWCOMER or now - person.joined < SETTLED:
        return person.temperament
    return Random(person.name).choices((REGULAR, OCCASIONAL, LURKER), (1, 3, 5))[0]


def _deeds(rng: Random, temper: Temperament, day: Day, at: int) -> Iterator[str]:
    mood = day.script.mood(day.story(at))
    for _ in range(often(rng, temper.deeds)):
        if rng.random() >= temper.speaks:
            yield rng.choices(("like", "share", "nothing"), (0.6, 0.04, 0.36))[0]
        elif rng.random() < mood.voice:
            yield "open" if rng.random() < temper.opens else "reply"
    if rng.random() < day.club.displeasure:
        yield "complain"
    if rng.random() < 0.02:
        yield "survey"


def of_staff(cast: Cast, day: Day) -> Iterator[Intent]:
    """Notices and offers in office hours; in the evening the host puts forward what was good."""
    rng, number = day.die("staff"), 0
    mood = day.script.mood(day.story(day.midnight + clock.DAY // 2))
    for deed, mean in (("notice", day.club.notices), ("offer", day.club.offers * mood.offers)):
        for at in times_of_day(rng, often(rng, mean), OFFICE):
            number += 1
            who, space = rng.choice(cast.staff), rng.choice(day.club.spaces)
            yield Intent(day.midnight + at, day.name("staff", number), who, deed, space)
    at = day.midnight + 22 * clock.HOUR + rng.randrange(clock.HOUR)
    for space in day.club.spaces:
        number += 1
        yield Intent(at + number, day.name("staff", number), cast.host, "feature", space)
    if rng.random() < 0.2:
        yield Intent(at - clock.HOUR, day.name("boss", 0), BOSS, "notice", day.club.spaces[0])


def of_outbreak(outbreak: Outbreak, cast: Cast, seed: int, start: int) -> Iterator[Intent]:
    """Different people, soon more and more of them, then fewer."""
    rng = Random(f"{seed}/{outbreak.name}")
    begins = start + round(outbreak.begins * clock.DAY)
    people = rng.sample(cast.names(), min(outbreak.people, len(cast.founders)))
    for person in people:
        at = begins + round(rng.betavariate(1.3, 2.2) * outbreak.minutes * clock.MINUTE)
        name = f"{outbreak.name}-{person}"
        if outbreak.kind == "complaints":
            yield Intent(at, name, person, "accuse", outbreak.space, outbreak.about)
        else:
            for number in range(outbreak.each):
                moment = at + number * rng.randrange(4, 40) * clock.SECOND
                yield Intent(moment, f"{name}-{number}", person, "rage", outbreak.space)
