"""Telling the log what a community is and which policy it has; saying it twice appends nothing.

The row of what was last said is locked while the log is written to, so two at once say it one
after the other. A crash in between says it again under the same ids, which changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from services.api.context import Context
from services.kit.actions.envelope import Action, one_adapter
from services.kit.registry.registry import Community
from services.kit.runtime import sql

Q = sql.load(__file__)
SOURCE = "hearth"
_canonical = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Said:
    """The position of what was said, and whether it was said just now."""

    position: int
    now: bool


def digest(value: object) -> str:
    """Short name of a JSON value."""
    return blake2b(_canonical(value), digest_size=12).hexdigest()


def action(
    community: str, type_: str, id_: str, data: Mapping[str, Any], member: str | None = None
) -> Action:
    """An action of Hearth's own. Raises pydantic's ValidationError."""
    envelope = {"id": id_, "source": SOURCE, "type": type_, "community": community}
    envelope |= {} if member is None else {"member": member}
    # Validated as JSON: that is how times and the like come in.
    return one_adapter().validate_json(_canonical({**envelope, "data": data}))


async def announce(
    here: Context,
    community: Community,
    document: Mapping[str, Any] | None,
    effective_from: str | None = None,
    by: str | None = None,
    approved_by: str | None = None,
) -> Said:
    """Append `community.changed` and `policy.published` where they say something new.

    `document` None leaves the policy as it is. Raises LogUnavailableError.
    """
    settings = {
        "name": community.name,
        "community_type": community.type,
        "time_zone": community.time_zone,
    }
    published = {"document": document, "effective_from": effective_from}

    def news(number: int, said_settings: str, said_policy: str) -> list[Action]:
        found = []
        if said_settings != digest(settings):
            id_ = f"community/{number}/{digest(settings)}"
            found.append(action(community.slug, "community.changed", id_, settings))
        if document is not None and said_policy != digest(published):
            told = {name: value for name, value in published.items() if value is not None}
            told |= {"by": by} if by else {}
            told |= {"approved_by": approved_by} if approved_by else {}
            id_ = f"policy/{number}/{digest(published)}"
            found.append(action(community.slug, "policy.published", id_, told))
        return found

    policy = None if document is None else digest(published)
    return await _say(here, community, news, digest(settings), policy)


async def is_last(
    here: Context,
    community: Community,
    document: Mapping[str, Any],
    effective_from: str | None = None,
) -> bool:
    """Whether this policy is the one that was last said, so that announcing it says nothing."""
    published = {"document": document, "effective_from": effective_from}
    last = await here.pool.fetchval(Q.last_policy, community.key)
    return bool(last == digest(published))


async def _say(
    here: Context,
    community: Community,
    news: Callable[[int, str, str], list[Action]],
    settings: str,
    policy: str | None,
) -> Said:
    async with here.pool.acquire() as db, db.transaction():
        await db.execute(Q.begin, community.key)
        rows = await db.fetch(Q.said, community.key)
        number, said_settings, said_policy, position = rows[0]
        actions = news(number, said_settings, said_policy)
        if not actions:
            return Said(position, False)
        position = await here.journal.append(community.slug, actions)
        policy = said_policy if policy is None else policy
        await db.execute(Q.say, community.key, number + 1, settings, policy, position)
        return Said(position, True)
