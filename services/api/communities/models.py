"""What is sent and shown of communities and their sources."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.api.reading.asked import NO_NUL
from services.kit.runtime import clock

Kind = Literal["interest", "commerce", "knowledge"]


def _zone(name: str) -> str:
    clock.zone(name)
    return name


Text = Annotated[str, StringConstraints(pattern=NO_NUL)]
TimeZone = Annotated[
    str,
    AfterValidator(_zone),
    Field(max_length=64, description="An IANA name.", examples=["Asia/Shanghai"]),
]


class CommunityPut(BaseModel):
    """What a community is. What is left out stays as it is, or takes its default."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(min_length=1, max_length=256)] | None = Field(
        None, description="For people; the slug by default."
    )
    type: Kind | None = Field(None, description="`interest` by default.")
    time_zone: TimeZone | None = Field(None, description="Asia/Shanghai by default.")
    policy: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="A shipped policy to publish; when created, the one of the type."
    )


class Positions(BaseModel):
    """Places in the community's partition of the log; -1 is before the first record."""

    partition: int
    log: int = Field(description="Of the last record in the log.")
    incentives: int = Field(description="Of the last record that was folded there.")
    alerts: int = Field(description="Of the last record that was folded there.")


class Listed(BaseModel):
    """A community in a list."""

    community: str
    name: str
    type: str
    time_zone: str
    created_at: str


class Shown(Listed):
    """A community, its size and how far its projections are."""

    counts: dict[str, int]
    positions: Positions


class Put(Listed):
    """A community after a change; give `position` to a read as Hearth-Wait-For."""

    position: int


class Communities(BaseModel):
    """The communities that the key may touch, by name of slug."""

    items: list[Listed]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class SourcePut(BaseModel):
    """A platform connection. What else a platform needs stands beside its secrets."""

    model_config = ConfigDict(extra="allow")

    platform: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    secrets: list[Annotated[Text, Field(min_length=1, max_length=1024)]] = Field(
        default=[], max_length=2, description="One, or two while one replaces the other."
    )


class SourceShown(BaseModel):
    """A platform connection, without its secrets."""

    source: str
    platform: str
    changed_at: str


class SourceTaken(SourceShown):
    """A connection, and where the platform is to post."""

    webhook: str


class Sources(BaseModel):
    """The connections of a community."""

    items: list[SourceShown]
