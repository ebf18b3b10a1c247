"""Writes what a segment changed: a statement a table, rows sorted by key."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from services.kit.projection.definition import Connection
from services.kit.runtime import sql

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold

Q = sql.load(__file__)
_LOW = 0xFFFFFFFF


async def write(fold: "AlertsFold", db: Connection) -> None:
    """All of it. Memory of what was pending is empty afterwards."""
    await _write_counts(fold, db)
    await _write_members(fold, db)
    await _write_judgements(fold, db)
    await fold.communities.write(db)


async def _put(db: Connection, query: str, rows: Iterable[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True))
    if columns:
        await db.execute(query, *columns)


async def _write_counts(fold: "AlertsFold", db: Connection) -> None:
    counting = fold.counting
    tallies = (
        (*cell, name, n) for cell, counts in counting.cells.items() for name, n in counts.items()
    )
    # One that went up and down again is a row too, whether or not both fell into one batch.
    await _put(db, Q.add_tallies, sorted(tallies))
    await _put(
        db,
        Q.add_corrections,
        sorted((*key, *row) for key, row in counting.corrections.items()),
    )
    rows = []
    for community, day, member, space in sorted(counting.touched):
        bits = counting.members[community, day].rows[member, space]
        rows.append((community, day, member, space, bits & _LOW, bits >> 32))
    await _put(db, Q.put_member_days, rows)
    counting.cells.clear()
    counting.corrections.clear()
    counting.touched.clear()


async def _write_members(fold: "AlertsFold", db: Connection) -> None:
    pending, states = fold.pending, fold.states
    await _put(db, Q.put_heads, (_head(fold, key) for key in sorted(pending.heads)))
    await _put(db, Q.put_spaces, _spaces(fold))
    roles = (
        (key, member, role, since, until)
        for key, member in sorted(pending.roles)
        for role, (since, until) in sorted(states[key].roles.get(member, {}).items())
    )
    await _put(db, Q.put_roles, roles)
    await _put(db, Q.put_presence, sorted((*key, e) for key, e in pending.presence.items()))
    await _put(db, Q.put_census, sorted((*key, n) for key, n in pending.census.items()))
    messages = {**pending.messages, **pending.labelled}
    rows = (
        (*key, m.at, m.space, m.member, m.kind, m.regular, m.guessed)
        for key, m in sorted(messages.items(), key=lambda item: item[0])
    )
    await _put(db, Q.put_messages, rows)
    for names in (pending.heads, pending.spaces, pending.roles):
        names.clear()
    for entries in (pending.presence, pending.census):
        entries.clear()
    for found in (pending.messages, pending.labelled, pending.found):
        found.clear()


def _head(fold: "AlertsFold", key: int) -> tuple[Any, ...]:
    state = fold.states[key]
    return (
        key, fold.context.partition, state.slug, state.live, state.seen, state.arrived,
        state.first_day, state.closed_day, state.close_at, state.idle, state.deadline,
        state.recheck,
    )  # fmt: skip


def _spaces(fold: "AlertsFold") -> list[tuple[int, int, str, int]]:
    rows = []
    for key, number in sorted(fold.pending.spaces):
        state = fold.states[key]
        name = next((name for name, n in state.spaces.items() if n == number), "")
        if name or not number:
            rows.append((key, number, name, state.last_message.get(number, -1)))
    return rows


async def _write_judgements(fold: "AlertsFold", db: Connection) -> None:
    pending, states = fold.pending, fold.states
    rows = []
    for key, rule, space in sorted(pending.rules):
        found = states[key].rules.get((rule, space))
        if found is None:
            continue  # of an event that raised
        rows.append((key, rule, space, found.state.value, found.since, _json(found)))
    await _put(db, Q.put_rule_states, rows)
    await _put(db, Q.add_rule_changes, pending.changes)
    watches = (
        (key, rule, space, _json(states[key].watches[rule, space]))
        for key, rule, space in sorted(pending.watches)
        if (rule, space) in states[key].watches
    )
    await _put(db, Q.put_watches, watches)
    for resolved in (True, False):
        incidents = (
            (key, i.id, i.rule, i.space, i.state, i.priority, i.detected_at, _json(i))
            for (key, _), i in sorted(pending.incidents.items(), key=lambda item: item[0])
            if (i.state == "resolved") is resolved
        )
        await _put(db, Q.put_incidents, incidents)
    await _put(db, Q.add_refusals, pending.refusals)
    for part in (pending.rules, pending.watches, pending.incidents):
        part.clear()
    pending.changes.clear()
    pending.refusals.clear()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
