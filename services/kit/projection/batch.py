"""From records to the events a fold sees, and the folding of one batch.

Used alike by the live worker and by a replay, so that what they do to tables is the same.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import msgspec

from services.kit.actions.envelope import SLUG_PATTERN, known_types
from services.kit.actions.event import TICK, Event
from services.kit.actions.read import UndecodableError, event_of, slug_of, uid_of
from services.kit.log.port import Record
from services.kit.projection.definition import Connection, Fact, Fold
from services.kit.registry.registry import Community, UnknownCommunityError

RETRY = "dead_letter.retried"
UNDECODABLE, UNKNOWN_COMMUNITY = "undecodable", "unknown_community"
"""Why a record could not even be read. Its id is not among those seen."""
_SLUG = re.compile(SLUG_PATTERN)


class Communities(Protocol):
    """What the registry offers here."""

    async def community(self, slug: str) -> Community: ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that could not be folded, and why."""

    offset: int
    community: int | None
    type: str
    reason: str
    detail: str
    at: int


@dataclass(slots=True)
class Batch:
    """Decoded records of one partition, in order."""

    events: list[Event] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    next: int = 0
    log_time: int = 0
    """Of the partition once the whole batch is folded."""


@dataclass(slots=True)
class Outcome:
    """What folding a batch led to, beside tables."""

    facts: list[tuple[int, int, Fact]] = field(default_factory=list)
    """(offset, n, fact): n counts the facts of one record."""
    dead: list[DeadLetter] = field(default_factory=list)
    retried: dict[int, int] = field(default_factory=dict)
    """Original offset -> offset of the retry that folded it."""
    failed_retries: list[DeadLetter] = field(default_factory=list)
    unknown: int = 0
    """Events of types from a newer producer."""


async def decode_batch(
    records: Sequence[Record],
    partition: int,
    log_time: int,
    communities: Communities,
    unread: Mapping[int, str] = MappingProxyType({}),
    only: str | None = None,
) -> Batch:
    """The records as events with community, name, position and log time filled in.

    `unread`: by offset, why the live projection could not read a record. A replay passes over it
    as that did, though a newer version may know better: only a retry brings it in. With `only`,
    what belongs to other communities just moves log time.
    """
    batch = Batch(next=records[-1].offset + 1)
    keys: dict[str, int | None] = {"": 0}
    for record in records:
        passed = unread.get(record.offset)
        if passed == UNDECODABLE:
            continue
        try:
            event = event_of(record, partition)
        except UndecodableError as error:
            key = await _key(slug_of(record), communities)
            batch.dead.append(
                DeadLetter(record.offset, key, "", UNDECODABLE, _storable(str(error)), log_time)
            )
            continue
        if event.arrived > log_time:
            log_time = event.arrived
        if passed is not None:
            continue
        event.log_time = log_time
        slug = event.community
        if only is not None and slug != only:
            continue
        if slug not in keys:
            keys[slug] = await _key(slug, communities)
        key = keys[slug]
        if key is None:
            batch.dead.append(dead_letter(event, UNKNOWN_COMMUNITY, slug))
            continue
        event.key = key
        event.uid = uid_of(event)
        batch.events.append(event)
    batch.log_time = log_time
    if only is not None and (not batch.events or batch.events[-1].offset < records[-1].offset):
        batch.events.append(_tick(partition, records[-1].offset, log_time))
    return batch


def _tick(partition: int, offset: int, log_time: int) -> Event:
    """Stands for what was left out after the last event: log time has come this far."""
    tick = Event(type=TICK, id="", source="", time=log_time, arrived=log_time)
    tick.partition, tick.offset, tick.log_time = partition, offset, log_time
    return tick


async def _key(slug: str, communities: Communities) -> int | None:
    """The community's number; None for what is none, or cannot even be a name of one."""
    if not _SLUG.fullmatch(slug):
        return None
    try:
        return (await communities.community(slug)).key
    except UnknownCommunityError:
        return None


def dead_letter(event: Event, reason: str, detail: str) -> DeadLetter:
    """The dead letter of an event."""
    return DeadLetter(
        event.offset,
        event.key or None,
        _storable(event.type),
        reason,
        _storable(detail),
        event.log_time,
    )


def _storable(text: str) -> str:
    """What PostgreSQL refuses in a text is shown escaped: whoever wrote it need not be of ours."""
    return text[:2000].replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()


def segments(fold: Fold, events: Iterable[Event]) -> Iterable[list[Event]]:
    """Cut in front of every event whose load must see what went before it."""
    segment: list[Event] = []
    for event in events:
        # Asked of every event, so that a fold may look ahead.
        if fold.needs_all_written(event) and segment:
            yield segment
            segment = []
        segment.append(event)
    if segment:
        yield segment


async def fold_batch(
    db: Connection,
    fold: Fold,
    batch: Batch,
    refused: Collection[int] = (),
    retries: dict[int, Event] | None = None,
) -> Outcome:
    """Fold the batch inside the transaction of `db`.

    `refused` are offsets that only move log time: duplicates, and what is dead. `retries` maps
    the offset of a retry action to the event it brings back, in the retry's place.
    """
    outcome, retries = Outcome(dead=list(batch.dead)), retries or {}
    events = [retries.get(event.offset, event) for event in batch.events]
    known = known_types()
    for segment in segments(fold, events):
        folded = [e for e in segment if e.offset not in refused and e.type != TICK]
        await fold.load(db, folded, segment[-1].log_time)
        for event in segment:
            if fold.next_due <= event.log_time:
                fold.fire(event.log_time, event.offset)
                _take_facts(fold, event.offset, outcome)
            if event.type == TICK or event.offset in refused:
                continue
            if event.type not in known:
                outcome.unknown += 1
                continue
            try:
                fold.fold(event)
            except Exception as error:  # noqa: BLE001 - whatever raises must not stop the partition
                _raised(fold, event, event.offset in retries, outcome, error)
            else:
                if fold.facts:
                    _take_facts(fold, event.offset, outcome)
        await fold.write(db)
    return outcome


def _raised(fold: Fold, event: Event, is_retry: bool, outcome: Outcome, error: Exception) -> None:
    detail = _quoting_nobody(error) if event.opened else f"{type(error).__name__}: {error}"
    letters = outcome.failed_retries if is_retry else outcome.dead
    letters.append(dead_letter(event, "fold", detail))
    fold.facts.clear()


def _quoting_nobody(error: Exception) -> str:
    """Where it was raised and not what it says: a member's words would outlive their key."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}"
    return f"{type(error).__name__}{where} (the event's words were open, so no more is told)"


def _take_facts(fold: Fold, offset: int, outcome: Outcome) -> None:
    if not fold.facts:
        return
    last = outcome.facts[-1] if outcome.facts else None
    n = last[1] + 1 if last is not None and last[0] == offset else 0
    outcome.facts.extend((offset, n + i, fact) for i, fact in enumerate(fold.facts))
    fold.facts.clear()


encode_fact = msgspec.json.Encoder().encode
