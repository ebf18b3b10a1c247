"""What the fold remembers of a community: words, members, balances, posts.

Plain objects with slots, because they are touched for every event. `packed` and `unpacked`
turn the parts of a member that no query asks about into bytes and back.
"""

from typing import Any

import msgspec

from services.incentives.calendar import NO_DAY

SHUT = -(2**62)
ORIGINAL_MARK = ""
"""No kind of reaction: stands among a post's tallies where it is original and a space asks."""
KEPT_WINDOWS = 8
"""Windows of a cap kept with the member; older ones lie in the table `past_cap`."""

# Not sorted: the order of insertion is that of the log, whatever the batches.
_pack = msgspec.msgpack.Encoder().encode


class _Packed(msgspec.Struct, array_like=True):
    days: bytes
    base: int
    counts: dict[int, int]
    used: dict[int, dict[int, int]]
    once: list[int]
    roles: dict[str, int]
    ranks: dict[int, int]
    badges: list[int]
    daily: dict[int, dict[int, int]]
    failing: dict[int, int]
    slices: dict[str, Any] = {}


_unpack = msgspec.msgpack.Decoder(_Packed, strict=False).decode


class Words:
    """The names a community uses (accounts, rules, caps, counters), as small numbers.

    Numbered in the order of first use, so that a replay numbers them the same.
    """

    __slots__ = ("fresh", "ids", "names")

    def __init__(self, names: dict[int, str]) -> None:
        self.names = names
        self.ids = {name: number for number, name in names.items()}
        self.fresh: list[int] = []

    def __getitem__(self, name: str) -> int:
        number = self.ids.get(name)
        if number is None:
            number = len(self.names) + 1
            self.ids[name] = number
            self.names[number] = name
            self.fresh.append(number)
        return number

    def forget(self, kept: int) -> None:
        """Forget all but the first words."""
        for number in range(kept + 1, len(self.names) + 1):
            del self.ids[self.names.pop(number)]
        self.fresh = [number for number in self.fresh if number <= kept]


class Balance:
    """One account of one member."""

    __slots__ = ("account", "balance", "dirty", "earned", "gate", "keys", "stored", "sums")

    def __init__(self, account: int, balance: int = 0, earned: int = 0) -> None:
        self.account = account
        self.balance = balance
        self.earned = earned
        """All that was ever given, less what was undone: spending does not lower it."""
        self.keys = [NO_DAY, NO_DAY, NO_DAY]
        """The latest day, week and month with a change."""
        self.sums = [0, 0, 0]
        """What changed in them."""
        self.stored: tuple[int, ...] | None = None
        """Sums, keys and balance as the table has them; None before the first write."""
        self.gate = SHUT
        """While neither balance nor what was earned reaches this, no level rises by it; `SHUT`
        where that is not known. Holds for the policy that the member is `gated` by."""
        self.dirty = False

    def change(self, granted: int, windows: tuple[int, ...]) -> None:
        """Take in an entry of a day with these windows."""
        self.balance += granted
        keys, sums = self.keys, self.sums
        if windows[0] == keys[0]:
            # The latest day is in the latest week and month.
            sums[0] += granted
            sums[1] += granted
            sums[2] += granted
            return
        for i in (0, 1, 2):
            key = windows[i]
            if key == keys[i]:
                sums[i] += granted
            elif key > keys[i]:
                keys[i] = key
                sums[i] = granted


class Member:
    """A member. Day bits count from `base`; cap use is by cap and window."""

    __slots__ = (
        "accounts",
        "badges",
        "base",
        "check",
        "counts",
        "daily",
        "days",
        "dirty",
        "failing",
        "gated",
        "latest",
        "once",
        "ranks",
        "roles",
        "since",
        "since_offset",
        "slices",
        "token",
        "used",
    )

    def __init__(self, token: int, since: int, since_offset: int) -> None:
        self.token = token
        self.since = since
        self.since_offset = since_offset
        self.accounts: dict[int, Balance] = {}
        self.days = 0
        self.base = NO_DAY
        self.counts: dict[int, int] = {}
        self.used: dict[int, dict[int, int]] = {}
        self.once: list[int] = []
        self.roles: dict[str, int] = {}
        self.ranks: dict[int, int] = {}
        self.badges: list[int] = []
        self.daily: dict[int, dict[int, int]] = {}
        """Counters that a ladder asks about in a window: by local day, the last 400 of them."""
        self.failing: dict[int, int] = {}
        """Ladder -> the local day since which the level's demands do not hold."""
        self.slices: dict[str, Any] = {}
        """What the features keep of the member, each under its name."""
        self.check: int | None = None
        """Local day on which a level may be lost without any action."""
        self.latest = NO_DAY
        """The day that was marked last."""
        self.gated: object = None
        """The policy, made ready, that the `gate` of the accounts is of."""
        self.dirty = False

    def active_days(self) -> int:
        """How many different local days it acted on."""
        return self.days.bit_count()

    def days_since(self, day: int) -> int:
        """How many different local days after `day` it acted on."""
        return (self.days >> max(0, day + 1 - self.base)).bit_count()

    def newest(self, day: int) -> int:
        """The later of a local day and the last one that it acted on."""
        return max(day, self.base + self.days.bit_length() - 1)

    def acted_on(self, day: int) -> None:
        """Mark a local day."""
        if day < self.base:
            self.days <<= self.base - day
            self.base = day
        elif self.base == NO_DAY:
            self.base = day
        self.days |= 1 << (day - self.base)
        self.latest = day

    def roles_at(self, at: int) -> list[str]:
        """The roles held at an instant; `regular` where neither staff nor bot is among them."""
        held = [role for role, until in self.roles.items() if until > at]
        return held if "staff" in held or "bot" in held else [*held, "regular"]

    def packed(self) -> bytes:
        """The parts that no query asks about."""
        size = (self.days.bit_length() + 7) // 8
        parts = (
            self.days.to_bytes(size, "little"),
            self.base,
            self.counts,
            self.used,
            self.once,
            self.roles,
            self.ranks,
            self.badges,
            self.daily,
            self.failing,
        )
        # Without slices as it was before there were any: equal members have equal bytes.
        return _pack((*parts, self.slices) if self.slices else parts)

    def unpack(self, raw: bytes) -> None:
        """Take over what `packed` gave."""
        parts = _unpack(raw)
        self.days = int.from_bytes(parts.days, "little")
        self.base, self.counts, self.used = parts.base, parts.counts, parts.used
        self.once, self.roles, self.ranks = parts.once, parts.roles, parts.ranks
        self.badges, self.daily, self.failing = parts.badges, parts.daily, parts.failing
        self.slices = parts.slices


class Content:
    """A post: who wrote it, what it is, what was said of it."""

    __slots__ = (
        "author",
        "awarded",
        "changed",
        "dirty",
        "kind",
        "made",
        "offset",
        "owned",
        "removed",
        "subject",
        "tallies",
        "views",
    )

    def __init__(self, subject: bytes) -> None:
        self.subject = subject
        self.author: int | None = None
        self.kind = ""
        self.made = ""
        """The action type that made it; empty where only others have spoken of it."""
        self.offset = -1
        self.removed = False
        self.owned = False
        """Whether it belongs to the community: nobody earns by it."""
        self.changed = -1
        """Position of the last change of these two."""
        self.views = 0
        self.tallies: dict[str, int] = {}
        """Reactions by kind, of the kinds that a badge asks about; and `ORIGINAL_MARK`."""
        self.awarded: list[int] = []
        """Badges that it has earned."""
        self.dirty = False
