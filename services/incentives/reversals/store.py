"""What the fold loads for orders: the entries of each part, with what has become of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from services.incentives.content.reach import ORDERED, ORDERS
from services.incentives.points.lots import Lot
from services.incentives.points.original import Original
from services.incentives.reversals.part import MOST, UNEARNED, Part, Taken
from services.incentives.store import originals_of
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
FAR = 2**53
"""Beyond every position of a log."""
Place = tuple[int, int]
_unpack = msgspec.msgpack.Decoder(list[Lot]).decode


async def load(db: Connection, tenant: Tenant, events: Sequence[Event]) -> dict[int, int]:
    """Fill `tenant.parts` for the orders among events; by member, the time of the first entry.

    Shares the originals that reversals of the same segment have loaded.
    """
    earliest: dict[int, int] = {}
    for event in events:
        if event.type not in ORDERS or event.member is None:
            continue
        part = tenant.parts[event.offset] = await _part(db, tenant, event, event.member)
        if part.earliest is not None:
            earliest[event.member] = min(earliest.get(event.member, part.earliest), part.earliest)
    return earliest


async def _part(db: Connection, tenant: Tenant, event: Event, member: int) -> Part:
    name, data = event.data.get("reversal"), event.data
    wanted = data.get("positions") if event.type == ORDERED else [data.get("part")]
    if not (isinstance(name, str) and isinstance(wanted, list) and all(map(_is_position, wanted))):
        return Part(why_not="it cannot be read")
    place = wanted[0] if event.type != ORDERED else -1
    known = await db.fetchrow(Q.known, tenant.key, name, place, member)
    if event.type == ORDERED:
        if known is not None and _selection(known) != data.get("selection"):
            return Part(why_not="another order has this name")
        found = await originals(db, tenant, member, wanted[:MOST])
        rules = set(data.get("rules") or ())
        return Part([Taken(each) for each in found.values() if _meant(each, rules, tenant)])
    if known is None or known["stands"] != 1:
        return Part(why_not="no such part stands")
    rows = await db.fetch(Q.taken, tenant.key, place)
    found = await originals(db, tenant, member, sorted({row["about_offset"] for row in rows}))
    return Part(list(_given(rows, found)))


def _is_position(value: object) -> bool:
    return type(value) is int and 0 <= value <= FAR


def _selection(known: Any) -> object:
    return msgspec.json.decode(known["told"]).get("selection")


def _meant(original: Original, wanted: set[str], tenant: Tenant) -> bool:
    """Whether an order of some rules, or of all where none are wanted, is about an entry."""
    name = tenant.words.names[original.rule]
    return name in wanted if wanted else name not in UNEARNED


def _given(rows: Iterable[Any], found: Mapping[Place, Original]) -> Iterable[Taken]:
    for row in rows:
        original = found.get((row["about_offset"], row["about_n"]))
        if original is not None:
            yield Taken(original, row["granted"], _unpack(row["lots"]))


async def originals(
    db: Connection, tenant: Tenant, member: int, positions: Sequence[int]
) -> dict[Place, Original]:
    """What a member earned by the actions at some positions, by place."""
    place = (tenant.key, member, list(positions))
    rows = await db.fetch(Q.earned, *place)
    subjects = list({row["subject"] for row in rows if row["subject"] is not None})
    amended = await db.fetch(Q.amended, *place, subjects)
    held = {
        (o.offset, o.n): o
        for kept in (tenant.causes, tenant.cut)
        for found in kept.values()
        for o in found
    }
    fresh = originals_of([*rows, *amended], tenant.words)
    return {at: held.get(at, original) for at, original in fresh.items()}
