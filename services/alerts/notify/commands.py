"""Receivers of channels, as operators set them: address and secret, outside of any policy."""

from dataclasses import dataclass

from services.alerts.notify.webhook.attempt import refused
from services.alerts.notify.webhook.signing import key_of
from services.kit.runtime import sql
from services.kit.runtime.database import Connection
from services.kit.runtime.secrets import Vault

Q = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver; its secret is never shown again."""

    channel: str
    url: str
    disabled_at: int | None
    disabled_why: str | None


def owner(community: int, channel: str) -> str:
    """What the sealed secret is bound to."""
    return f"webhook/{community}/{channel}"


async def put_webhook(
    db: Connection,
    vault: Vault,
    community: int,
    channel: str,
    url: str,
    secret: str,
    *,
    anywhere: bool = False,
) -> None:
    """Set or change a receiver, and enable it. Raises ValueError with what is wrong."""
    why = refused(url, anywhere)
    if why is not None:
        raise ValueError(why)
    key_of(secret)
    sealed = vault.seal(secret.encode(), owner(community, channel))
    await db.execute(Q.put_webhook, community, channel, url, sealed)


async def webhooks(db: Connection, community: int) -> list[Webhook]:
    """The receivers of a community."""
    return [Webhook(*row) for row in await db.fetch(Q.webhooks, community)]


async def drop_webhook(db: Connection, community: int, channel: str) -> bool:
    """Take a receiver away; whether it was there."""
    return bool(await db.execute(Q.drop_webhook, community, channel) == "DELETE 1")
