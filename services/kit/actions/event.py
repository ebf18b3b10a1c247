"""The record of an action as it stands in the log, and its codec.

The edge validates with pydantic and writes this; consumers read it with msgspec, because a
fold that pays pydantic for every event spends a fifth of its time there.
"""

from typing import Any

import msgspec

TICK = "time.passed"
"""Moves a partition's log time where nothing arrives; belongs to no community."""


# Outside the garbage collection: events are many, and in no cycle.
class Event(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """One action in the log.

    Instants are integers: microseconds since 1970-01-01T00:00Z. Members are tokens (63-bit
    random integers; the directory outside the log knows whose), in `member` and in every
    member field of `data`. What a person wrote is in no field but `sealed`.
    """

    type: str
    id: str
    source: str
    time: int
    arrived: int
    community: str = ""
    space: str | None = None
    member: int | None = None
    data: dict[str, Any] = {}
    v: int = 1
    """Version of `data`'s shape; upcasters lift older ones before anyone sees them."""
    digest: int = 0
    """64-bit keyed hash of the action as sent, to tell a repeat from a different body."""
    imported: str | None = None
    """Id of the import that brought it. Stamped by ingest; None for what is live."""
    sealed: str | None = None
    """base64 of nonce + AES-GCM(JSON object of the text fields), under the author's key."""

    # Known once read from a log: never encoded (they stand at their defaults when appended).
    partition: int = -1
    offset: int = -1
    key: int = 0
    """The community's number in the registry; tables use it."""
    log_time: int = 0
    """Running maximum of arrivals in the partition up to and including this record."""
    uid: bytes = b""
    """16-byte hash of (community, source, id): the event's name for ever."""
    opened: bool = False
    """Whether `data` holds the texts: such an event is quoted nowhere."""
    verdicts: dict[str, Any] | None = None
    """What was decided of texts that nobody can open any more (services/kit/members/verdicts)."""


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Event).decode
