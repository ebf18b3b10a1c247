"""Brings into memory what a segment of events, and the timers due, will touch."""

from collections.abc import Iterable, Sequence

import msgspec

from services.alerts.counting import MemberDay, locate
from services.alerts.incidents.model import Incident
from services.alerts.memory import Memory
from services.alerts.messages.identity import key_of
from services.alerts.spikes.watch import Watch
from services.alerts.state import KEPT_DAYS, NO_DAY, CommunityState, Message, RuleState
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
MOST_MEMBER_DAYS = 400_000
MOST_PRESENT = 400_000

_rule = msgspec.json.Decoder(RuleState)
_watch = msgspec.json.Decoder(Watch)
_incident = msgspec.json.Decoder(Incident)


async def load(memory: Memory, db: Connection, events: Sequence[Event], log_time: int) -> None:
    """All of it, a query a table."""
    if not memory.opened:
        await _heads(memory, db)
    for event in events:
        if event.key not in memory.states:
            memory.states[event.key] = CommunityState(event.key, event.community)
    due = [state.key for state in memory.states.values() if state.queued <= log_time]
    keys = list({*due, *(event.key for event in events)})
    await memory.communities.load_all(db, keys)
    for key in keys:
        memory.states[key].community = memory.communities[key]
    fresh = [key for key in keys if not memory.states[key].loaded]
    if fresh:
        await _details(memory, db, fresh)
    await _texts(memory, events)
    await _member_days(memory, db, events)
    await _presence(memory, db, events)
    await _named_messages(memory, db, events)


async def _heads(memory: Memory, db: Connection) -> None:
    for row in await db.fetch(Q.heads, memory.context.partition):
        key, slug, *rest = row
        state = CommunityState(key, slug, *rest)
        memory.states[key] = state
        memory.timers.expect(state)
    memory.opened = True


async def _details(memory: Memory, db: Connection, keys: list[int]) -> None:
    states = memory.states
    for community, space, name, last in await db.fetch(Q.spaces, keys):
        if space:
            states[community].spaces[name] = space
        if last >= 0:
            states[community].last_message[space] = last
    for community, member, role, since, until in await db.fetch(Q.roles, keys):
        states[community].roles.setdefault(member, {})[role] = (since, until)
    earliest = [max(NO_DAY, states[key].closed_day - KEPT_DAYS + 1) for key in keys]
    for community, day, counter, n in await db.fetch(Q.days, keys, earliest):
        states[community].days.setdefault(day, {})[counter] = n
    for community, rule, space, document in await db.fetch(Q.rule_states, keys):
        states[community].rules[rule, space] = _rule.decode(document)
    for community, rule, space, document in await db.fetch(Q.watches, keys):
        states[community].watches[rule, space] = _watch.decode(document)
    for community, document in await db.fetch(Q.open_incidents, keys):
        incident = _incident.decode(document)
        states[community].incidents[incident.id] = incident
    for key in keys:
        states[key].loaded = True
        states[key].refresh_alert()


async def _texts(memory: Memory, events: Sequence[Event]) -> None:
    """Texts are opened only where the policy's words and links decide the kind."""
    publishing = {event.key for event in events if event.type == "policy.published"}
    asked = [
        event
        for event in events
        if event.sealed is not None
        and event.type in ("post.created", "reply.created")
        and (event.key in publishing or memory.states[event.key].policy_at(event.time).reads_texts)
    ]
    if asked:
        await memory.context.texts.open(asked)


async def _member_days(memory: Memory, db: Connection, events: Sequence[Event]) -> None:
    known = memory.counting.members
    if sum(len(day.rows) for day in known.values()) > MOST_MEMBER_DAYS:
        known.clear()  # all of it was written
    missing = sorted({pair for pair in _days_of(memory, events) if pair not in known})
    if not missing:
        return
    for pair in missing:
        known[pair] = MemberDay()
    communities, days = zip(*missing, strict=True)
    for row in await db.fetch(Q.member_days, communities, days):
        community, day, member, space, active, spoke = row
        found, bits = known[community, day], active | spoke << 32
        found.rows[member, space] = bits
        found.whole[member] = found.whole.get(member, 0) | bits


def _days_of(memory: Memory, events: Sequence[Event]) -> Iterable[tuple[int, int]]:
    rezoned = {event.key for event in events if event.type == "community.changed"}
    for event in events:
        state = memory.states[event.key]
        if not state.hour_from <= event.time < state.hour_to:
            try:
                locate(state, event.time, state.zone_at(event.time))
            except (ValueError, OverflowError):
                continue  # folding it will say so
        yield event.key, state.day
        if event.key in rezoned:
            yield event.key, state.day - 1
            yield event.key, state.day + 1


async def _presence(memory: Memory, db: Connection, events: Sequence[Event]) -> None:
    if sum(len(state.present) for state in memory.states.values()) > MOST_PRESENT:
        for state in memory.states.values():
            state.present.clear()
    missing = set()
    for event in events:
        member = event.member
        if member is not None and member not in memory.states[event.key].present:
            missing.add((event.key, member))
    if not missing:
        return
    for community, member in missing:
        memory.states[community].present[member] = None
    communities, members = zip(*sorted(missing), strict=True)
    for community, member, since in await db.fetch(Q.presence, communities, members):
        memory.states[community].present[member] = since


async def _named_messages(memory: Memory, db: Connection, events: Sequence[Event]) -> None:
    memory.effects.found.clear()
    named = {
        (event.key, key_of(event.data["post"]))
        for event in events
        if event.type == "content.relabelled" and isinstance(event.data.get("post"), str)
    }
    if named:
        communities, posts = zip(*sorted(named), strict=True)
        for row in await db.fetch(Q.messages, communities, posts):
            community, post, *rest = row
            memory.effects.found[community, post] = Message(*rest)
