"""What a metric is: one pure definition over what was counted in a window.

A metric is one file in this folder with a module-level `METRIC`; being there is enough. Its
`measure` gets a `Basis`, the counts of one window of one community (or one of its spaces), and
answers a `Measured`: the ratio keeps its numerator, denominator and sample, and where there is
nothing to divide by or too little, the value is None and the reason has a name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why there is no value."""

    ZERO_DENOMINATOR = "zero_denominator"
    SMALL_SAMPLE = "sample_too_small"
    NO_PRESENCE = "nobody_known_to_be_present"
    SHORT_HISTORY = "history_too_short"


@dataclass(frozen=True, slots=True)
class Present:
    """How many members are present at the end of a window, and how that is known."""

    members: int
    basis: str
    """`census`, or `joins` (joined minus left, plus those seen acting)."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What was counted in a window."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Sums of the counters over the window; `active` and `speakers` sum the distinct of each
    bucket, so over days `active` is active member-days."""
    distinct: Mapping[str, int] = field(default_factory=dict)
    """Distinct regular members over the whole window: `active`, `speakers`."""
    present: Present | None = None
    days: int = 0
    """Local days of the window."""
    history: int = 0
    """Local days since the community's first event, up to the window's end."""

    def count(self, name: str) -> int:
        """A counter; zero where nothing was counted."""
        return self.counts.get(name, 0)


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with what it was made of. `value` is None where `reason` says why."""

    value: float | None
    numerator: float
    denominator: float | None
    sample: int
    reason: Reason | None = None
    extra: Mapping[str, float | str] = field(default_factory=dict)
    """What stands beside the number: the guessed share, the basis of presence."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A definition. `row` is its row of the catalogue; name and version name it for ever."""

    row: str
    name: str
    version: int
    title: str
    unit: str
    """`ratio`, `members`, or as written, such as `per_1000_member_days`."""
    measure: Callable[[Basis], Measured]
    windows: tuple[str, ...]
    needs_distinct: tuple[str, ...] = ()
    needs_present: bool = False
    minimum: int = 1
    """Smallest sample that gives a value; a policy may ask for more."""

    def prometheus(self) -> str:
        """Name of its gauge, with the unit as Prometheus names units."""
        return f"hearth_community_{self.name}" + ("_ratio" if self.unit == "ratio" else "")


def ratio(
    numerator: float, denominator: float, sample: int | None = None, **extra: float | str
) -> Measured:
    """A share; its sample is the denominator where nothing else is said."""
    if denominator <= 0:
        return Measured(None, numerator, denominator, 0, Reason.ZERO_DENOMINATOR, extra)
    size = int(denominator) if sample is None else sample
    return Measured(numerator / denominator, numerator, denominator, size, None, extra)


def measured(metric: Metric, basis: Basis, minimum: int | None = None) -> Measured:
    """The metric's value, withheld where the sample is smaller than `minimum`."""
    found = metric.measure(basis)
    least = metric.minimum if minimum is None else max(minimum, metric.minimum)
    if found.value is None or found.sample >= least:
        return found
    return Measured(
        None, found.numerator, found.denominator, found.sample, Reason.SMALL_SAMPLE, found.extra
    )
