"""Who is in the club, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from services.kit.runtime import clock
from services.simulator.club import NEWCOMER, Club, Temperament
from services.simulator.rhythm import often, times_of_day

BOT = "bot"
BOSS = "boss"


@dataclass(frozen=True, slots=True)
class Person:
    """A member. `home` is the space they like best."""

    name: str
    temperament: Temperament
    joined: int
    home: str
    invited_by: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who is there at the start."""

    founders: tuple[Person, ...]
    staff: tuple[str, ...]
    host: str
    mediator: str

    def names(self) -> list[str]:
        """The founders' names: those with the most to say come first."""
        return [person.name for person in self.founders]


def gather(club: Club, seed: int, start: int) -> Cast:
    """The founders, come together in the two days before the start."""
    rng = Random(f"{seed}/founders")
    founders: list[Person] = []
    for temperament, count in club.founders.items():
        for _ in range(count):
            joined = start - clock.HOUR - rng.randrange(2 * clock.DAY - 2 * clock.HOUR)
            name = f"u{len(founders) + 1:03}"
            founders.append(Person(name, temperament, joined, rng.choice(club.spaces)))
    staff = tuple(f"staff{number}" for number in range(1, club.staff + 1))
    return Cast(tuple(founders), staff, host=founders[0].name, mediator=founders[1].name)


def newcomers(
    club: Club, seed: int, day: int, midnight: int, friends: list[str]
) -> Iterator[Person]:
    """Who joins on a day, some of them brought by friends."""
    rng = Random(f"{seed}/newcomers/{day}")
    for number, at in enumerate(times_of_day(rng, often(rng, club.joining))):
        friend = rng.choice(friends) if rng.random() < 0.4 else None
        home = rng.choice(club.spaces)
        yield Person(f"n{day:03}-{number}", NEWCOMER, midnight + at, home, friend)
