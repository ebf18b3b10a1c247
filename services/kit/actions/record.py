"""From an action as sent to its record in the log.

Members become tokens, what they wrote is sealed, and what rules need of a text without reading
it (its length, how many links) is put beside it. A digest of the whole tells a repeat of an id
from a different body under the same id.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel

from services.kit.actions import upcasters
from services.kit.actions.envelope import Checked, known_types
from services.kit.actions.event import TICK, Event, encode
from services.kit.actions.families import Data, MemberMark, TextMark
from services.kit.log.port import Entry
from services.kit.members.sealing import Member, seal

_LINK = re.compile(r"https?://", re.IGNORECASE)
NOBODY = ""
"""The directory id under which a community seals texts that no member of it wrote."""


class Members(Protocol):
    """What the directory offers here."""

    async def members(self, community: int, ids: Collection[str]) -> dict[str, Member]: ...


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: item for name, item in value.__dict__.items() if item is not None}
    raise NotImplementedError(f"cannot write {type(value).__name__} to the log")


_encode = msgspec.json.Encoder(enc_hook=_plain, order="deterministic").encode


class _Said(msgspec.Struct, omit_defaults=True, gc=False):
    """The part of a record that its producer said: the same in every repeat of an id."""

    type: str
    id: str
    source: str
    data: dict[str, Any]
    time: int | None = None
    space: str | None = None
    member: int | None = None


class _Added(msgspec.Struct, omit_defaults=True, gc=False):
    """The part that ingest adds to each record of a request."""

    community: str
    arrived: int
    imported: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Of one action type: which fields name members, which hold texts, and the data's version."""

    members: tuple[str, ...]
    texts: tuple[str, ...]
    measured: bool
    """Whether the length and the links of its text are of interest."""
    version: int


@cache
def shape(type_: str) -> Shape | None:
    """The shape of a known type; None for a type from a newer producer."""
    model: type[Data] | None = known_types().get(type_)
    if model is None:
        return None
    texts = model.marked(TextMark)
    return Shape(model.marked(MemberMark), texts, "text" in texts, upcasters.newest(type_))


class Recorder:
    """Writes records. `pepper` keys the digests, so that they tell nothing about short texts."""

    def __init__(self, directory: Members, pepper: bytes) -> None:
        self._directory = directory
        self._keyed = blake2b(digest_size=8, key=pepper[:64])

    async def entries(
        self,
        community: int,
        slug: str,
        actions: Sequence[Checked],
        arrived: int,
        imported: str | None = None,
    ) -> list[Entry]:
        """The log entries of actions of one community, in order."""
        data = [action.fields for action in actions]
        people = await self._directory.members(community, _people(actions, data))
        key, added = slug.encode(), _encode(_Added(slug, arrived, imported))[1:-1]
        return [
            Entry(key, self._record(action, said, people, arrived, added))
            for action, said in zip(actions, data, strict=True)
        ]

    def _record(
        self,
        action: Checked,
        data: dict[str, Any],
        people: Mapping[str, Member],
        arrived: int,
        added: bytes,
    ) -> bytes:
        """An `Event`, joined of what was said and what is added: each is encoded once."""
        type_, time, member = action.type, action.time, action.member
        texts, version = _set_apart(type_, data, action.extra, people)
        token = None if member is None else people[member].token
        said = _encode(_Said(type_, action.id, action.source, data, time, action.space, token))
        sealed = _encode(texts) if texts else b""
        parts = [said[:-1], added, b'"digest":%d' % self._digest(said, sealed)]
        if time is None:
            parts.append(b'"time":%d' % arrived)
        if version > 1:
            parts.append(b'"v":%d' % version)
        if sealed:
            writer = people[NOBODY if member is None else member]
            parts.append(b'"sealed":"%b"' % seal(writer, sealed).encode())
        return b",".join(parts) + b"}"

    def _digest(self, said: bytes, texts: bytes) -> int:
        digest = self._keyed.copy()
        digest.update(said)
        digest.update(texts)
        return int.from_bytes(digest.digest()) >> 1


def _people(actions: Iterable[Checked], data: Iterable[Mapping[str, Any]]) -> set[str]:
    found = set()
    for action, said in zip(actions, data, strict=True):
        found.add(NOBODY if action.member is None else action.member)
        known = shape(action.type)
        if known is not None:
            found.update([said[name] for name in known.members if name in said])
    return found


def _set_apart(
    type_: str,
    data: dict[str, Any],
    extra: dict[str, object] | None,
    people: Mapping[str, Member],
) -> tuple[dict[str, object] | None, int]:
    """Make of `data` what may stand in the clear; the texts, and the version of the shape."""
    known = shape(type_)
    if known is None:
        return extra, 1  # who knows what a newer type says about people
    for name in known.members:
        if name in data:
            data[name] = people[data[name]].token
    if not known.texts:
        return extra, known.version
    texts = {name: data.pop(name) for name in known.texts if name in data}
    if known.measured and "text" in texts:
        data["length"] = len(texts["text"])
        data["links"] = len(_LINK.findall(texts["text"]))
    return {**texts, **extra} if extra else texts, known.version


def tick(partition: int, moment: int) -> Entry:
    """A `time.passed` of a partition: its arrival is the moment."""
    event = Event(
        type=TICK,
        id=f"time/{partition}/{moment}",
        source="hearth",
        time=moment,
        arrived=moment,
    )
    return Entry(b"", encode(event))
