"""R1: complaints over twice the benchmark on three consecutive closed days.

The rate is M11, complaints per 1,000 active member-days. A day with fewer active members than
the minimum sample neither counts nor breaks the run. Without a benchmark (or with one of zero)
the community's own median of 28 days stands in, and where that is zero or too young an
absolute count of complaints a day; the judgement says which.
"""

from statistics import median
from typing import NamedTuple

from pydantic import Field

from services.alerts.incidents.priority import Scope, Urgency
from services.alerts.rules.definition import DayParameters, DayRule, Days, Verdict
from services.alerts.rules.states import Finding

BACK = 35
MEDIAN_DAYS = 28
MEDIAN_NEEDS = 7


class ComplaintRate(DayParameters):
    """Complaint rate against its benchmark."""

    fires_over: float = Field(default=2.0, gt=0, description="Times the benchmark.")
    clears_under: float = Field(default=1.5, gt=0, description="Times the benchmark.")
    consecutive_days: int = Field(default=3, ge=1, le=14, description="Closed days in a row.")
    minimum_active: int = Field(default=20, ge=1, description="Active members a day that counts.")
    absolute: int = Field(
        default=5, ge=1, description="Complaints a day, where there is nothing to compare with."
    )


class _Yardstick(NamedTuple):
    """What a day is held against: `fires` and `clears` in the unit named by `said`."""

    fires: float
    clears: float
    absolute: bool
    said: str

    def passed(self, measure: float) -> bool:
        """Whether a day's measure is past the firing threshold."""
        return measure >= self.fires if self.absolute else measure > self.fires


def _rate(days: Days, day: int) -> float:
    return 1000 * days.of(day, "complaints") / days.of(day, "active")


def _counted(days: Days, parameters: ComplaintRate) -> list[int]:
    """The days that count, newest first."""
    window = range(days.last, days.last - BACK, -1)
    return [day for day in window if days.of(day, "active") >= parameters.minimum_active]


def _yardstick(days: Days, counted: list[int], parameters: ComplaintRate) -> _Yardstick:
    benchmark, said = days.benchmarks.get("complaint_rate", 0.0), "the benchmark"
    if benchmark <= 0:
        before = counted[parameters.consecutive_days :][:MEDIAN_DAYS]
        said = f"the own median of {len(before)} days (no benchmark is set)"
        if len(before) >= MEDIAN_NEEDS:
            benchmark = median(_rate(days, day) for day in before)
    if benchmark > 0:
        fires, clears = parameters.fires_over * benchmark, parameters.clears_under * benchmark
        return _Yardstick(fires, clears, False, f"{said}, {benchmark:.2f} per 1,000 member-days")
    return _Yardstick(
        parameters.absolute,
        parameters.absolute,
        True,
        "an absolute count a day (no benchmark is set, and there is no median to go by)",
    )


def judge(days: Days, parameters: ComplaintRate) -> Verdict:
    """The judgement as of the last closed day."""
    counted = _counted(days, parameters)
    if not counted or counted[0] != days.last:
        active = days.of(days.last, "active")
        why = f"{active} active members on the day, {parameters.minimum_active} are needed"
        return Verdict(Finding.MISSING, None, None, why, active)
    yardstick = _yardstick(days, counted, parameters)
    measures = [
        days.of(day, "complaints") if yardstick.absolute else _rate(days, day) for day in counted
    ]
    run = next((n for n, m in enumerate(measures) if not yardstick.passed(m)), len(measures))
    why = (
        f"{measures[0]:.2f} against {yardstick.fires:.2f}, "
        f"{run} of {parameters.consecutive_days} days in a row; measured by {yardstick.said}"
    )
    onset = counted[run - 1] if run else None
    finding = _finding(measures[0], run, yardstick, parameters)
    return Verdict(finding, measures[0], yardstick.fires, why, days.of(days.last, "active"), onset)


def _finding(newest: float, run: int, yardstick: _Yardstick, parameters: ComplaintRate) -> Finding:
    if run >= parameters.consecutive_days:
        return Finding.MET
    if run:
        return Finding.OVER
    return Finding.CLEAR if newest < yardstick.clears else Finding.BETWEEN


RULE = DayRule(
    id="R1",
    name="complaint_rate",
    title="Complaint rate over its benchmark",
    metric="complaint_rate",
    answer="service-upgrade",
    scope=Scope.COMMUNITY,
    urgency=Urgency.TODAY,
    parameters=ComplaintRate,
    judge=judge,
    reach=BACK,
)
