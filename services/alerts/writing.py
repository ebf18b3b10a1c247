"""Writes what a segment changed: a statement a table, rows sorted by key."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from services.alerts.memory import Memory
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
_LOW = 0xFFFFFFFF


async def write(memory: Memory, db: Connection) -> None:
    """All of it. No effects are left afterwards."""
    await _write_counts(memory, db)
    await _write_members(memory, db)
    await _write_judgements(memory, db)
    await memory.communities.write(db)


async def _put(db: Connection, query: str, rows: Iterable[Sequence[Any]]) -> None:
    columns = list(zip(*rows, strict=True))
    if columns:
        await db.execute(query, *columns)


async def _write_counts(memory: Memory, db: Connection) -> None:
    counting = memory.counting
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


async def _write_members(memory: Memory, db: Connection) -> None:
    effects, states = memory.effects, memory.states
    await _put(db, Q.put_heads, (_head(memory, key) for key in sorted(effects.heads)))
    await _put(db, Q.put_spaces, _spaces(memory))
    roles = (
        (key, member, role, since, until)
        for key, member in sorted(effects.roles)
        for role, (since, until) in sorted(states[key].roles.get(member, {}).items())
    )
    await _put(db, Q.put_roles, roles)
    await _put(db, Q.put_presence, sorted((*key, e) for key, e in effects.presence.items()))
    await _put(db, Q.put_census, sorted((*key, n) for key, n in effects.census.items()))
    messages = {**effects.messages, **effects.labelled}
    rows = (
        (*key, m.at, m.space, m.member, m.kind, m.regular, m.guessed)
        for key, m in sorted(messages.items(), key=lambda item: item[0])
    )
    await _put(db, Q.put_messages, rows)
    for names in (effects.heads, effects.spaces, effects.roles):
        names.clear()
    for entries in (effects.presence, effects.census):
        entries.clear()
    for found in (effects.messages, effects.labelled, effects.found):
        found.clear()


def _head(memory: Memory, key: int) -> tuple[Any, ...]:
    state = memory.states[key]
    return (
        key, memory.context.partition, state.slug, state.live, state.seen, state.arrived,
        state.first_day, state.closed_day, state.close_at, state.idle, state.deadline,
        state.recheck,
    )  # fmt: skip


def _spaces(memory: Memory) -> list[tuple[int, int, str, int]]:
    rows = []
    for key, number in sorted(memory.effects.spaces):
        state = memory.states[key]
        name = next((name for name, n in state.spaces.items() if n == number), "")
        if name or not number:
            rows.append((key, number, name, state.last_message.get(number, -1)))
    return rows


async def _write_judgements(memory: Memory, db: Connection) -> None:
    effects, states = memory.effects, memory.states
    rows = []
    for key, rule, space in sorted(effects.rules):
        found = states[key].rules.get((rule, space))
        if found is None:
            continue  # of an event that raised
        rows.append((key, rule, space, found.state.value, found.since, _json(found)))
    await _put(db, Q.put_rule_states, rows)
    await _put(db, Q.add_rule_changes, effects.changes)
    watches = (
        (key, rule, space, _json(states[key].watches[rule, space]))
        for key, rule, space in sorted(effects.watches)
        if (rule, space) in states[key].watches
    )
    await _put(db, Q.put_watches, watches)
    for resolved in (True, False):
        incidents = (
            (key, i.id, i.rule, i.space, i.state, i.priority, i.detected_at, _json(i))
            for (key, _), i in sorted(effects.incidents.items(), key=lambda item: item[0])
            if (i.state == "resolved") is resolved
        )
        await _put(db, Q.put_incidents, incidents)
    await _put(db, Q.add_refusals, effects.refusals)
    for part in (effects.rules, effects.watches, effects.incidents):
        part.clear()
    effects.changes.clear()
    effects.refusals.clear()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
