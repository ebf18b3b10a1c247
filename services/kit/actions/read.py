"""From a record in the log to the event that folds see."""

from hashlib import blake2b

import msgspec

from services.kit.actions import upcasters
from services.kit.actions.event import Event, decode
from services.kit.log.port import Record

_LIFTED = frozenset(type_ for type_, _ in upcasters.discover())


class UndecodableError(Exception):
    """A record that is not an action. Its position goes to the dead letters."""


def event_of(record: Record, partition: int) -> Event:
    """The event of a record, in today's shape. Raises UndecodableError."""
    try:
        event = decode(record.value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UndecodableError(str(error)) from error
    event.partition = partition
    event.offset = record.offset
    if event.type in _LIFTED:
        event.v, event.data = upcasters.lift(event.type, event.v, event.data)
    return event


def slug_of(record: Record) -> str:
    """The community that a record was written under; empty where that is no name."""
    return record.key.decode("utf-8", "ignore")


def uid_of(event: Event) -> bytes:
    """The 16 bytes that name (community, source, id) for ever."""
    name = f"{event.community}\x00{event.source}\x00{event.id}".encode()
    return blake2b(name, digest_size=16).digest()
