"""The fold's memory of one community."""

from typing import Any

from services.incentives.boards.tree import Tree
from services.incentives.points.caps import WINDOWS
from services.incentives.points.original import Original
from services.incentives.policy.bind import Bound
from services.incentives.policy.document import Incentives
from services.incentives.reversals.part import Part
from services.incentives.rewards.redemption import Shelf
from services.incentives.state import Content, Member, Words
from services.kit.communities.timeline import Community, Version
from services.kit.runtime import clock

QUARTER = 15 * clock.MINUTE
MOST_OFFSETS = 10_000
Cut = tuple[int, int, int]
"""Member, account, local day."""


class Tenant:
    """Members and posts are kept in two generations: what the last batches touched, and older.

    `fresh_` is what the current segment works on; `load` moves there what it will touch.
    """

    __slots__ = (
        "boards",
        "bounds",
        "causes",
        "contents",
        "counters",
        "cut",
        "dirty_balances",
        "dirty_contents",
        "dirty_members",
        "dirty_totals",
        "expiring",
        "falling",
        "holders",
        "key",
        "latest",
        "members",
        "offsets",
        "old_contents",
        "old_members",
        "parts",
        "periods",
        "quarter",
        "season",
        "seasoned",
        "shelf",
        "shift",
        "totals",
        "unopened",
        "words",
        "zones",
    )

    def __init__(self, key: int, words: dict[int, str]) -> None:
        self.key = key
        self.words = Words(words)
        self.members: dict[int, Member] = {}
        self.old_members: dict[int, Member] = {}
        self.contents: dict[str, Content] = {}
        self.old_contents: dict[str, Content] = {}
        self.dirty_members: list[Member] = []
        self.dirty_balances: list[tuple[int, Any]] = []
        self.dirty_contents: list[Content] = []
        self.falling: list[Member] = []
        """Members that a day's passing may take a level from, to be looked at again."""
        self.expiring: list[Member] = []
        """Members with points that a day's beginning may take, to be looked at again."""
        self.shelf = Shelf()
        self.causes: dict[bytes | None, list[Original]] = {}
        """Entries by subject, of the subjects that the segment may reverse."""
        self.cut: dict[Cut, list[Original]] = {}
        """Entries that a cap had cut, where the segment may free room."""
        self.holders: dict[str, int] = {}
        """Whose the held entries are that the segment decides."""
        self.parts: dict[int, Part] = {}
        """What orders of the segment take back or give again, by their positions."""
        self.counters: dict[tuple[str, str | None], tuple[tuple[int, ...], tuple[int, ...]]] = {}
        """The words of the counters that an action type and a kind move: done, received."""
        self.periods: dict[int, int] = {}
        self.zones: object = None
        self.offsets: dict[int, int] = {}
        self.quarter = -1
        self.shift = 0
        """The quarter of an hour that was asked for last, and its offset."""
        self.latest: tuple[Version[Incentives] | None, Bound | None] = (None, None)
        """The policy version that was asked for last, and what it was bound to."""
        self.bounds: dict[tuple[int, int, int], Bound] = {}
        self.season: Any = None
        """What is open for stars (`Season`), where the policy has any."""
        self.seasoned = -(2**62)
        """The log time until which that is known."""
        self.unopened = False
        """Whether something of it is still to be opened, by the next action that is folded."""
        self.totals: dict[int, dict[int, int]] = {}
        """Of actions that a level asks a share of: how many there were, by local day."""
        self.dirty_totals: set[tuple[int, int]] = set()
        self.boards: dict[int, list[Tree] | int] = {}
        """Of each account the boards of day, week, month and all time; of one with few members
        just their number."""

    def bound(self, version: Version[Incentives]) -> Bound:
        """A policy version, its names as this community's words."""
        # The offset too: before a community's first action publishing replaces version 1.
        name = (version.version, version.part, version.offset)
        found = self.bounds.get(name)
        if found is None:
            found = self.bounds[name] = Bound(version.compiled, version.version, self.words)
        return found

    def unruled(self, nothing: Incentives) -> Bound:
        """What holds where no policy was ever published: nothing is earned."""
        found = self.bounds.get((0, 0, -1))
        if found is None:
            found = self.bounds[(0, 0, -1)] = Bound(nothing, 0, self.words)
        return found

    def touch(self, member: Member) -> None:
        """Mark a member for the next write."""
        if not member.dirty:
            member.dirty = True
            self.dirty_members.append(member)

    def count(self, counter: int, day: int) -> None:
        """Count an action of the whole community on a local day."""
        daily = self.totals.setdefault(counter, {})
        daily[day] = daily.get(day, 0) + 1
        self.dirty_totals.add((counter, day))

    def period(self, cap: int) -> int:
        """Index of a cap's windows, as its word says it."""
        found = self.periods.get(cap)
        if found is None:
            per: Any = self.words.names[cap].split(":")[1]
            found = self.periods[cap] = WINDOWS[per]
        return found

    def offset(self, at: int, community: Community[Incentives]) -> int:
        """From UTC to local time at an instant, in microseconds."""
        if community.zones is not self.zones:
            self.zones, self.offsets, self.quarter = community.zones, {}, -1
        # Clocks change on a quarter of an hour; they always did since there are zones.
        quarter = at // QUARTER
        if quarter == self.quarter:
            return self.shift
        found = self.offsets.get(quarter)
        if found is None:
            if len(self.offsets) > MOST_OFFSETS:
                self.offsets.clear()
            start = at - at % QUARTER
            found = clock.local(start, community.zone_at(start)) - start
            self.offsets[quarter] = found
        self.quarter, self.shift = quarter, found
        return found

    def forget(self, mark: tuple[int, int]) -> None:
        """Forget words and policies that a raising event brought in, so that no trace stays.

        `mark` is how many of both there were before.
        """
        words, bounds = mark
        if len(self.words.names) != words or len(self.bounds) != bounds:
            self.words.forget(words)
            self.latest = (None, None)
            for name in list(self.bounds)[bounds:]:
                del self.bounds[name]

    def member(self, token: int) -> Member | None:
        """A member as `load` brought it, or moved from the older generation."""
        found = self.members.get(token)
        if found is None:
            found = self.old_members.pop(token, None)
            if found is not None:
                self.members[token] = found
        return found

    def content(self, name: str) -> Content | None:
        """A post as `load` brought it, or moved from the older generation."""
        found = self.contents.get(name)
        if found is None:
            found = self.old_contents.pop(name, None)
            if found is not None:
                self.contents[name] = found
        return found

    def end_segment(self) -> None:
        """Let go of what was loaded for the reversals and orders of one segment."""
        for each in (self.causes, self.cut, self.holders, self.parts):
            each.clear()
        self.shelf.clear()

    def age(self, most_members: int, most_contents: int) -> None:
        """Let go of what was not touched for long. For after a write, when nothing is dirty."""
        if len(self.members) > most_members:
            self.old_members, self.members = self.members, {}
        if len(self.contents) > most_contents:
            self.old_contents, self.contents = self.contents, {}
