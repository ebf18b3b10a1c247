"""What is undone when its cause is: minus what was granted, and what that makes room for."""

from collections.abc import Callable, Iterable

from services.incentives.calendar import windows_of
from services.incentives.points.book import EXPIRED, Book
from services.incentives.points.caps import BoundCap
from services.incentives.points.lots import Lot, owed
from services.incentives.points.original import Original, Why
from services.incentives.points.room import room, use
from services.incentives.policy.bind import Bound
from services.incentives.state import Member

_GIVES = (Why.RESTORED, Why.REFILLED, Why.PASSED, Why.REINSTATED)


class Reversal:
    """Of one event. It is told an entry's local day, and the policy that entry was judged by."""

    __slots__ = ("_book", "_day", "_freed", "_policy", "_today")

    def __init__(
        self,
        book: Book,
        day: Callable[[Original], int],
        policy: Callable[[Original], Bound],
    ) -> None:
        self._book = book
        self._day = day
        self._policy = policy
        self._today = book.windows.day
        self._freed: list[tuple[int, int, int]] = []

    def undo(self, original: Original, why: Why) -> None:
        """Take back what an entry granted, or leave it where a once-only bonus stays."""
        if original.undone or self._stays(original):
            return
        if why != Why.REMOVED or not original.removed:
            self._take(original, original.net, why)

    def reduce(self, original: Original, part: int, whole: int) -> None:
        """Take back the share `part / whole` of what an entry granted at first."""
        if original.undone or self._stays(original) or whole <= 0:
            return
        back = original.first * min(part, whole) // whole
        if original.reversed:
            # Only noted: should the order be undone, this part stays away.
            self._enter(original, (-back, 0, None), Why.REDUCED)
        else:
            self._take(original, min(back, original.net), Why.REDUCED)

    def reverse(self, original: Original) -> tuple[int, list[Lot]]:
        """Take back what an entry still grants, by an order: also a once-only bonus, and with a
        date of the entry's own. Returns what was granted (0 or less) and the lots it came from."""
        before = original.net
        dated = self._book.dated(original.at, windows_of(self._day(original)))
        lots = self._take(original, before, Why.REVERSED)
        self._book.dated(*dated)
        return original.net - before, lots

    def reinstate(self, original: Original, amount: int, lots: Iterable[Lot]) -> None:
        """Give again exactly what an order took; what would have gone meanwhile goes now."""
        owing, removed, undone = original.owing, original.removed, original.undone
        dated = self._book.dated(original.at, windows_of(self._day(original)))
        self._enter(original, (amount, amount, None), Why.REINSTATED, lots)
        self._book.dated(*dated)
        if undone or removed:
            self._take(original, original.net, Why.UNDONE if undone else Why.REMOVED)
        elif owing:
            self._take(original, min(owing, original.net), Why.REDUCED)

    def _take(self, original: Original, amount: int, why: Why) -> list[Lot]:
        granted, limit = -amount, None
        if amount > 0 and self._expired(original):
            granted, limit = 0, self._book.tenant.words[EXPIRED]
        elif amount > 0:
            member = self._member(original)
            balance = self._book.account(member, original.account)
            # What was spent is owed where it turns out that it should not have been there.
            debt = owed(member, original.account)
            granted, limit = self._book.above_floor(balance, -amount, debt)
        return self._enter(original, (-amount, granted, limit), why)

    def restore(self, original: Original) -> None:
        """Give again what the removal took, as far as the caps of its day allow."""
        if not original.removed:
            return
        held = original.held
        granted, limit = held, None
        if held > 0:
            granted, limit = self._room(original, held)
        self._enter(original, (held, granted, limit), Why.RESTORED)

    def release(self, original: Original) -> None:
        """Let an entry count that was held, as far as the caps of its day allow."""
        granted, limit = self._room(original, original.asked)
        self._enter(original, (original.asked, granted, limit), Why.PASSED)

    def refuse(self, original: Original) -> None:
        """Never let an entry count that was held."""
        self._enter(original, (0, 0, None), Why.REFUSED)

    def refill(self) -> None:
        """Grant what caps had cut, where this reversal made room under them."""
        for place in self._freed:
            for original in self._book.tenant.cut.get(place, ()):
                missing = original.asked - original.net
                gone = original.undone or original.removed or original.reversed
                if missing <= 0 or gone or original.stopped:
                    continue
                granted, limit = self._room(original, missing)
                if granted:
                    self._enter(original, (missing, granted, limit), Why.REFILLED)

    def _enter(
        self,
        original: Original,
        amounts: tuple[int, int, int | None],
        why: Why,
        lots: Iterable[Lot] | None = None,
    ) -> list[Lot]:
        caps, granted, day = self._caps(original), amounts[1], self._day(original)
        member = self._member(original)
        self._book.tenant.touch(member)
        if granted:
            cause = 1 if why in _GIVES else -1
            use(member, granted, cause, caps, windows_of(day))
        if granted < 0 and any(cap.refill for cap in caps):
            self._freed.append((original.member, original.account, day))
        return self._book.amend(member, original, amounts, why, day, lots)

    def _expired(self, original: Original) -> bool:
        term = self._policy(original).terms.get(original.account)
        return term is not None and term.day(self._day(original)) <= self._today

    def _stays(self, original: Original) -> bool:
        rule = self._policy(original).by_word.get(original.rule)
        return rule is not None and rule.once

    def _caps(self, original: Original) -> tuple[BoundCap, ...]:
        return self._policy(original).caps(original.rule, original.account)

    def _room(self, original: Original, asked: int) -> tuple[int, int | None]:
        windows = windows_of(self._day(original))
        return room(self._member(original), asked, self._caps(original), windows)

    def _member(self, original: Original) -> Member:
        return self._book.tenant.members[original.member]
