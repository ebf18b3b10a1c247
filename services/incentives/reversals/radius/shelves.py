"""Which periods of which boards an order reaches. Pure."""

from collections.abc import Iterator, Mapping

from services.incentives.boards.definition import PERIODS, Period
from services.incentives.calendar import windows_of
from services.incentives.engine import Known
from services.incentives.policy.document import Incentives
from services.incentives.reversals.radius.report import BoardHit
from services.kit.runtime import clock

MOST = 100
"""Periods that are told."""


class Shelves:
    """Adds up, by account and period, what is taken and of how many members."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._taken: dict[tuple[int, int, int], int] = {}
        self._members: dict[tuple[int, int, int], set[int]] = {}

    def add(self, account: int, member: int, at: int, taken: int) -> None:
        """An entry of a time."""
        windows = windows_of(clock.local_day(at, self._known.zone_at(at)))
        for index in range(len(PERIODS)):
            place = (account, index, windows[index])
            self._taken[place] = self._taken.get(place, 0) + taken
            self._members.setdefault(place, set()).add(member)

    def hits(self, policy: Incentives, names: Mapping[int, str]) -> list[BoardHit]:
        """Of the policy's boards the periods that are reached; of other accounts that of all."""
        return [
            BoardHit(
                board=board,
                account=names[place[0]],
                period=period,
                start=None if period == "all" else clock.as_date(place[2]).isoformat(),
                members=len(self._members[place]),
                taken=taken,
            )
            for place, taken in sorted(self._taken.items(), key=lambda each: -each[0][2])
            for board, period in _boards(policy, names[place[0]])
            if PERIODS[place[1]] == period
        ][:MOST]


def _boards(policy: Incentives, account: str) -> Iterator[tuple[str, Period]]:
    own = [(name, each.period) for name, each in policy.boards.items() if each.account == account]
    yield from own or [(account, "all")]
