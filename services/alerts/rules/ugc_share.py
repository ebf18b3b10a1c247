"""R2: what members write themselves is under 15% of messages over seven closed days."""

from pydantic import Field

from services.alerts.incidents.priority import Scope, Urgency
from services.alerts.rules.definition import DayParameters, DayRule, Days, Verdict
from services.alerts.rules.states import Finding


class UgcShare(DayParameters):
    """UGC share over a week."""

    fires_under: float = Field(default=0.15, ge=0, le=1, description="Share of messages.")
    clears_from: float = Field(default=0.18, ge=0, le=1, description="Share of messages.")
    days: int = Field(default=7, ge=1, le=28, description="Closed days looked at.")
    minimum_messages: int = Field(default=30, ge=1, description="Messages that are not support.")


def judge(days: Days, parameters: UgcShare) -> Verdict:
    """The judgement as of the last closed day."""
    messages = days.total("messages", parameters.days)
    sample = messages - days.total("messages.support", parameters.days)
    if sample < parameters.minimum_messages:
        why = (
            f"{sample} messages in {parameters.days} days, {parameters.minimum_messages} are needed"
        )
        return Verdict(Finding.MISSING, None, parameters.fires_under, why, sample)
    share = days.total("messages.ugc", parameters.days) / sample
    guessed = days.total("messages.guessed", parameters.days) / messages
    why = (
        f"{share:.1%} of {sample} messages in {parameters.days} days, fires under "
        f"{parameters.fires_under:.0%}; the kind was guessed for {guessed:.0%}"
    )
    onset = days.last - parameters.days + 1
    return Verdict(_finding(share, parameters), share, parameters.fires_under, why, sample, onset)


def _finding(share: float, parameters: UgcShare) -> Finding:
    if share < parameters.fires_under:
        return Finding.MET
    return Finding.CLEAR if share >= parameters.clears_from else Finding.BETWEEN


RULE = DayRule(
    id="R2",
    name="ugc_share",
    title="Too little of what is written comes from members",
    metric="ugc_share",
    answer="content-incentives",
    scope=Scope.COMMUNITY,
    urgency=Urgency.CAN_WAIT,
    parameters=UgcShare,
    judge=judge,
    reach=29,
)
