"""The events of the comparisons: likes of 10,000 members in 8 communities, about 250 bytes each."""

import random
from collections.abc import Iterator, Mapping, Sequence

from services.cli.home import Home
from services.kit.actions.envelope import one_adapter
from services.kit.actions.event import Event, encode
from services.kit.log.port import Entry
from services.kit.runtime import clock

COMMUNITIES = 8
MEMBERS = 10_000 // COMMUNITIES
"""Of each community."""
A_DAY = 150_000
"""Likes: fifteen a member, so that the cap of twenty cuts some on every day."""
APPENDED = 2_000

STEPS = (0, 50, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
POLICY: dict[str, object] = {
    "name": "bench",
    "accounts": {"points": {}},
    "points": [{"name": "liked", "on": "reaction.added", "author": {"points": 10}}],
    "caps": [{"name": "a-day", "per": "day", "most": 200}],
    "ladders": {
        "main": {
            "account": "points",
            "levels": [{"name": f"level-{n}", "at_least": n} for n in STEPS],
        },
    },
}
"""The peers' rule (ten points a like to its author, 200 a day) and a ladder of nine levels."""

_SPREAD = 0x9E3779B97F4A7C15
_SHIFTED = 0xBF58476D1CE4E5B9


def token(number: int) -> int:
    """A member's token: 63 bits that look random, as the directory's are."""
    mixed = number * _SPREAD % 2**64
    mixed = (mixed ^ (mixed >> 30)) * _SHIFTED % 2**64
    return (mixed ^ (mixed >> 31)) >> 1


def slug(number: int) -> str:
    """The name of a community."""
    return f"club-{number}"


def likes(count: int, seed: int = 7) -> Iterator[Event]:
    """One like each, spread over the communities in turn, ending now."""
    rng = random.Random(seed)
    step = clock.DAY // A_DAY
    begun = clock.now() - count * step
    for number in range(count):
        community, at = number % COMMUNITIES, begun + number * step
        member, author = (token(rng.randrange(MEMBERS) * COMMUNITIES + community) for _ in range(2))
        yield Event(
            type="reaction.added",
            id=f"like/{number:09d}",
            source="https://forum.example/hooks",
            time=at,
            arrived=at,
            community=slug(community),
            space="oolong",
            member=member,
            data={"target": f"p{number % 50_000}", "author_of_target": author, "kind": "like"},
            digest=token(number),
        )


async def prepare(home: Home, names: Sequence[str], policy: Mapping[str, object] = POLICY) -> None:
    """Communities with a policy. The first eight go to a partition each."""
    for name in names:
        await home.registry.create_or_change(name, name=name, type_="interest")
        publish = one_adapter().validate_python(
            {
                "id": "policy/1",
                "source": "bench",
                "type": "policy.published",
                "community": name,
                "data": {"version": 1, "document": policy},
            }
        )
        await home.journal.append(name, [publish])


async def fill(home: Home, count: int) -> int:
    """Append likes to the log of actions; the bytes of one on average."""
    waiting: dict[str, list[Entry]] = {slug(number): [] for number in range(COMMUNITIES)}
    size = 0
    for event in likes(count):
        entries = waiting[event.community]
        value = encode(event)
        size += len(value)
        entries.append(Entry(event.community.encode(), value))
        if len(entries) >= APPENDED:
            await _append(home, event.community, entries)
    for name, entries in waiting.items():
        await _append(home, name, entries)
    return size // count


async def fill_one(home: Home, count: int) -> None:
    """Append likes of the members of all communities to the first one alone."""
    waiting: list[Entry] = []
    for event in likes(count):
        event.community = slug(0)
        waiting.append(Entry(event.community.encode(), encode(event)))
        if len(waiting) >= APPENDED:
            await _append(home, event.community, waiting)
    await _append(home, slug(0), waiting)


async def _append(home: Home, name: str, entries: list[Entry]) -> None:
    if entries:
        community = await home.registry.community(name)
        await home.actions.append(community.partition, entries)
        entries.clear()
