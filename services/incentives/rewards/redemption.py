"""What the fold knows of redemptions while it folds: those that a segment's actions name."""

from enum import IntEnum

from services.incentives.content.reach import subject_of
from services.incentives.points.lots import Lot

Paid = tuple[int, int, list[Lot]]
"""Account, amount, and the lots it came out of."""


class State(IntEnum):
    """What has become of a redemption, as its history tells it."""

    REDEEMED = 0
    GRANTED = 1
    FULFILLED = 2
    CANCELLED = 3
    USED = 4


OPEN = (State.REDEEMED, State.GRANTED)


class Redemption:
    """Something that a member took or was given."""

    __slots__ = ("bought", "code", "last_day", "member", "name", "paid", "reward", "state")

    def __init__(self, name: str, member: int, reward: int, state: State) -> None:
        self.bought = state is State.REDEEMED
        """Whether it was taken out of the stock, and not granted."""
        self.name = name
        self.member = member
        self.reward = reward
        self.state = state
        self.code: str | None = None
        self.last_day: int | None = None
        self.paid: list[Paid] = []


class Shelf:
    """Filled by `load`, emptied after each write."""

    __slots__ = ("codes", "redemptions", "taken")

    def __init__(self) -> None:
        self.redemptions: dict[str, Redemption] = {}
        self.codes: dict[str, Redemption] = {}
        self.taken: dict[int, int] = {}
        """Of a reward's word, how many are taken."""

    def add(self, redemption: Redemption) -> None:
        """Put a redemption on it."""
        self.redemptions[redemption.name] = redemption
        if redemption.code is not None:
            self.codes[redemption.code] = redemption

    def clear(self) -> None:
        """Forget all."""
        self.redemptions.clear()
        self.codes.clear()
        self.taken.clear()


def id_of(name: str) -> bytes:
    """The 16 bytes by which a redemption is found."""
    return subject_of(name, "redemption")
