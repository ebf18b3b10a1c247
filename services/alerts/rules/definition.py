"""What a rule is: parameters, a pure judgement, and how urgent its incident would be.

A rule is one file in this folder with a module-level `RULE`; being there is enough. A `DayRule`
is judged once for every closed day of a community, from the counts of closed days. A
`SpikeRule` is judged while the minute fills, by the machinery in `services/alerts/spikes`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.alerts.incidents.priority import Scope, Urgency
from services.alerts.rules.states import Finding
from services.kit.runtime.clock import DAY, MINUTE


class Parameters(BaseModel):
    """What every rule lets a policy set. Rules add their thresholds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: bool = Field(default=True, description="Whether the rule is judged at all.")
    playbook: str | None = Field(
        default=None, description="The playbook that answers; the rule's own where absent."
    )

    def hold(self) -> int:
        """How long the measure must stay clear, in microseconds."""
        return 0


class DayParameters(Parameters):
    """Of rules that are judged when a day closes."""

    hold_days: int = Field(default=1, ge=0, le=28, description="Closed days it must stay clear.")

    def hold(self) -> int:
        return self.hold_days * DAY


class SpikeParameters(Parameters):
    """Of rules that are judged by the minute."""

    hold_minutes: int = Field(default=15, ge=0, le=1440, description="Minutes it must stay clear.")

    def hold(self) -> int:
        return self.hold_minutes * MINUTE


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judgement found, with the numbers it stands on."""

    finding: Finding
    measure: float | None
    """The measured value, in the unit of the rule's metric; None where there is none."""
    threshold: float | None
    """The firing threshold it was held against, same unit."""
    why: str
    """One sentence with the numbers in it, for people."""
    sample: int = 0
    onset: int | None = None
    """The day (or, of a spike, the minute) on which what is judged began."""
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Days:
    """The closed days of a community up to `last`: counts per local day; absent days are empty."""

    last: int
    counts: Mapping[int, Mapping[str, int]]
    benchmarks: Mapping[str, float]

    def of(self, day: int, counter: str) -> int:
        """One counter on one day."""
        return self.counts.get(day, {}).get(counter, 0)

    def total(self, counter: str, days: int) -> int:
        """One counter over the `days` days that end with the last closed one."""
        return sum(self.of(day, counter) for day in range(self.last - days + 1, self.last + 1))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What all rules have. `id` is the row of the catalogue, `answer` the default playbook."""

    id: str
    name: str
    title: str
    metric: str
    answer: str
    scope: Scope
    urgency: Urgency
    parameters: type[Parameters]


@dataclass(frozen=True, kw_only=True)
class DayRule(Rule):
    """Judged when a day closes. `judge(days, parameters)` is pure."""

    judge: Callable[[Days, Any], Verdict]
    reach: int
    """How many days back a judgement looks: a quiet stretch longer than this changes nothing."""


@dataclass(frozen=True, kw_only=True)
class SpikeRule(Rule):
    """Judged as the open minute fills. `counts` is the action type that is watched."""

    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict on a community (or a space of it), with all that its consequences depend on.

    Instants are microseconds since 1970 UTC.
    """

    rule: Rule
    parameters: Parameters
    verdict: Verdict
    at: int
    """Event time of what was judged."""
    onset: int
    """When what was judged began."""
    log_time: int
    historical: bool
    """Whether it stands on what was imported: nobody is told, and no clock runs."""
    restated: bool = False
    """Whether late data gave the occasion."""
    people: tuple[int, ...] = ()
    cause: str | None = None
    """What an incident that it opens is named by; the rule and the time where absent."""
    space: int = 0
