"""One board in memory: how many are in its leaves and branches, but not the members themselves.

A leaf is written by appending pairs to it. It is cut anew, from what it holds, when it has grown
too long or too few members are left in it. Pure: whoever writes fetches what is held.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from services.incentives.boards.pairs import GONE, LOWEST, Key, in_order, packed, pair

T = TypeVar("T")
MOST = 112
"""Pairs in a leaf: a row stays under 2 kB, so that it is stored in one piece and several share a
page."""
FULL = MOST // 2
"""Members of a leaf that was just cut, at most: as many pairs again can be appended."""
LEAST = MOST // 8
"""Members below which a leaf is joined with one beside it."""
MOST_LEAVES = 128
"""In a branch. A rank is read from the sums of branches and the leaves of one."""
FEWEST_LEAVES = MOST_LEAVES // 8
"""Below this a branch is joined with one beside it."""


class Leaf:
    """Members from `low` up to the next leaf."""

    __slots__ = ("fresh", "low", "members", "pairs")

    def __init__(self, low: Key, members: int = 0, pairs: int = 0) -> None:
        self.low = low
        self.members = members
        self.pairs = pairs
        """How many are written, those replaced by later ones too."""
        self.fresh: list[bytes] = []
        """Pairs to be appended."""


class Branch:
    """Leaves beside each other."""

    __slots__ = ("leaves", "lows", "members")

    def __init__(self, leaves: list[Leaf]) -> None:
        self.leaves = leaves
        self.lows = [leaf.low for leaf in leaves]
        self.members = sum(leaf.members for leaf in leaves)

    def beside(self, leaf: Leaf) -> list[Leaf]:
        """A leaf and its neighbour, in order; alone where it is the only one."""
        at = bisect_right(self.lows, leaf.low) - 1
        start = at if at + 1 < len(self.leaves) else max(0, at - 1)
        return self.leaves[start : start + 2]

    def replace(self, old: list[Leaf], new: list[Leaf]) -> None:
        """Put leaves in the place of others."""
        start = bisect_right(self.lows, old[0].low) - 1
        self.leaves[start : start + len(old)] = new
        self.lows[start : start + len(old)] = [leaf.low for leaf in new]


class Changes(NamedTuple):
    """What is to be written of a tree; what is dropped goes first."""

    appended: list[tuple[Key, int, bytes]]
    """Leaves that grow: low, members, pairs to be appended."""
    cut: list[tuple[Key, int, bytes]]
    """Leaves anew: low, members, all pairs."""
    dropped: list[Key]
    branches: list[tuple[Key, int]]
    dropped_branches: list[Key]


class Tree:
    """A board of the period that begins on day `key`."""

    __slots__ = ("_branches", "_lows", "_touched", "changed", "key", "members", "total")

    def __init__(self, key: int, branches: list[Branch]) -> None:
        self.key = key
        self._branches = branches
        self._lows = [branch.lows[0] for branch in branches]
        self._touched: dict[Leaf, Branch] = {}
        self.members = sum(branch.members for branch in branches)
        self.total = 0
        """The sum of all scores."""
        self.changed = False

    def move(self, token: int, before: int | None, after: int) -> None:
        """A member comes onto the board, or has another score than before."""
        if before == after:
            return
        self.changed = True
        branch, leaf = self._find((after, ~token))
        if before is None:
            self.members += 1
            self.total += after
            self._note(branch, leaf, pair(token, after), 1)
            return
        self.total += after - before
        former, left = self._find((before, ~token))
        if left is leaf:
            self._note(branch, leaf, pair(token, after), 0)
        else:
            self._note(former, left, pair(token, GONE), -1)
            self._note(branch, leaf, pair(token, after), 1)

    def _find(self, key: Key) -> tuple[Branch, Leaf]:
        branch = self._branches[bisect_right(self._lows, key) - 1]
        return branch, branch.leaves[bisect_right(branch.lows, key) - 1]

    def _note(self, branch: Branch, leaf: Leaf, fresh: bytes, members: int) -> None:
        leaf.fresh.append(fresh)
        leaf.members += members
        branch.members += members
        self._touched[leaf] = branch

    def wanted(self) -> list[Leaf]:
        """Leaves that are to be cut anew, and those beside them that may have to join."""
        found: dict[Leaf, None] = {}
        for leaf, branch in self._touched.items():
            if _long(leaf):
                found[leaf] = None
            elif _thin(leaf, branch):
                found.update(dict.fromkeys(branch.beside(leaf)))
        return list(found)

    def settle(self, held: Mapping[Leaf, bytes]) -> Changes:
        """Give each leaf its due size; what is to be written since the last time.

        `held` is what the leaves that are `wanted` hold in the table.
        """
        cut: dict[Leaf, bytes] = {}
        gone: list[Key] = []
        branches = dict.fromkeys(self._touched.values())
        open_ = dict(held)
        for leaf, branch in list(self._touched.items()):
            if leaf not in open_ or not (_long(leaf) or _thin(leaf, branch)):
                continue
            old = [leaf] if _long(leaf) else branch.beside(leaf)
            if any(each not in open_ for each in old):
                continue  # the one beside it was cut just now: another time
            keys = sorted(key for each in old for key in in_order(open_.pop(each) + _fresh(each)))
            new = _cut(old[0].low, keys)
            branch.replace(old, list(new))
            gone += [each.low for each in old[1:]]
            for each in old:
                self._touched.pop(each, None)
            cut |= new
        appended = [(leaf.low, leaf.members, _written(leaf)) for leaf in self._touched]
        self._touched.clear()
        dropped = self._shape(branches)
        return Changes(
            appended,
            [(leaf.low, leaf.members, raw) for leaf, raw in cut.items()],
            gone,
            [(branch.lows[0], branch.members) for branch in branches],
            dropped,
        )

    def _shape(self, touched: dict[Branch, None]) -> list[Key]:
        """Part long branches and join short ones; the lows of those that are no more."""
        gone = []
        for branch in list(touched):
            size = len(branch.leaves)
            few = size < FEWEST_LEAVES and len(self._branches) > 1
            if branch not in touched or not (few or size > MOST_LEAVES):
                continue
            at = bisect_right(self._lows, branch.lows[0]) - 1
            if few and at + 1 == len(self._branches):
                at -= 1
            old = self._branches[at : at + 1 + few]
            gone += [each.lows[0] for each in old[1:]]
            leaves = [leaf for each in old for leaf in each.leaves]
            new = [Branch(part) for part in _even(leaves, MOST_LEAVES)]
            self._branches[at : at + len(old)] = new
            self._lows[at : at + len(old)] = [each.lows[0] for each in new]
            for each in old:
                touched.pop(each, None)
            touched.update(dict.fromkeys(new))
        kept = {branch.lows[0] for branch in touched}
        return [low for low in gone if low not in kept]


def _long(leaf: Leaf) -> bool:
    return leaf.pairs + len(leaf.fresh) > MOST


def _thin(leaf: Leaf, branch: Branch) -> bool:
    return leaf.members < LEAST and len(branch.leaves) > 1


def _fresh(leaf: Leaf) -> bytes:
    return b"".join(leaf.fresh)


def _written(leaf: Leaf) -> bytes:
    raw = _fresh(leaf)
    leaf.pairs += len(leaf.fresh)
    leaf.fresh.clear()
    return raw


def _cut(low: Key, keys: list[Key]) -> dict[Leaf, bytes]:
    """Leaves from `low` on that hold these keys, and their pairs."""
    new: dict[Leaf, bytes] = {}
    for part in _even(keys, FULL):
        new[Leaf(part[0] if new else low, len(part), len(part))] = packed(part)
    return new or {Leaf(low): b""}


def _even(items: list[T], most: int) -> Iterator[list[T]]:
    """Cut a list into the fewest parts of at most `most`, of about equal length."""
    parts = -(-len(items) // most)
    for n in range(parts):
        yield items[n * len(items) // parts : (n + 1) * len(items) // parts]


def empty(key: int) -> Tree:
    """A board that nobody stands on."""
    return Tree(key, [Branch([Leaf(LOWEST)])])


def planted(key: int, leaves: Iterable[Leaf], branches: Iterable[Key]) -> Tree:
    """The tree of leaves and of the lows of branches, both ascending, as tables have them."""
    lows = list(branches)
    parts: list[list[Leaf]] = []
    for leaf in leaves:
        if len(parts) < len(lows) and leaf.low >= lows[len(parts)]:
            parts.append([])
        parts[-1].append(leaf)
    return Tree(key, [Branch(part) for part in parts])
