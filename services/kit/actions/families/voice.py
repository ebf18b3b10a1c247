"""What members say about the community: complaints, reports, disputes, surveys, sentiment."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.kit.actions.families import Count, Data, Id, Label, MemberId, Text


class ComplaintFiled(Data):
    """The member complained."""

    type: ClassVar[str] = "complaint.filed"
    complaint: Id | None = None
    about: Label | None = None
    severity: Label | None = None
    text: Text | None = None


class ComplaintResolved(Data):
    """A complaint was settled."""

    type: ClassVar[str] = "complaint.resolved"
    complaint: Id | None = None
    about: Label | None = None


class ReportFiled(Data):
    """The member reported a message."""

    type: ClassVar[str] = "report.filed"
    report: Id | None = None
    target: Id
    reason: Label | None = None


class ReportDecided(Data):
    """A report was decided; the envelope's member is who had reported, where that is told."""

    type: ClassVar[str] = "report.decided"
    report: Id
    target: Id | None = None
    author_of_target: MemberId | None = None
    upheld: bool
    by: MemberId | None = None


class DisputeOpened(Data):
    """The member opened a dispute with another."""

    type: ClassVar[str] = "dispute.opened"
    dispute: Id
    against: MemberId | None = None
    about: Label | None = None


class DisputeDecided(Data):
    """A dispute was decided."""

    type: ClassVar[str] = "dispute.decided"
    dispute: Id
    decision: Label | None = None
    by: MemberId | None = None


class SurveyAnswered(Data):
    """The member answered: csat 0 to 100, nps 0 to 10."""

    type: ClassVar[str] = "survey.answered"
    instrument: Literal["csat", "nps"]
    score: Annotated[int, Field(ge=0, le=100)]


class SentimentReported(Data):
    """An outside tool measured the mood, -1 to 1, over `volume` mentions."""

    type: ClassVar[str] = "sentiment.reported"
    about_members: ClassVar[bool] = False
    source: Label | None = None
    score: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
    volume: Count | None = None
