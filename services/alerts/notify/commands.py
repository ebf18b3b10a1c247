"""Receivers, as operators set them: address and secret, outside of any policy.

A receiver with the name of one of the policy's channels hears of the priorities that the channel
names; under any other name it hears of all.
"""

import base64
import os
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from services.alerts.notify.webhook.attempt import refused
from services.alerts.notify.webhook.signing import PREFIX, key_of
from services.kit.runtime import clock, sql
from services.kit.runtime.database import Connection
from services.kit.runtime.secrets import Vault

Q = sql.load(__file__)

Told = Literal[
    "incident.opened",
    "incident.raised",
    "incident.acknowledged",
    "incident.step_completed",
    "incident.step_breached",
    "incident.resolved",
]
"""Types of facts that people are told of."""
TOLD: frozenset[str] = frozenset(get_args(Told))


class WrongReceiverError(ValueError):
    """It cannot be set so: `field` is what is wrong, the message what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Webhook(NamedTuple):
    """A receiver; its secret is never shown again. `last_*` are of the last attempt."""

    name: str
    url: str
    events: list[str] | None
    changed_at: int | None
    disabled_at: int | None
    disabled_why: str | None
    last_at: int | None
    last_outcome: str | None
    last_delivered: bool | None
    waiting: int


def owner(community: int, channel: str) -> str:
    """What the sealed secret is bound to."""
    return f"webhook/{community}/{channel}"


def fresh_secret() -> str:
    """A new secret of Standard Webhooks."""
    return PREFIX + base64.b64encode(os.urandom(32)).decode()


async def put_webhook(
    db: Connection,
    vault: Vault,
    community: int,
    channel: str,
    url: str,
    secret: str | None,
    *,
    events: Sequence[str] | None = None,
    anywhere: bool = False,
) -> str | None:
    """Set or change a receiver, and enable it. Raises WrongReceiverError.

    Without a secret it keeps its own; one that has none gets a new one, which is returned.
    """
    why = refused(url, anywhere)
    if why is not None:
        raise WrongReceiverError("url", why)
    given = secret or fresh_secret()
    try:
        key_of(given)
    except ValueError as error:
        raise WrongReceiverError("secret", str(error)) from None
    sealed = vault.seal(given.encode(), owner(community, channel))
    types = None if events is None else sorted(set(events))
    replaced = secret is not None
    row = (community, channel, url, sealed, replaced, types, clock.now())
    kept = await db.fetchval(Q.put_webhook, *row)
    return given if kept == sealed and not replaced else None


async def webhooks(db: Connection, community: int) -> list[Webhook]:
    """The receivers of a community."""
    return [Webhook(*row) for row in await db.fetch(Q.webhooks, community)]


async def drop_webhook(db: Connection, community: int, channel: str) -> bool:
    """Take a receiver away, and what waits for it; whether it was there."""
    dropped = bool(await db.execute(Q.drop_webhook, community, channel) == "DELETE 1")
    await db.execute(Q.forget_waiting, community, channel, clock.now())
    return dropped
