"""What is remembered of giving and receiving: bounded, and never more than was seen."""

from services.incentives.guards.watching import (
    MOST_BEHIND,
    MOST_GIVERS,
    MOST_PAIRS,
    Behind,
    Pairs,
    Weeks,
    gifts,
    note_behind,
    note_pair,
    note_share,
    note_time,
    ring,
    share,
    within,
)


def test_moments_are_counted_up_to_a_moment_however_late_they_come() -> None:
    times: list[int] = []
    for at in (10, 30, 20, 40):
        note_time(times, at, 3)
    assert times == [20, 30, 40]
    assert [within(times, at, 15) for at in (19, 20, 30, 34, 40, 90)] == [0, 1, 2, 2, 2, 0]


def test_pairs_are_counted_by_day_and_the_oldest_make_room() -> None:
    pairs: Pairs = {}
    for _ in range(3):
        note_pair(pairs, 5, 1)
    note_pair(pairs, 7, 1)
    assert (gifts(pairs, 1, 5, 1), gifts(pairs, 1, 7, 3), gifts(pairs, 2, 7, 3)) == (3, 4, 0)
    for other in range(2, MOST_PAIRS + 1):
        note_pair(pairs, 7, other)
    assert sum(map(len, pairs.values())) == MOST_PAIRS
    assert gifts(pairs, 1, 7, 3) == 1


def test_a_share_keeps_the_sum_of_all_and_the_givers_of_most() -> None:
    weeks: Weeks = {}
    for giver in range(100):
        note_share(weeks, 1, giver, 1, 2)
        note_share(weeks, 1, 1000, 2, 2)
    assert share(weeks, 1, 1000, 2) == (200, 300)
    assert MOST_GIVERS <= len(weeks[1][1]) < 2 * MOST_GIVERS
    note_share(weeks, 3, 1000, 5, 2)
    assert share(weeks, 3, 1000, 2) == (5, 5)
    assert share(weeks, 2, 1000, 2) == (200, 300)
    note_share(weeks, 4, 1000, 5, 2)
    assert sorted(weeks) == [3, 4]


def circle(size: int, rounds: int, most: int = 5) -> list[int] | None:
    """Members 0, 1 ... each give to the next, the last first; what the last gift closes."""
    behind: dict[int, Behind] = {member: {} for member in range(size)}
    found = None
    for _ in range(rounds):
        for giver in reversed(range(size)):
            receiver = (giver + 1) % size
            note_behind(behind[receiver], giver, behind[giver], receiver, (9, most))
            found = ring(behind[giver], receiver, most, 9)
    return found


def test_a_circle_is_found_with_those_between_whatever_its_order() -> None:
    assert circle(2, 2) == []
    assert circle(5, 5) == [2, 3, 4]
    assert circle(3, 5, most=3) == [2]
    assert circle(4, 9, most=3) is None
    assert circle(6, 20) is None


def test_a_way_that_is_too_old_is_no_circle_and_a_newer_one_takes_its_place() -> None:
    mine: Behind = {}
    note_behind(mine, 1, {2: [3, []]}, 0, (8, 5))
    assert mine == {1: [8, []], 2: [3, [1]]}
    assert ring(mine, 2, 5, 4) is None
    assert ring(mine, 2, 5, 3) == [1]
    note_behind(mine, 2, {}, 0, (5, 5))
    assert ring(mine, 2, 5, 4) == []
    for source in range(10, 100):
        note_behind(mine, source, {}, 0, (6, 5))
    assert len(mine) == MOST_BEHIND
    assert 1 in mine
    assert 2 not in mine
