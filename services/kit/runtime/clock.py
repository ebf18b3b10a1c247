"""Instants and local days.

Below the edge an instant is an int: microseconds since 1970-01-01T00:00Z. A day is an int too:
whole days since 1970-01-01, counted in some time zone. Only entry points read the clock; folds
and rules are given `now`.
"""

import time
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# The system's time zone data differ from host to host and would make a replay differ with
# them; the pinned tzdata package is the same wherever these requirements are installed.
zoneinfo.reset_tzpath(to=())


def now() -> int:
    """The wall clock. For entry points only."""
    return time.time_ns() // 1_000


def parse_rfc3339(text: str) -> int:
    """An RFC 3339 time as an instant. Raises ValueError, also where the offset is missing."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, such as Z or +08:00")
    return instant(moment)


def instant(moment: datetime) -> int:
    """An aware datetime as an instant."""
    since = moment - _EPOCH
    return since.days * DAY + since.seconds * SECOND + since.microseconds


def moment(at: int) -> datetime:
    """An instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def rfc3339(at: int) -> str:
    """An instant as RFC 3339 in UTC, with fractions only where there are any."""
    return moment(at).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """An IANA time zone of the pinned data. Raises ValueError for an unknown name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"unknown time zone {name!r}; use an IANA name like Asia/Shanghai"
        ) from error


@lru_cache(maxsize=65536)
def _hour_offset(hour: int, tz: ZoneInfo) -> int:
    """Offset from UTC in microseconds during an hour since the epoch, or -1 where it changes."""
    start = moment(hour * HOUR).astimezone(tz).utcoffset() or timedelta()
    end = moment((hour + 1) * HOUR - 1).astimezone(tz).utcoffset() or timedelta()
    return (start // timedelta(microseconds=1)) if start == end else _CHANGES


_CHANGES = 2**60


def local(at: int, tz: ZoneInfo) -> int:
    """Microseconds of local wall time since the local 1970-01-01T00:00."""
    offset = _hour_offset(at // HOUR, tz)
    if offset == _CHANGES:
        offset = (moment(at).astimezone(tz).utcoffset() or timedelta()) // timedelta(microseconds=1)
    return at + offset


def local_day(at: int, tz: ZoneInfo) -> int:
    """The local day an instant falls on."""
    return local(at, tz) // DAY


@lru_cache(maxsize=65536)
def day_start(day: int, tz: ZoneInfo) -> int:
    """The instant a local day begins."""
    on = date.fromordinal(_EPOCH_DAY + day)
    return instant(datetime(on.year, on.month, on.day, tzinfo=tz))


def weekday(day: int) -> int:
    """Day of the week of a day number: Monday 0 to Sunday 6."""
    return (day + 3) % 7


def week_of(day: int) -> int:
    """The Monday (as a day number) of the week a day is in."""
    return day - weekday(day)


@lru_cache(maxsize=65536)
def month_of(day: int) -> int:
    """The first (as a day number) of the month a day is in."""
    return date.fromordinal(_EPOCH_DAY + day).replace(day=1).toordinal() - _EPOCH_DAY


def as_date(day: int) -> date:
    """A day number as a calendar date."""
    return date.fromordinal(_EPOCH_DAY + day)


def day_number(on: date) -> int:
    """A calendar date as a day number."""
    return on.toordinal() - _EPOCH_DAY
