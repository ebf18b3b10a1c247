"""What operators, and Hearth itself, do to a community."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from services.kit.actions.families import Count, Data, Id, Label, MemberId, Text


class Operator(Data):
    """Base of the types that take the scope `operate`."""

    about_members: ClassVar[bool] = False
    operator: ClassVar[bool] = True


class PointsAdjusted(Operator):
    """An operator gave (or took, below zero) an amount of an account by hand."""

    type: ClassVar[str] = "points.adjusted"
    amount: Annotated[int, Field(ge=-(2**53), le=2**53)]
    account: Label = "points"
    reason: Label | None = None
    by: MemberId | None = None


class BadgeGranted(Operator):
    """An operator granted a badge by hand."""

    type: ClassVar[str] = "badge.granted"
    badge: Label
    by: MemberId | None = None


class BadgeRevoked(Operator):
    """An operator took a badge away; it may be earned or granted again."""

    type: ClassVar[str] = "badge.revoked"
    badge: Label
    reason: Label | None = None
    by: MemberId | None = None


class IncidentAcknowledged(Operator):
    """Somebody took an incident up."""

    type: ClassVar[str] = "incident.acknowledged"
    incident: Id
    by: Label | None = None


class IncidentStepCompleted(Operator):
    """Somebody says that a step of the answer is done."""

    type: ClassVar[str] = "incident.step_completed"
    incident: Id
    step: Label
    by: Label | None = None
    note: Text | None = None


class IncidentResolved(Operator):
    """Somebody closed an incident."""

    type: ClassVar[str] = "incident.resolved"
    incident: Id
    by: Label | None = None
    note: Text | None = None


class PolicyPublished(Operator):
    """A version of the policy; in force from `effective_from`, never before its publication."""

    type: ClassVar[str] = "policy.published"
    document: dict[str, Any]
    version: Annotated[int, Field(ge=1)] | None = None
    effective_from: AwareDatetime | None = None
    by: Label | None = None
    approved_by: Label | None = None


class CommunityChanged(Operator):
    """Name, type or time zone of the community; a new zone holds from its next midnight."""

    type: ClassVar[str] = "community.changed"
    name: Annotated[str, Field(max_length=256)] | None = None
    community_type: Literal["interest", "commerce", "knowledge"] | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None


class ImportStarted(Operator):
    """What comes next (of `source`, where named) is history."""

    type: ClassVar[str] = "import.started"
    import_id: Id | None = Field(default=None, alias="import")
    source: Annotated[str, Field(max_length=256)] | None = None


class ImportEnded(Operator):
    """The history is in."""

    type: ClassVar[str] = "import.ended"
    import_id: Id | None = Field(default=None, alias="import")
    source: Annotated[str, Field(max_length=256)] | None = None


class CrisisLabelled(Operator):
    """An operator marks a past episode as a crisis, for scoring rules."""

    type: ClassVar[str] = "crisis.labelled"
    kind: Label
    started: AwareDatetime
    ended: AwareDatetime | None = None


class MeasureStarted(Operator):
    """An operator tries something to move a metric."""

    type: ClassVar[str] = "measure.started"
    measure: Id
    metric: Label | None = None


class MeasureEnded(Operator):
    """A measure is over."""

    type: ClassVar[str] = "measure.ended"
    measure: Id


class SourceHeartbeat(Operator):
    """A source says that it is alive."""

    type: ClassVar[str] = "source.heartbeat"
    operator: ClassVar[bool] = False


class DeadLetterRetried(Operator):
    """A dead letter is folded again, at this place of the log."""

    type: ClassVar[str] = "dead_letter.retried"
    decided: ClassVar[bool] = True
    projection: Label
    offset: Count


class MemberTextsJudged(Operator):
    """What had been decided of a member's texts, some of it, before the member is erased."""

    type: ClassVar[str] = "member.texts_judged"
    decided: ClassVar[bool] = True
    erasure: Id
    verdicts: list[dict[str, Any]]
    """[{said: {name: decision}, at: [offset]}]."""


class MemberErased(Operator):
    """The member's key is destroyed; nobody opens texts of the member from `before` on."""

    type: ClassVar[str] = "member.erased"
    decided: ClassVar[bool] = True
    erasure: Id | None = None
    member: MemberId | None = None
    before: Count | None = None
    records: Count | None = None
    texts: Count | None = None


class TimePassed(Operator):
    """Moves the log time of a partition where nothing arrives."""

    type: ClassVar[str] = "time.passed"
    decided: ClassVar[bool] = True


def _local_day(text: str) -> str:
    date.fromisoformat(text)
    return text


LocalDay = Annotated[
    str,
    Field(min_length=10, max_length=10, json_schema_extra={"format": "date"}),
    AfterValidator(_local_day),
]
"""Such as 2026-12-31."""
Redemption = Annotated[str, Field(min_length=1, max_length=200)]
"""What names a redemption within its community for ever."""


Reversal = Annotated[str, Field(min_length=1, max_length=100)]
"""What names an order of a reversal within its community for ever."""


class RewardGranted(Operator):
    """A reward or a code of one goes to the member."""

    type: ClassVar[str] = "reward.granted"
    reward: Label
    incident: Id | None = None
    code: Label | None = None
    redemption: Redemption | None = None
    """Names it from now on; one is made where it is absent."""


class RewardRedeemed(Operator):
    """The member took a reward; decided where stock and balance are held."""

    type: ClassVar[str] = "reward.redeemed"
    decided: ClassVar[bool] = True
    reward: Label
    redemption: Id
    cost: Count = 0
    costs: dict[Label, Count] | None = None
    """Account -> what was paid; where it is given it holds in the place of `cost`."""
    code: Label | None = None
    valid_until: LocalDay | None = None
    """The last local day on which it is worth something."""


class RewardFulfilled(Operator):
    """A redeemed reward was handed over."""

    type: ClassVar[str] = "reward.fulfilled"
    redemption: Id


class RewardCancelled(Operator):
    """A redemption was called off."""

    type: ClassVar[str] = "reward.cancelled"
    redemption: Id
    reason: Label | None = None


class PendingDecided(Operator):
    """A reviewer passed or refused an entry that was held."""

    type: ClassVar[str] = "pending.decided"
    entry: Id
    passed: bool
    by: Label | None = None


class ReversalOrdered(Operator):
    """Part of an order: what the member earned by the actions at these positions is taken back."""

    type: ClassVar[str] = "reversal.ordered"
    decided: ClassVar[bool] = True
    reversal: Reversal
    selection: Label
    """Short name of what the order asked for: one of another selection under its name is void."""
    positions: Annotated[list[Count], Field(max_length=200)]
    rules: Annotated[list[Id], Field(max_length=100)] | None = None
    """What these gave, and nothing else."""
    started: AwareDatetime
    ended: AwareDatetime
    known: Count = 0
    """Position up to which actions were looked at."""
    reason: Label | None = None
    by: Label | None = None


class ReversalUndone(Operator):
    """The part of an order at a position is undone: exactly what it took comes back."""

    type: ClassVar[str] = "reversal.undone"
    decided: ClassVar[bool] = True
    reversal: Reversal
    part: Count
    by: Label | None = None


class RestatementOrdered(Operator):
    """The past between two times is judged anew, on purpose, by compensating entries."""

    type: ClassVar[str] = "restatement.ordered"
    started: AwareDatetime
    ended: AwareDatetime
    by: Label | None = None
