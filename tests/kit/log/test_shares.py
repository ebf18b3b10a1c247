"""Shares are fair, and nothing moves that need not."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.kit.log.shares import Move, settle


def test_a_lone_member_takes_everything() -> None:
    assert settle("a", ["a"], {}, 3) == Move([], [0, 1, 2])


def test_who_joins_gets_half_and_no_more_moves() -> None:
    owners = dict.fromkeys(range(5), "a")
    assert settle("a", ["a", "b"], owners, 5) == Move([3, 4], [])
    assert settle("b", ["a", "b"], {0: "a", 1: "a", 2: "a"}, 5) == Move([], [3, 4])


def test_what_the_departed_held_is_free() -> None:
    assert settle("a", ["a"], {0: "gone", 1: "a"}, 2) == Move([], [0])


@given(
    members=st.sets(st.sampled_from("abcdef"), min_size=1),
    owners=st.dictionaries(st.integers(0, 11), st.sampled_from("abcdefgh")),
    order=st.randoms(use_true_random=False),
)
def test_any_state_settles_into_fair_shares(
    members: set[str], owners: dict[int, str], order: Random
) -> None:
    kept = dict(owners)
    for _ in range(3):  # everybody lets go, then everybody takes, in any order
        for me in order.sample(sorted(members), len(members)):
            for partition in settle(me, members, owners, 12).release:
                del owners[partition]
            for partition in settle(me, members, owners, 12).claim:
                owners[partition] = me
    counts = [sum(owner == me for owner in owners.values()) for me in members]
    assert sum(counts) == 12
    assert max(counts) - min(counts) <= 1
    moved = [p for p, owner in kept.items() if owner in members and owners[p] != owner]
    surplus = sum(
        max(0, sum(o == me for o in kept.values()) - 12 // len(members)) for me in members
    )
    assert len(moved) <= surplus
