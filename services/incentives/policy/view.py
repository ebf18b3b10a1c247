"""The policy and time zone of a community, as the projection knows them, for the other views."""

from collections import OrderedDict
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.state import Words
from services.kit.communities.slice import Communities
from services.kit.communities.timeline import Community, Version
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
_compiled: OrderedDict[bytes, Incentives] = OrderedDict()
_KEPT = 256
Zones = tuple[tuple[int, str], ...]


def _compile(document: dict[str, Any]) -> Incentives:
    # Validating a document takes milliseconds, and every read would pay them.
    name = msgspec.msgpack.encode(document)
    found = _compiled.get(name)
    if found is None:
        found = _compiled[name] = compile_policy(document)
        if len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    return found


async def community(db: Connection, key: int) -> Community[Incentives]:
    """A community's policies and zones. `db` looks at the live generation's schema."""
    communities: Communities[Incentives] = Communities(_compile)
    await communities.load_all(db, [key])
    return communities[key]


class Latest(NamedTuple):
    """What a view of the present asks of a community."""

    policy: Incentives | None
    """As published last."""
    community: Community[Incentives]
    """Its time zones; without versions."""


async def latest(db: Connection, key: int) -> Latest:
    """The policy and the time zones of a community, by one statement."""
    row = await db.fetchrow(Q.latest, key)
    assert row is not None  # noqa: S101 - a row for the number that was asked
    known: Community[Incentives] = Community(key)
    if row["zones"] is not None:
        known = Community(key, msgspec.json.decode(row["zones"], type=Zones))
    return Latest(None if row["document"] is None else _of_text(row["document"]), known)


@lru_cache(_KEPT)
def _of_text(document: str) -> Incentives:
    return _compile(msgspec.json.decode(document))


async def words(db: Connection, key: int) -> Words:
    """The names that a community's tables hold as numbers."""
    return Words({row["word"]: row["name"] for row in await db.fetch(Q.words, key)})


def current(known: Community[Incentives]) -> Version[Incentives] | None:
    """The version published last."""
    return known.versions[-1] if known.versions else None
