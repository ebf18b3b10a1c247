"""A board's tree, against a sorted list; the table is a dictionary here."""

from bisect import bisect_right
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentives.boards import tree
from services.incentives.boards.pairs import GONE, LOWEST, Key, held_in, in_order, packed, pair
from services.incentives.boards.tree import Leaf, Tree, empty, planted

SMALL = {"MOST": 6, "FULL": 3, "LEAST": 2, "MOST_LEAVES": 4, "FEWEST_LEAVES": 2}
"""So small that some tens of members make several branches."""


class Table:
    """What the changes of a tree come to when they are written."""

    def __init__(self) -> None:
        self.leaves: dict[Key, tuple[int, bytes]] = {}
        self.branches: dict[Key, int] = {}

    def write(self, board: Tree) -> None:
        """What the store does, in its order."""
        held = {leaf: self.leaves.get(leaf.low, (0, b""))[1] for leaf in board.wanted()}
        changes = board.settle(held)
        for low in changes.dropped:
            del self.leaves[low]
        for low, members, raw in changes.cut:
            self.leaves[low] = (members, raw)
        for low, members, raw in changes.appended:
            self.leaves[low] = (members, self.leaves.get(low, (0, b""))[1] + raw)
        for low in changes.dropped_branches:
            del self.branches[low]
        self.branches.update(changes.branches)

    def read(self, key: int) -> Tree:
        """The tree that a restart would make of it."""
        leaves = [
            Leaf(low, members, len(raw) // 16)
            for low, (members, raw) in sorted(self.leaves.items())
        ]
        return planted(key, leaves or [Leaf(LOWEST)], sorted(self.branches) or [LOWEST])

    def check(self, scores: dict[int, int]) -> None:
        """It holds these scores, in order, and counts them where they are."""
        ordered = sorted((score, ~token) for token, score in scores.items())
        lows = sorted(self.leaves)
        assert [key for low in lows for key in in_order(self.leaves[low][1])] == ordered
        counted: dict[Key, int] = dict.fromkeys(self.branches, 0)
        for low, following in zip(lows, [*lows[1:], (2**63, 0)], strict=False):
            members, raw = self.leaves[low]
            keys = in_order(raw)
            assert len(keys) == members
            assert all(low <= key < following for key in keys)
            starts = sorted(counted)
            counted[starts[bisect_right(starts, low) - 1]] += members
        assert counted == self.branches


MOVES = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([-3, 0, 1, 1, 1, 2, 5, 900]), st.booleans()),
    max_size=200,
)


@given(MOVES)
def test_whatever_moves_the_table_holds_all_in_order(
    moves: list[tuple[int, int, bool]],
) -> None:
    with patch.multiple(tree, **SMALL):
        board, table, scores = empty(7), Table(), dict[int, int]()
        for token, score, pause in moves:
            board.move(token, scores.get(token), score)
            scores[token] = score
            if pause:
                table.write(board)
                table.check(scores)
                board = table.read(7) if score == 2 else board
        table.write(board)
        table.check(scores)
    assert (board.key, board.members) == (7, len(scores))


def grown(count: int) -> tuple[Tree, Table]:
    board, table = empty(0), Table()
    for token in range(count):
        board.move(token, None, token)
    table.write(board)
    return board, table


def test_a_crowd_is_cut_at_once() -> None:
    _, table = grown(20_000)
    sizes = [members for members, _ in table.leaves.values()]
    assert max(sizes) <= tree.FULL
    assert min(sizes) >= tree.FULL // 2
    leaves = len(sizes)
    assert len(table.branches) == -(-leaves // tree.MOST_LEAVES)


def test_who_leaves_a_leaf_thin_has_it_joined() -> None:
    board, table = grown(2_000)
    before = len(table.leaves)
    for token in range(1_900):
        board.move(token, token, 10_000 + token)
    for _ in range(3):
        table.write(board)
    table.check({**{n: n for n in range(2_000)}, **{n: 10_000 + n for n in range(1_900)}})
    assert len(table.leaves) < 1.5 * before


def test_equal_scores_are_parted_by_member() -> None:
    board, table = empty(0), Table()
    for token in range(5_000):
        board.move(token, None, 10)
    table.write(board)
    table.check(dict.fromkeys(range(5_000), 10))
    assert max(members for members, _ in table.leaves.values()) <= tree.FULL


def test_a_leaf_grows_by_what_is_appended_until_it_is_long() -> None:
    board, table = grown(10)
    assert set(table.leaves) == {LOWEST}
    for turn in range(tree.MOST - 10):
        board.move(3, 3 if turn == 0 else 100 + turn - 1, 100 + turn)
        assert board.wanted() == []
        table.write(board)
    assert len(table.leaves[LOWEST][1]) == 16 * tree.MOST
    board.move(3, 100 + tree.MOST - 11, 3)
    assert len(board.wanted()) == 1
    table.write(board)
    assert len(table.leaves[LOWEST][1]) == 16 * 10
    table.check({n: n for n in range(10)})


def test_nothing_moves_where_the_score_stays() -> None:
    board, _ = grown(10)
    board.changed = False
    board.move(3, 3, 3)
    assert not board.changed


def test_the_sum_of_scores_is_kept() -> None:
    board, _ = grown(10)
    board.total = 45
    board.move(3, 3, -7)
    board.move(99, None, 5)
    assert board.total == 40


@pytest.mark.parametrize("token", [0, 1, 2**63 - 1])
def test_pairs_of_any_token(token: int) -> None:
    raw = pair(token, -5) + pair(8, 1) + pair(token, 6)
    assert held_in(raw) == {token: 6, 8: 1}
    assert held_in(raw + pair(8, GONE)) == {token: 6}
    assert packed(in_order(raw)) == pair(8, 1) + pair(token, 6)
    assert in_order(packed([LOWEST])) == []
