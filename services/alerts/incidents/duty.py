"""Who holds a duty at a moment, by the rota 轮值. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.alerts.policy.playbooks import WEEKDAYS, Shift
from services.kit.runtime import clock

_DAY = 24 * 60


class Holder(NamedTuple):
    """Who owns a step and who steps in; None where the rota names nobody."""

    owner: str | None
    backup: str | None


def holder(rota: Mapping[str, Sequence[Shift]], duty: str, at: int, zone: ZoneInfo) -> Holder:
    """The first shift of the duty that covers the moment, in the community's local time."""
    minute = clock.local(at, zone) // clock.MINUTE
    day, of_day = divmod(minute, _DAY)
    for shift in rota.get(duty, ()):
        if _covers(shift, day, of_day):
            return Holder(shift.owner, shift.backup)
    return Holder(None, None)


def _covers(shift: Shift, day: int, minute: int) -> bool:
    begins, ends = _minutes(shift.begins), _minutes(shift.ends)
    if begins < ends:
        return begins <= minute < ends and _on(shift, day)
    # Overnight: the hours after midnight belong to the day the shift began.
    return (minute >= begins and _on(shift, day)) or (minute < ends and _on(shift, day - 1))


def _on(shift: Shift, day: int) -> bool:
    return WEEKDAYS[clock.weekday(day)] in shift.days


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
