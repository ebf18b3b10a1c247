"""What is sent and shown of receivers."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.notify.commands import Told, Webhook
from services.api.communities.models import Text
from services.kit.runtime.clock import rfc3339


class ReceiverPut(BaseModel):
    """Where people are told."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[Text, Field(min_length=1, max_length=2048)] = Field(
        description="A public https:// address that takes a POST.",
        examples=["https://example.com/hearth"],
    )
    secret: Annotated[Text, Field(max_length=128)] | None = Field(
        None,
        description="`whsec_` and base64 of 24 to 64 bytes. Without it a new receiver gets one, and"
        " one that is there keeps its own.",
    )
    events: Annotated[set[Told], Field(min_length=1)] | None = Field(
        None, description="Types of facts to be told of; all where absent."
    )


class Attempt(BaseModel):
    """The last attempt to deliver."""

    at: str
    delivered: bool
    outcome: str = Field(description="In words, such as `answered 204`.")


class ReceiverShown(BaseModel):
    """A receiver, without its secret."""

    receiver: str
    url: str
    events: list[str] | None = Field(description="Null is all.")
    changed_at: str | None
    disabled: bool = Field(description="Told nothing more, until it is set again.")
    disabled_why: str | None
    waiting: int = Field(description="Messages that were not delivered yet.")
    last: Attempt | None


class ReceiverTaken(BaseModel):
    """A receiver that was set."""

    receiver: str
    url: str
    events: list[str] | None
    secret: str | None = Field(
        description="The one that was made just now, shown this once; null where you gave it, or"
        " where the receiver keeps its own."
    )


class Receivers(BaseModel):
    """The receivers of a community, by name."""

    items: list[ReceiverShown]


def shown(found: Webhook) -> ReceiverShown:
    """A receiver as it is listed."""
    last = None
    if found.last_at is not None:
        delivered, outcome = bool(found.last_delivered), found.last_outcome or ""
        last = Attempt(at=rfc3339(found.last_at), delivered=delivered, outcome=outcome)
    return ReceiverShown(
        receiver=found.name,
        url=found.url,
        events=found.events,
        changed_at=None if found.changed_at is None else rfc3339(found.changed_at),
        disabled=found.disabled_at is not None,
        disabled_why=found.disabled_why,
        waiting=found.waiting,
        last=last,
    )
