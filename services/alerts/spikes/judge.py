"""What a spike rule says of what is seen. Pure.

It fires when the sum passes the limit for the false alarms a year it was given and there are
enough events (rate and volume). In small communities, and where the baseline is younger than a
day, an absolute count within ten minutes fires as well; the more clustered events usually are,
the larger. It is `certain`, which a P1 asks for, when the sum passes the limit of the rarer
false alarms and enough distinct people stand behind it.
"""

from pydantic import Field

from services.alerts.rules.definition import SpikeParameters, Verdict
from services.alerts.rules.states import Finding
from services.alerts.spikes.watch import RECENT, SHORT, Sight, SlotOf, Watch

WARM_UP = 24 * 60.0
FIRST_HOUR = 60.0
CLEARLY = 4
SMALL = 10
"""The absolute count speaks only where it is this many times what is usual: in larger
communities it would alarm by chance."""


class Spike(SpikeParameters):
    """A spike against the usual level of the hour of the week."""

    false_alarms_a_year: float = Field(default=12.0, gt=0, le=100, description="Of any priority.")
    certain_false_alarms_a_year: float = Field(
        default=2.0, gt=0, le=12, description="Of the highest priority."
    )
    distinct_people: int = Field(default=5, ge=1, description="People, for the highest priority.")
    minimum: int = Field(default=5, ge=1, description="Events within 30 minutes.")
    absolute: int = Field(
        default=10, ge=2, description="Events within 10 minutes that fire without a baseline."
    )
    clears_under: float = Field(
        default=1.5, gt=0, description="Times the usual count of 30 closed minutes."
    )


def judge(sight: Sight, parameters: Spike) -> Verdict:
    """The judgement on the open minute."""
    bound = sight.daily + sight.tail.room(parameters.false_alarms_a_year)
    trusted = sight.known >= WARM_UP
    by_sum = trusted and sight.total >= bound and sight.recent >= parameters.minimum
    by_count = _by_count(sight, parameters)
    found = Finding.CLEAR
    if by_sum or by_count:
        found = Finding.MET
    elif trusted and sight.total >= bound / 2 and sight.recent * 2 >= parameters.minimum:
        found = Finding.OVER
    why = (
        f"{sight.recent} in {RECENT} minutes from {len(sight.people)} people, "
        f"usual are {sight.mean * RECENT:.1f}"
    )
    if by_count and not by_sum:
        why += f"; judged by the absolute count, {sight.short} in {SHORT} minutes"
    return Verdict(
        found,
        round(sight.total, 3),
        round(bound, 3),
        why,
        sight.recent,
        sight.onset if by_sum else sight.short_onset,
        {
            "certain": _certain(sight, parameters, trusted),
            "usual_30_minutes": round(sight.mean * RECENT, 2),
        },
    )


def _by_count(sight: Sight, parameters: Spike) -> bool:
    if sight.short < parameters.absolute * sight.tail.scale():
        return False
    usual = sight.mean * SHORT
    if sight.known >= WARM_UP:
        return SMALL * usual <= parameters.absolute
    # On the first day little is known of what is usual, and in the first hour nothing.
    return sight.known < FIRST_HOUR or sight.short >= CLEARLY * usual


def _certain(sight: Sight, parameters: Spike, trusted: bool) -> bool:
    if len(sight.people) < parameters.distinct_people:
        return False
    if trusted:
        rarely = sight.tail.room(parameters.certain_false_alarms_a_year)
        return sight.total >= sight.daily + rarely
    return _by_count(sight, parameters) and sight.short >= 2 * parameters.absolute


def judge_clearing(watch: Watch, slot_of: SlotOf, parameters: Spike) -> Verdict:
    """The judgement on closed minutes while the rule fires."""
    calm, count, usual = watch.settled(slot_of, parameters.clears_under)
    why = f"{count} in the last {RECENT} closed minutes, usual are {usual:.1f}"
    bound = max(1.0, parameters.clears_under * usual)
    return Verdict(Finding.CLEAR if calm else Finding.MET, float(count), bound, why, count)
