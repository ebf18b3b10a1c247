"""Two clubs' stories as records of one partition, put together in different ways.

Each record arrives when it happened, or everything at once, long after. The first days of the
club `go` are an import's.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace

import msgspec

from services.kit.actions.envelope import Action, one_adapter
from services.kit.actions.record import Recorder
from services.kit.log.port import Entry
from services.kit.policy.library import shipped
from services.kit.registry.registry import Registry
from services.kit.runtime import clock
from services.simulator.club import TEA
from services.simulator.script import Outbreak, Script, selling_out
from services.simulator.simulate import simulate

START = clock.parse_rfc3339("2026-03-02T00:00:00+08:00")
DAYS = 8
AFTER = START + 40 * clock.DAY
SCRIPT = Script((selling_out(4, 3),), (Outbreak(begins=6.5, minutes=8, people=45),))
IMPORTED_TO = START + 3 * clock.DAY
CLUBS = {"tea": 71, "go": 72}
"""Community to the seed of its story."""

Story = list[tuple[str, int, Action]]
"""Community, event time, action; of all clubs, by event time."""


def told() -> Story:
    """The policies first, then what happened."""
    story: Story = []
    for slug, seed in CLUBS.items():
        club = replace(TEA, community=slug)
        head = {"type": "policy.published", "id": "policy/1", "source": "hearth"}
        wires = [{**head, "community": slug, "data": {"document": shipped("interest")}}]
        if slug == "go":
            wires += _brackets(slug)
        wires += simulate(seed, START, DAYS, SCRIPT, club).actions
        for wire in wires:
            at = clock.parse_rfc3339(str(wire["time"])) if "time" in wire else START - clock.DAY * 3
            action = one_adapter().validate_json(msgspec.json.encode(wire))
            story.append((slug, at, action))
    return sorted(story, key=lambda each: each[1])


def _brackets(slug: str) -> list[dict[str, object]]:
    """The import's first record and its last."""
    return [
        {
            "type": f"import.{word}",
            "id": f"import/{word}",
            "source": "hearth",
            "community": slug,
            "time": clock.rfc3339(at),
            "data": {"import": "history"},
        }
        for word, at in (("started", START - 3 * clock.DAY), ("ended", IMPORTED_TO))
    ]


async def records(
    story: Iterable[tuple[str, int, Action]],
    arrives: Callable[[int], int],
    registry: Registry,
    recorder: Recorder,
) -> list[Entry]:
    """The story's log records, arriving when `arrives(event time)` says."""
    found = []
    for slug, at, action in story:
        key = (await registry.community(slug)).key
        history = slug == "go" and at < IMPORTED_TO and action.source != "hearth"
        imported = "history" if history else None
        found += await recorder.entries(key, slug, [action], arrives(at), imported)
    return found


def doubled(entries: list[Entry], dice: random.Random, share: float = 0.15) -> list[Entry]:
    """Some records once more, at once or up to 400 records later."""
    again: dict[int, list[Entry]] = {}
    for place, entry in enumerate(entries):
        if dice.random() < share:
            behind = min(len(entries) - 1, place + dice.choice((0, 1, 40, 400)))
            again.setdefault(behind, []).append(entry)
    return [one for place, entry in enumerate(entries) for one in (entry, *again.get(place, ()))]


def shuffled(entries: list[Entry], dice: random.Random) -> list[Entry]:
    """The communities mixed anew, each one's own order kept."""
    queues = {key: [e for e in entries if e.key == key] for key in {e.key for e in entries}}
    order = [entry.key for entry in entries]
    dice.shuffle(order)
    turns = {key: iter(queue) for key, queue in sorted(queues.items())}
    return [next(turns[key]) for key in order]
