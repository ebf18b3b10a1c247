"""The `health` section of a policy: what makes active, kinds of messages, benchmarks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.kit.runtime.clock import HOUR, MINUTE

Kind = Literal["ugc", "official", "commercial", "support"]
Pattern = Annotated[str, Field(min_length=1, max_length=64)]

ACTIVE = (
    "post.created", "reply.created", "post.edited", "post.shared", "reaction.added",
    "question.asked", "question.answered", "answer.accepted", "member.checked_in",
    "activity.booked", "activity.registered", "activity.attended", "course.enrolled",
    "course.completed", "campaign.clicked", "order.paid", "complaint.filed", "report.filed",
    "survey.answered", "invite.accepted", "proposal.submitted", "proposal.voted",
)  # fmt: skip
"""What a member does of their own accord. Being reached, viewing, leaving, and what others do to
a member never make one active."""

NEVER_ACTIVE = frozenset({
    "campaign.reached", "post.viewed", "points.adjusted", "member.left", "member.sanctioned",
    "role.appointed", "role.ended", "badge.granted", "reward.granted", "post.removed",
    "post.featured",
})  # fmt: skip


class Section(BaseModel):
    """Base: nothing unknown is taken silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KindRule(Section):
    """When a message whose kind nobody named is of `kind`. All that is given must hold."""

    kind: Kind
    roles: list[str] = Field(default=[], description="The author has one of these roles.")
    spaces: list[str] = Field(default=[], description="It stands in one of these spaces.")
    links: list[Pattern] = Field(default=[], description="A link in it contains one of these.")
    words: list[Pattern] = Field(default=[], description="Its text contains one of these.")


class Threads(Section):
    """How threads are told in spaces whose platform has no thread ids."""

    chats: list[str] = Field(
        default=[],
        description="Spaces that are chats, `*` for all; else a post opens a thread.",
    )
    silence_minutes: int = Field(
        default=10, ge=1, le=1440, description="Silence after which a message opens a thread."
    )


class Lateness(Section):
    """How long a window waits for late events before it closes."""

    minutes: int = Field(default=2, ge=0, le=60, description="Of windows of a minute, in minutes.")
    hours: int = Field(default=1, ge=0, le=24, description="Of windows of an hour, in hours.")
    days: int = Field(default=24, ge=0, le=72, description="Of windows of days, in hours.")
    idle_hours: int = Field(
        default=1, ge=1, le=72, description="A community silent this long is closed by the clock."
    )

    def minute(self) -> int:
        """Of minutes, in microseconds."""
        return self.minutes * MINUTE

    def hour(self) -> int:
        """Of hours, in microseconds."""
        return self.hours * HOUR

    def day(self) -> int:
        """Of days, in microseconds."""
        return self.days * HOUR

    def idle(self) -> int:
        """Silence after which the clock closes windows, in microseconds."""
        return self.idle_hours * HOUR


class Health(Section):
    """The whole section. Every part has a default."""

    active: list[str] = Field(default=list(ACTIVE), description="Event types that make active.")
    kinds: list[KindRule] = Field(
        default=[],
        max_length=200,
        description="In order; after them regular is ugc, staff official.",
    )
    threads: Threads = Threads()
    benchmarks: dict[str, Annotated[float, Field(ge=0)]] = Field(
        default={}, description="Metric name to what is usual in the trade, in the metric's unit."
    )
    minimum_sample: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default={}, description="Metric name to the smallest sample that gives a value."
    )
    lateness: Lateness = Lateness()
