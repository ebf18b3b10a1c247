"""The making of ledger entries: caps, floor, balance. Works on the memory it is given."""

from collections.abc import Iterable

from services.incentives.calendar import Windows
from services.incentives.guards.holding import change
from services.incentives.members.activity import keep_day
from services.incentives.outcome import Outcome
from services.incentives.points import decay
from services.incentives.points.caps import BoundCap
from services.incentives.points.lots import Lot, expired, lots_of, move, owe, revived
from services.incentives.points.original import OF_BALANCE, Original, Why
from services.incentives.points.room import Limited, room, use
from services.incentives.policy.bind import Bound
from services.incentives.stars.noting import note, note_amended
from services.incentives.state import Balance, Member
from services.incentives.tenant import Tenant

Cause = tuple[bytes | None, int | None]
"""Subject and key of an entry: how what undoes it finds it."""
NO_CAUSE: Cause = (None, None)
EXPIRED = "expired"
"""The reason of entries for what has expired, and a limit: it is not taken back once more."""
DECAYED = "decayed"
"""The reason of entries for what goes as days pass."""
Entry = tuple[int | bytes | None, ...]
"""A row of `ledger`, in the order of its columns."""


class Book:
    """Writes the entries of one event after another."""

    __slots__ = (
        "at",
        "bound",
        "cause",
        "entries",
        "n",
        "offset",
        "outcome",
        "rising",
        "tenant",
        "touched",
        "windows",
    )

    tenant: Tenant
    bound: Bound
    offset: int
    at: int
    windows: Windows
    cause: Cause

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.entries: list[Entry] = []
        self.touched: list[tuple[Member, Balance]] = []
        """The accounts that changed by the event, with their members."""
        self.rising = False
        """Whether an account has come to where a ladder must be looked at; see `Balance.gate`."""
        self.n = 0

    def open(
        self, tenant: Tenant, bound: Bound, place: tuple[int, int], windows: Windows, cause: Cause
    ) -> None:
        """Begin with an event: `place` is its offset and time, `windows` those of its day."""
        self.tenant = tenant
        self.bound = bound
        self.offset, self.at = place
        self.windows = windows
        self.cause = cause
        self.n = 0
        self.rising = False
        self.touched.clear()

    def meet(self, member: Member) -> None:
        """A member has a part in the event, maybe the first: its accounts begin."""
        self.tenant.touch(member)
        if member.since_offset < 0:
            member.since, member.since_offset = self.at, self.offset
            for account, start in self.bound.starts.items():
                if start:
                    self.account(member, account)

    def account(self, member: Member, account: int) -> Balance:
        """A member's account; a new one begins with its start."""
        found = member.accounts.get(account)
        if found is None:
            found = member.accounts[account] = Balance(account)
            start = self.bound.starts.get(account, 0)
            if start:
                found.earned = max(start, 0)
                self._write(member, found, self.bound.start, (start, start, None), NO_CAUSE)
                self._keep_lots(member, found, start, self.windows.day)
        return found

    def give(
        self, member: Member, rule: int, account: int, asked: int, caps: tuple[BoundCap, ...]
    ) -> None:
        """Enter what a rule asks for, as far as caps and floor allow."""
        balance = member.accounts.get(account) or self.account(member, account)
        granted, limit = asked, None
        if asked > 0:
            if caps:
                granted, limit = room(member, asked, caps, self.windows)
            balance.earned += granted
            if account in self.bound.gained:
                keep_day(member, self.bound.gained[account], self.windows.day, granted)
        else:
            granted, limit = self.above_floor(balance, asked)
        if granted and caps:
            use(member, granted, 1, caps, self.windows)
        n = self._write(member, balance, rule, (asked, granted, limit), self.cause)
        if self.bound.terms or member.slices:
            self._keep_lots(member, balance, granted, self.windows.day)
        causes = self.tenant.causes
        if causes and self.cause[0] in causes:
            who = (member.token, account, rule)
            self._recall(Original((self.offset, n), who, self.at, (asked, granted), self.cause))

    def stop(
        self, member: Member, gain: tuple[int, int, int], guard: int, *, waiting: bool = False
    ) -> int:
        """Enter that a guard let nothing through of a gain (rule, account, asked); its number."""
        rule, account, asked = gain
        n = self._write(member, self.account(member, account), rule, (asked, 0, guard), self.cause)
        if self.tenant.causes and self.cause[0] in self.tenant.causes:
            who, place = (member.token, account, rule), (self.offset, n)
            stopped = Original(
                place, who, self.at, (asked, 0), self.cause, stopped=True, waiting=waiting
            )
            self._recall(stopped)
        return n

    def _recall(self, original: Original) -> None:
        self.tenant.causes[original.subject].append(original)

    def amend(
        self,
        member: Member,
        original: Original,
        amounts: tuple[int, int, int | None],
        why: Why,
        day: int,
        lots: Iterable[Lot] | None = None,
    ) -> list[Lot]:
        """Enter a later entry about an original of a day: asked, granted, what limited it.

        Returns the lots that it took from; with `lots` what is given comes back in those.
        """
        balance = self.account(member, original.account)
        if original.asked > 0:
            balance.earned += amounts[1]
            if original.account in self.bound.gained:
                keep_day(member, self.bound.gained[original.account], day, amounts[1])
        if original.waiting:
            at = (self.offset, self.at)
            change(original, why, member, self.tenant, self.outcome, at)
        original.take(why, amounts[1], amounts[0])
        about = (original.subject, original.key)
        place = (original.offset, original.n)
        self._write(member, balance, original.rule, amounts, about, why, place)
        if self.tenant.season is not None:
            note_amended(self, member, original.account, day, amounts[1])
        if lots is None:
            return self._keep_lots(member, balance, amounts[1], day, back=True)
        self.tenant.expiring.append(member)
        return move(member, original.account, amounts[1], balance.balance, lots)

    def dated(self, at: int, windows: Windows) -> tuple[int, Windows]:
        """Let the entries that follow be of another time; what it was before."""
        before = self.at, self.windows
        self.at, self.windows = at, windows
        return before

    def spend(self, member: Member, rule: int, account: int, cost: int) -> list[Lot]:
        """Enter what was paid, whatever the floor; the lots that it came out of."""
        balance = self.account(member, account)
        short, day = cost - max(balance.balance, 0), self.windows.day
        for lot in revived(member, account, short, day):
            # It was there when this was decided, and expired before the log had the decision.
            self._enter_returned(member, balance, self.tenant.words[EXPIRED], lot[1], [lot])
        self._write(member, balance, rule, (-cost, -cost, None), NO_CAUSE, Why.SPENT)
        owe(member, account, cost)
        return move(member, account, -cost, balance.balance)

    def give_back(
        self, member: Member, rule: int, account: int, cost: int, lots: Iterable[Lot]
    ) -> None:
        """Enter what was paid and comes back, in lots of these days."""
        balance = self.account(member, account)
        owe(member, account, -cost)
        self._enter_returned(member, balance, rule, cost, lots)

    def expire(self, member: Member, day: int) -> list[tuple[int, int]]:
        """Enter what goes with the beginning of a day; account and amount."""
        gone = expired(member, day)
        for account, amount in gone:
            balance, word = self.account(member, account), self.tenant.words[EXPIRED]
            self._write(member, balance, word, (-amount, -amount, None), NO_CAUSE, Why.EXPIRED)
        return gone

    def decay(self, member: Member, day: int) -> list[tuple[int, int]]:
        """Enter what decays with the beginning of a day; account and amount."""
        gone = decay.due(member, self.bound.decays, day)
        for account, amount in gone:
            balance, word = self.account(member, account), self.tenant.words[DECAYED]
            self._write(member, balance, word, (-amount, -amount, None), NO_CAUSE, Why.DECAYED)
            self._keep_lots(member, balance, -amount, day)
        return gone

    def _enter_returned(
        self, member: Member, balance: Balance, rule: int, amount: int, lots: Iterable[Lot]
    ) -> None:
        self._write(member, balance, rule, (amount, amount, None), NO_CAUSE, Why.RETURNED)
        move(member, balance.account, amount, balance.balance, lots)
        self.tenant.expiring.append(member)

    def _keep_lots(
        self, member: Member, balance: Balance, granted: int, day: int, *, back: bool = False
    ) -> list[Lot]:
        """Let the lots follow; what is taken `back` comes out of the lot it was given in first."""
        term = self.bound.terms.get(balance.account)
        if not granted or (term is None and not lots_of(member, balance.account)):
            return []
        first = None if term is None else term.day(day)
        gained = [[first, granted]] if first is not None and granted > 0 else []
        if gained:
            self.tenant.expiring.append(member)
        first = first if back else None
        return move(member, balance.account, granted, balance.balance, gained, first)

    def above_floor(self, balance: Balance, asked: int, debt: int = 0) -> Limited:
        """How much of a loss the floor allows, and the floor's word where it limits.

        A `debt` of so much is allowed below the floor.
        """
        lowest = self.bound.floors.get(balance.account, -(2**62)) - debt
        if balance.balance + asked >= lowest:
            return asked, None
        return min(0, lowest - balance.balance), self.bound.floor

    def _write(
        self,
        member: Member,
        balance: Balance,
        rule: int,
        amounts: tuple[int, int, int | None],
        cause: Cause,
        why: int = 0,
        original: tuple[int | None, int | None] = (None, None),
    ) -> int:
        n, tenant = self.n, self.tenant
        self.n = n + 1
        if why not in OF_BALANCE:
            if tenant.season is not None:
                note(self, member, balance, amounts[1])
            balance.change(amounts[1], self.windows)
        else:
            balance.balance += amounts[1]
        self.entries.append(
            (
                tenant.key, n, balance.account, self.offset, member.token, self.at, amounts[0],
                amounts[1], balance.balance, rule, amounts[2], why, self.bound.version,
                *original, *cause,
            )
        )  # fmt: skip
        if not balance.dirty:
            balance.dirty = True
            tenant.dirty_balances.append((member.token, balance))
        if balance.account in self.bound.decays:
            tenant.expiring.append(member)
        self.touched.append((member, balance))
        gate = balance.gate
        if balance.balance >= gate or balance.earned >= gate or member.gated is not self.bound:
            self.rising = True
        return n
