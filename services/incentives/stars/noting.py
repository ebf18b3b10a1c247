"""What an entry means to stars: of open periods what balances will not tell, corrections later.

A star's score is what the board shows when the period closes: entries by their event time, less
(or more) what was amended of them until then, even where the amendment is of the period after.
"""

from typing import Any

from services.incentives.calendar import Windows, windows_of
from services.incentives.state import Balance, Member

KEPT = 60
"""Stars remembered of a member, for corrections."""
NAME = "stars"
ASIDE = "star_aside"


def note(book: Any, member: Member, balance: Balance, granted: int) -> None:
    """For before a balance changes: keep what the change makes it forget, or not take in."""
    tenant, account = book.tenant, balance.account
    season, windows = tenant.season, book.windows
    if season is None or tenant.words.names[account] not in season.accounts:
        return
    for index, floor in season.floors.items():
        window, latest = windows[index], balance.keys[index]
        if window > latest >= floor and balance.sums[index]:
            _aside(book, (index, latest), account, member, balance.sums[index])
        elif latest > window >= floor and granted:
            _aside(book, (index, window), account, member, granted)
    if granted:
        correct(book, member, account, windows, granted)


def note_amended(book: Any, member: Member, account: int, day: int, granted: int) -> None:
    """An entry of another day was amended by so much."""
    tenant, windows, now = book.tenant, windows_of(day), book.windows
    season = tenant.season
    if season is None or not granted or tenant.words.names[account] not in season.accounts:
        return
    for index, floor in season.floors.items():
        if windows[index] != now[index] and windows[index] >= floor:
            _aside(book, (index, windows[index]), account, member, granted)
    correct(book, member, account, windows, granted, apart=now)


def _aside(book: Any, period: tuple[int, int], account: int, member: Member, score: int) -> None:
    row = (book.tenant.key, period[0], account, period[1], member.token, score)
    book.outcome.rows[ASIDE].append(row)


def remember(member: Member, word: int, account: int, period: tuple[int, int]) -> None:
    """The member has become a star: what changes its score from now on is a correction."""
    kept = member.slices.setdefault(NAME, [])
    kept.append([word, account, *period])
    del kept[:-KEPT]


def correct(
    book: Any,
    member: Member,
    account: int,
    windows: Windows,
    granted: int,
    apart: Windows | None = None,
) -> None:
    """Note a correction of the stars that a member became in these windows; but not in `apart`."""
    for word, theirs, index, first in member.slices.get(NAME, ()):
        if theirs == account and windows[index] == first and (not apart or apart[index] != first):
            book.outcome.corrections.append((member.token, word, first, granted))
