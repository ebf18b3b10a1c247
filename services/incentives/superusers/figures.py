"""The arithmetic of super users. Pure. Sums are in minor units."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.incentives.superusers.definition import Exit, SuperUsers
from services.kit.runtime import clock


class Months(NamedTuple):
    """Whole local months, earliest first: their first days, and where each begins and the last
    ends."""

    days: list[int]
    starts: list[int]
    end: int


def full_months(day: int, count: int, zone: ZoneInfo) -> Months:
    """The last so many full months before a local day."""
    following = clock.month_of(day)
    days: list[int] = []
    for _ in range(count):
        days.insert(0, clock.month_of((days[0] if days else following) - 1))
    return Months(
        days, [clock.day_start(each, zone) for each in days], clock.day_start(following, zone)
    )


class Sample(NamedTuple):
    """Those who paid in some months, and what they paid together."""

    payers: int
    total: int


def bounds(asked: SuperUsers, sample: Sample) -> tuple[int, int]:
    """Above which sum, and up to which place, a payer of the months is a candidate.

    A mean is a sum by the same number of months for all, so that sums are compared.
    """
    above = round(asked.times * 1_000_000) * sample.total // (sample.payers * 1_000_000)
    # A share such as 0.1 is a tenth, not the binary fraction a hair above it.
    return above, -(-sample.payers * round(asked.top * 1_000_000) // 1_000_000)


class Sums(NamedTuple):
    """GMV by month (its first day): of all with how many paid, and of each member."""

    months: Sequence[int]
    everybody: Mapping[int, Sample]
    members: Mapping[int, Mapping[int, int]]


class Share(NamedTuple):
    """Own GMV and that of all in some months."""

    months: int
    own: int
    total: int

    @property
    def value(self) -> float | None:
        """None where nobody paid anything, or no month has passed."""
        return self.own / self.total if self.total else None


def share(members: Sequence[int], months: Sequence[int], sums: Sums) -> Share:
    """What some members paid of all that was paid in some months."""
    own = sum(sums.members.get(each, {}).get(month, 0) for each in members for month in months)
    total = sum(sums.everybody[month].total for month in months if month in sums.everybody)
    return Share(len(months), own, total)


def before(enrolled: int, count: int, sums: Sums) -> list[int]:
    """The last so many of the known full months before the month of a local day."""
    month = clock.month_of(enrolled)
    return [each for each in sums.months if each < month][-count:]


def after(enrolled: int, count: int, sums: Sums) -> list[int]:
    """The first so many full months after the month of a local day."""
    month = clock.month_of(enrolled)
    return [each for each in sums.months if each > month][:count]


class Kept(NamedTuple):
    """Whether a member is to leave a programme; None where that cannot be said, and why."""

    leaves: bool | None
    why: str


def judged(rule: Exit, member: int, enrolled: int, payers: int, sums: Sums) -> Kept:
    """What the exit rule says of a member enrolled on a local day. `payers` are needed at least,
    in the rule's months together."""
    passed = after(enrolled, 10_000, sums)
    if len(passed) < rule.months:
        return Kept(None, f"{len(passed)} full months since, {rule.months} are needed")
    months = passed[-rule.months :]
    found = share([member], months, sums)
    people = max((sums.everybody[m].payers for m in months if m in sums.everybody), default=0)
    if people < payers:
        return Kept(None, f"at most {people} paid in a month, {payers} are needed")
    # The mean of a month is by those who paid in it.
    mean = sum(
        sums.everybody[m].total / sums.everybody[m].payers for m in months if m in sums.everybody
    )
    times = found.own / mean if mean else 0.0
    why = f"own mean {times:.2f} times the mean per payer of {rule.months} months"
    return Kept(times < rule.below, f"{why}, leaves below {rule.below:g}")
