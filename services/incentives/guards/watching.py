"""What is remembered of a member's giving and receiving, and what it looks like. Pure.

All of it is bounded, and what is forgotten first is the oldest or the least: a guard may miss
somebody for that, and never accuses anybody of more than was seen.
"""

from bisect import bisect_right, insort
from typing import Any

MOST_PAIRS = 500
"""Pairs of day and member remembered of a giver."""
MOST_GIVERS = 32
"""Givers told apart in a week of a receiver; enough to see shares over a tenth."""
MOST_BEHIND = 32
"""Members remembered as giving round about to a receiver."""

Times = list[int]
Pairs = dict[int, dict[int, int]]
"""Local day -> receiver -> how often."""
Weeks = dict[int, list[Any]]
"""Week -> the sum given, and by giver."""
Behind = dict[int, list[Any]]
"""Who gives round about -> the oldest day on the way, and who stands between."""


def within(times: Times, at: int, span: int) -> int:
    """How many moments lie in the time up to `at`."""
    return bisect_right(times, at) - bisect_right(times, at - span)


def note_time(times: Times, at: int, most: int) -> None:
    """Remember a moment, and the latest only."""
    if times and at < times[-1]:
        insort(times, at)
    else:
        times.append(at)
    if len(times) > most:
        del times[:-most]


def note_pair(pairs: Pairs, day: int, receiver: int) -> None:
    """Count that the member's action paid another."""
    counted = pairs.setdefault(day, {})
    if receiver in counted:
        counted[receiver] += 1
        return
    counted[receiver] = 1
    while sum(map(len, pairs.values())) > MOST_PAIRS:
        oldest = min(pairs)
        first = next(iter(pairs[oldest]))
        del pairs[oldest][first]
        if not pairs[oldest]:
            del pairs[oldest]


def gifts(pairs: Pairs, receiver: int, day: int, days: int) -> int:
    """How often the member's actions paid another in the days up to `day`."""
    return sum(counted.get(receiver, 0) for on, counted in pairs.items() if day - days < on <= day)


def note_share(weeks: Weeks, week: int, giver: int, amount: int, kept: int) -> None:
    """Add to what a member was given. Twice as many givers as are told apart are cut to those."""
    found = weeks.setdefault(week, [0, {}])
    found[0] += amount
    by = found[1]
    by[giver] = by.get(giver, 0) + amount
    if len(by) >= 2 * MOST_GIVERS:
        most = sorted(by, key=lambda token: (-by[token], token))[:MOST_GIVERS]
        found[1] = {token: by[token] for token in most}
    while len(weeks) > kept:
        del weeks[min(weeks)]


def share(weeks: Weeks, week: int, giver: int, kept: int) -> tuple[int, int]:
    """What a giver gave in the weeks up to `week`, and what all did."""
    mine = whole = 0
    for on, (total, by) in weeks.items():
        if week - kept < on <= week:
            mine += by.get(giver, 0)
            whole += total
    return mine, whole


def note_behind(behind: Behind, giver: int, theirs: Behind, me: int, when: tuple[int, int]) -> None:
    """Remember a giver, and who gives to the giver; `when` is the day and the largest circle."""
    day, most = when
    _note(behind, giver, day, [])
    for source, (oldest, between) in theirs.items():
        if source != me and me not in between and len(between) + 3 <= most:
            _note(behind, source, min(day, oldest), [*between, giver])
    while len(behind) > MOST_BEHIND:
        del behind[min(behind, key=lambda token: (behind[token][0], token))]


def _note(behind: Behind, source: int, day: int, between: list[int]) -> None:
    known = behind.get(source)
    if known is None or (day, -len(between)) >= (known[0], -len(known[1])):
        behind[source] = [day, between]


def ring(theirs: Behind, receiver: int, most: int, since: int) -> list[int] | None:
    """Who stands between, where a receiver gives round about to the giver behind whom `theirs`
    are; None where no circle of up to `most` members is younger than the day `since`."""
    found = theirs.get(receiver)
    if found is None or found[0] < since or len(found[1]) + 2 > most:
        return None
    return list(found[1])
