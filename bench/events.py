"""The events of the comparisons: likes of 10,000 members in 8 communities, about 250 bytes."""

import random
from collections.abc import Iterator

from services.cli.home import Home
from services.kit.actions.envelope import one_adapter
from services.kit.actions.event import Event, encode
from services.kit.log.port import Entry
from services.kit.runtime import clock

COMMUNITIES = 8
MEMBERS = 10_000 // COMMUNITIES
COMMUNITIES = 8
DAY = clock.DAY

STEPS = (0, 50, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
POLICY: dict[str, object] = {
    "name": "bench",
    "accounts": {"points": {}},
    "points": [
        {"name": "liked", "on": "reaction.added", "author": {"points": 10}},
    ],
    "caps": [{"name": "a-day", "per": "day", "most": 200}],
    "ladders": {
        "main": {"account": "points", "levels": [{"name": f"level-{n}", "at_least": n} for n in STEPS]},
    },
}
"""The peers' rule, with the ledger, a ladder of nine and every board."""


def likes(count: int, seed: int = 7) -> Iterator[tuple[int, Event]]:
    """(partition, event): one like each, spread over communities and over two days."""
    rng = random.Random(seed)
    begun = clock.now() - 2 * DAY
    step = 2 * DAY // count
    for number in range(count):
        community = number % COMMUNITIES
        at = begun + number * step
        member = rng.randrange(1, MEMBERS) * COMMUNITIES + community
        author = rng.randrange(1, MEMBERS) * COMMUNITIES + community
        yield (
            community,
            Event(
                type="reaction.added",
                id=f"like/{number:09d}",
                source="https://forum.example/hooks",
                time=at,
                arrived=at,
                community=f"club-{community}",
                space="oolong",
                member=member,
                data={"target": f"p{number % 50_000}", "author_of_target": author, "kind": "like"},
                digest=number,
            ),
        )


async def prepare(home: Home, policy: dict[str, object]) -> None:
    """Communities, one a partition, with a policy."""
    for number in range(COMMUNITIES):
        slug = f"club-{number}"
        await home.registry.create_or_change(slug, name=slug, type_="interest")
        publish = one_adapter().validate_python(
            {
                "id": "policy/1",
                "source": "bench",
                "type": "policy.published",
                "community": slug,
                "data": {"document": policy},
            }
        )
        await home.journal.append(slug, [publish])


async def fill(home: Home, count: int, seed: int = 7) -> int:
    """Append the likes to the log of actions; bytes of one on average."""
    waiting: dict[int, list[Entry]] = {}
    size = 0
    for partition, event in likes(count, seed):
        value = encode(event)
        size += len(value)
        entries = waiting.setdefault(partition, [])
        entries.append(Entry(event.community.encode(), value))
        if len(entries) >= 2_000:
            await home.actions.append(partition, entries)
            waiting[partition] = []
    for partition, entries in waiting.items():
        if entries:
            await home.actions.append(partition, entries)
    return size // count
