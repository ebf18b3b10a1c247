"""From an action as sent to its record in the log.

Members become tokens, what they wrote is sealed, and what rules need of a text without reading
it (its length, how many links) is put beside it. A digest of the whole tells a repeat of an id
from a different body under the same id.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel

from services.kit.actions import upcasters
from services.kit.actions.envelope import Action, UnknownData, known_types
from services.kit.actions.event import TICK, Event, encode
from services.kit.actions.families import Data, MemberMark, TextMark
from services.kit.log.port import Entry
from services.kit.runtime import clock

_LINK = re.compile(r"https?://", re.IGNORECASE)
_PLAIN = frozenset({str, int, float, bool})
NOBODY = ""
"""The directory id under which a community seals texts that no member of it wrote."""


class Tokens(Protocol):
    """What the directory offers here."""

    async def tokens(self, community: int, ids: Sequence[str]) -> dict[str, int]: ...

    def seal(self, token: int, texts: dict[str, object]) -> str: ...


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: item for name, item in value.__dict__.items() if item is not None}
    raise NotImplementedError(f"cannot write {type(value).__name__} to the log")


_canonical = msgspec.json.Encoder(enc_hook=_plain, order="deterministic")


@dataclass(frozen=True, slots=True)
class Shape:
    """Of one action type: which fields name members, which hold texts, and the data's version."""

    members: tuple[str, ...]
    texts: tuple[str, ...]
    fields: frozenset[str]
    version: int


@cache
def shape(type_: str) -> Shape | None:
    """The shape of a known type; None for a type from a newer producer."""
    model: type[Data] | None = known_types().get(type_)
    if model is None:
        return None
    return Shape(
        model.marked(MemberMark),
        model.marked(TextMark),
        frozenset(model.model_fields),
        upcasters.newest(type_),
    )


class Recorder:
    """Writes records. `pepper` keys the digests, so that they tell nothing about short texts."""

    def __init__(self, directory: Tokens, pepper: bytes) -> None:
        self._directory = directory
        self._pepper = pepper[:64]

    async def entries(
        self,
        community: int,
        slug: str,
        actions: Sequence[Action],
        arrived: int,
        imported: str | None = None,
    ) -> list[Entry]:
        """The log entries of actions of one community, in order."""
        tokens = await self._directory.tokens(community, _people(actions))
        key = slug.encode()
        return [Entry(key, self._record(action, tokens, arrived, imported)) for action in actions]

    def _record(
        self, action: Action, tokens: dict[str, int], arrived: int, imported: str | None
    ) -> bytes:
        data, texts, version = _split(action, tokens)
        sealed = None
        if texts:
            writer = tokens[action.member if action.member is not None else NOBODY]
            sealed = self._directory.seal(writer, texts)
        return encode(
            Event(
                type=action.type,
                id=action.id,
                source=action.source,
                time=arrived if action.time is None else clock.instant(action.time),
                arrived=arrived,
                community=action.community,
                space=action.space,
                member=None if action.member is None else tokens[action.member],
                data=data,
                v=version,
                digest=self._digest(action),
                imported=imported,
                sealed=sealed,
            )
        )

    def _digest(self, action: Action) -> int:
        body = _canonical.encode(
            (action.type, action.time, action.space, action.member, _fields(action.data))
        )
        return int.from_bytes(blake2b(body, digest_size=8, key=self._pepper).digest()) >> 1


def _fields(data: Any) -> dict[str, Any]:
    fields = {name: value for name, value in data.__dict__.items() if value is not None}
    extra = data.__pydantic_extra__
    return {**fields, **extra} if extra else fields


def _people(actions: Iterable[Action]) -> list[str]:
    found = set()
    for action in actions:
        found.add(NOBODY if action.member is None else action.member)
        known = shape(action.type)
        if known is not None:
            for name in known.members:
                value = getattr(action.data, name)
                if value is not None:
                    found.add(value)
    return list(found)


def _split(action: Action, tokens: dict[str, int]) -> tuple[dict[str, Any], dict[str, object], int]:
    """Data for the clear, texts for the seal, and the version of the data's shape."""
    known = shape(action.type)
    if known is None or isinstance(action.data, UnknownData):
        return {}, _fields(action.data), 1  # who knows what a newer type says about people
    data = {name: value for name, value in action.data.__dict__.items() if value is not None}
    texts: dict[str, object] = dict(action.data.__pydantic_extra__ or ())
    for name in known.members:
        if name in data:
            data[name] = tokens[data[name]]
    for name in known.texts:
        if name in data:
            texts[name] = data.pop(name)
    if "text" in texts and "text" in known.fields:
        written = str(texts["text"])
        data["length"] = len(written)
        data["links"] = len(_LINK.findall(written))
    return (_jsonable(data) if _has_models(data) else data), texts, known.version


def _has_models(data: dict[str, Any]) -> bool:
    return not _PLAIN.issuperset(map(type, data.values()))


def _jsonable(data: dict[str, Any]) -> dict[str, Any]:
    return msgspec.json.decode(_canonical.encode(data), type=dict[str, Any])


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
