"""An entry that may be undone, with what has become of it since."""

from enum import IntEnum


class Why(IntEnum):
    """Why an entry of the ledger was made."""

    GRANTED = 0
    UNDONE = 1
    """Its cause was taken back, for good."""
    REMOVED = 2
    """The post it is about was removed; a restored post gives it back."""
    RESTORED = 3
    REFILLED = 4
    """A reversal made room under the cap that had cut it."""
    REDUCED = 5
    """Part of its cause was taken back, such as part of an order."""
    SPENT = 6
    """For a reward."""
    EXPIRED = 7
    RETURNED = 8
    """A redemption was called off, or what had expired had been spent before."""
    PASSED = 9
    """It was held, and counts from now on."""
    REFUSED = 10
    """It was held, and never counts."""
    DECAYED = 11
    """A part goes as days pass."""
    REVERSED = 12
    """An operator's order took it back, whatever its cause; dated as the entry it is about."""
    REINSTATED = 13
    """That order was undone: exactly what it took."""


OF_BALANCE = (Why.SPENT, Why.EXPIRED, Why.RETURNED, Why.DECAYED)
"""What moves the balance alone, not what a period has brought."""


class Original:
    """A granted entry and the sum of the entries about it."""

    __slots__ = (
        "account",
        "asked",
        "at",
        "first",
        "held",
        "key",
        "member",
        "n",
        "net",
        "offset",
        "owing",
        "removed",
        "reversed",
        "rule",
        "stopped",
        "subject",
        "undone",
        "version",
        "waiting",
    )

    def __init__(
        self,
        place: tuple[int, int],
        who: tuple[int, int, int],
        at: int,
        amounts: tuple[int, int],
        cause: tuple[bytes | None, int | None],
        *,
        stopped: bool = False,
        waiting: bool = False,
    ) -> None:
        self.offset, self.n = place
        self.member, self.account, self.rule = who
        self.at = at
        self.asked, self.first = amounts
        self.net = self.first
        self.subject, self.key = cause
        self.held = 0
        """What its post's removal took and its restoring would give back."""
        self.removed = False
        self.undone = False
        self.reversed = False
        """Whether an order has taken it back, and stands."""
        self.owing = 0
        """What parts of its cause would have taken, had an order not taken it before."""
        self.stopped = stopped or waiting
        """Whether a guard cut it, so that no room under a cap is for it."""
        self.waiting = waiting
        """Whether it is held, and nothing has been decided yet."""

    def take(self, why: int, granted: int, asked: int = 0) -> None:
        """Take in a later entry about this one."""
        self.net += granted
        if self.reversed and why == Why.REDUCED:
            self.owing += granted - asked
        if why == Why.UNDONE:
            self.undone, self.removed, self.held = True, False, 0
            self.waiting = False
        elif why == Why.REMOVED:
            self.removed = True
            self.held -= granted
        elif why == Why.RESTORED:
            self.removed, self.held = False, 0
        elif why in (Why.PASSED, Why.REFUSED):
            self.waiting, self.stopped = False, why == Why.REFUSED
        elif why in (Why.REVERSED, Why.REINSTATED):
            self.reversed = why == Why.REVERSED
            self.owing = 0
