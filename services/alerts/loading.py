"""Brings into memory what a segment of events, and the timers due, will touch."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from services.alerts.counting import MemberDay, locate
from services.alerts.incidents.model import Incident
from services.alerts.messages.identity import key_of
from services.alerts.spikes.watch import Watch
from services.alerts.state import KEPT_DAYS, NO_DAY, CommunityState, Message, RuleState
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold

Q = sql.load(__file__)
MOST_MEMBER_DAYS = 400_000
MOST_PRESENT = 400_000

_rule = msgspec.json.Decoder(RuleState)
_watch = msgspec.json.Decoder(Watch)
_incident = msgspec.json.Decoder(Incident)


async def load(fold: "AlertsFold", db: Connection, events: Sequence[Event], log_time: int) -> None:
    """All of it, a query a table."""
    if not fold.opened:
        await _heads(fold, db)
    for event in events:
        if event.key not in fold.states:
            fold.states[event.key] = CommunityState(event.key, event.community)
    due = [state.key for state in fold.states.values() if state.queued <= log_time]
    keys = list({*due, *(event.key for event in events)})
    await fold.communities.load_all(db, keys)
    fresh = [key for key in keys if not fold.states[key].loaded]
    if fresh:
        await _details(fold, db, fresh)
    await _texts(fold, events)
    await _member_days(fold, db, events)
    await _presence(fold, db, events)
    await _named_messages(fold, db, events)


async def _heads(fold: "AlertsFold", db: Connection) -> None:
    for row in await db.fetch(Q.heads, fold.context.partition):
        key, slug, *rest = row
        state = CommunityState(key, slug, *rest)
        fold.states[key] = state
        fold.enqueue(state)
    fold.opened = True


async def _details(fold: "AlertsFold", db: Connection, keys: list[int]) -> None:
    states = fold.states
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
        states[key].refresh_alert(fold.judging.spike_ids)


async def _texts(fold: "AlertsFold", events: Sequence[Event]) -> None:
    """Texts are opened only where the policy's words and links decide the kind."""
    publishing = {event.key for event in events if event.type == "policy.published"}
    asked = [
        event
        for event in events
        if event.sealed is not None
        and event.type in ("post.created", "reply.created")
        and (event.key in publishing or fold.policy_at(event.key, event.time).reads_texts)
    ]
    if asked:
        await fold.context.texts.open(asked)


async def _member_days(fold: "AlertsFold", db: Connection, events: Sequence[Event]) -> None:
    known = fold.counting.members
    if sum(len(day.rows) for day in known.values()) > MOST_MEMBER_DAYS:
        known.clear()  # all of it was written
    missing = sorted({pair for pair in _days_of(fold, events) if pair not in known})
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


def _days_of(fold: "AlertsFold", events: Sequence[Event]) -> Iterable[tuple[int, int]]:
    rezoned = {event.key for event in events if event.type == "community.changed"}
    for event in events:
        state = fold.states[event.key]
        if not state.hour_from <= event.time < state.hour_to:
            try:
                locate(state, event.time, fold.communities[event.key].zone_at(event.time))
            except (ValueError, OverflowError):
                continue  # folding it will say so
        yield event.key, state.day
        if event.key in rezoned:
            yield event.key, state.day - 1
            yield event.key, state.day + 1


async def _presence(fold: "AlertsFold", db: Connection, events: Sequence[Event]) -> None:
    if sum(len(state.present) for state in fold.states.values()) > MOST_PRESENT:
        for state in fold.states.values():
            state.present.clear()
    missing = set()
    for event in events:
        member = event.member
        if member is not None and member not in fold.states[event.key].present:
            missing.add((event.key, member))
    if not missing:
        return
    for community, member in missing:
        fold.states[community].present[member] = None
    communities, members = zip(*sorted(missing), strict=True)
    for community, member, since in await db.fetch(Q.presence, communities, members):
        fold.states[community].present[member] = since


async def _named_messages(fold: "AlertsFold", db: Connection, events: Sequence[Event]) -> None:
    fold.pending.found.clear()
    named = {
        (event.key, key_of(event.data["post"]))
        for event in events
        if event.type == "content.relabelled" and isinstance(event.data.get("post"), str)
    }
    if named:
        communities, posts = zip(*sorted(named), strict=True)
        for row in await db.fetch(Q.messages, communities, posts):
            community, post, *rest = row
            fold.pending.found[community, post] = Message(*rest)
