"""The watch of a spike rule: closed forms, adaptation, and how often it alarms, with seeds."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import msgspec
import pytest

from services.alerts.rules.complaint_spike import ComplaintSpike
from services.alerts.rules.states import Finding
from services.alerts.spikes.baseline import SLOTS
from services.alerts.spikes.judge import judge
from services.alerts.spikes.negative_binomial import FLOOR
from services.alerts.spikes.watch import Watch
from tests.alerts.spikes.chance import Draw

DAY, WEEK = 1440, 7 * 1440


def slot_of(minute: int) -> int:
    return minute // 60 % SLOTS


def filled(counts: Iterable[int]) -> Watch:
    """A watch that has closed these minutes, quarter after quarter."""
    watch = Watch.starting(0)
    for minute, count in enumerate(counts):
        for _ in range(count):
            watch.add(minute, None, 0)
        if minute % 15 == 14:
            watch.advance(minute, slot_of, learning=True)
    return watch


def mean(watch: Watch, slot: int) -> float:
    """What the watch expects of a minute in a slot of the coming week."""
    week = (watch.closed // WEEK + 1) * WEEK
    return watch.expected(week + slot * 60, slot_of).mean


@pytest.mark.parametrize(
    "cuts", [[2 * DAY], [1, 7, 1000, 1001, 2 * DAY], list(range(0, 2 * DAY, 37))]
)
def test_it_does_not_matter_when_minutes_are_closed(cuts: list[int]) -> None:
    """Closing in one go or in pieces: alike but for the last digits of floats."""
    whole, pieces = Watch.starting(0), Watch.starting(0)
    for watch in (whole, pieces):
        for minute in (30, 31, 31, 32, 32, 32, 33, 33, 33, 900, 2 * DAY - 3, 2 * DAY - 3):
            watch.add(minute, None, 0)
    whole.advance(2 * DAY, slot_of, learning=True)
    for cut in [*cuts, 2 * DAY]:
        pieces.advance(cut, slot_of, learning=True)
    assert whole.sum > 0
    assert whole.tail.passed > 0.9
    for one, other in zip(numbers(whole), numbers(pieces), strict=True):
        assert other == pytest.approx(one, rel=1e-9, abs=1e-9)


def numbers(watch: Watch) -> Iterator[float]:
    """Every number that a watch holds, in order."""

    def each(value: object) -> Iterator[float]:
        if isinstance(value, int | float):
            yield value
        elif isinstance(value, dict):
            for key in sorted(value):
                yield from each(value[key])
        elif isinstance(value, list):
            for part in value:
                yield from each(part)

    return each(msgspec.json.decode(msgspec.json.encode(watch)))


def test_a_copy_goes_its_own_way() -> None:
    watch = filled([1, 0, 2] * 200)
    before = msgspec.json.encode(watch)
    copy = watch.copy()
    copy.add(700, 5, 0)
    copy.advance(5000, slot_of, learning=True)
    assert msgspec.json.encode(watch) == before


def test_years_of_silence_cost_nothing_and_forget() -> None:
    watch = filled([int(minute % 3 == 0) for minute in range(4 * WEEK)])
    busy = mean(watch, 5)
    watch.advance(20 * 52 * WEEK, slot_of, learning=True)
    assert watch.closed == 20 * 52 * WEEK
    assert busy > 0.2
    assert mean(watch, 5) == FLOOR


def test_the_hour_of_the_week_is_learned() -> None:
    rng = random.Random(5)
    loud, soft = Draw(1.0, 2.0, rng), Draw(0.1, 2.0, rng)
    evening = {18, 19, 20, 21, 22}
    watch = filled((loud if m // 60 % 24 in evening else soft)() for m in range(8 * WEEK))
    assert mean(watch, 20) == pytest.approx(1.0, rel=0.35)
    assert mean(watch, 8) == pytest.approx(0.1, rel=0.6)
    assert watch.baseline.dispersion() == pytest.approx(2.0, rel=0.5)


def test_growth_is_followed_within_hours() -> None:
    rng = random.Random(5)
    usual, grown = Draw(0.5, 2.0, rng), Draw(1.0, 2.0, rng)
    watch = filled((usual if m < 2 * WEEK else grown)() for m in range(2 * WEEK + DAY // 2))
    assert watch.expected(watch.closed, slot_of).mean == pytest.approx(0.95, abs=0.2)


def alarms(counts: Iterable[int], weeks: int) -> int:
    """Rises into an alarm of the whole machine, estimating everything as it goes."""
    watch, parameters, count, firing = Watch.starting(0), ComplaintSpike(), 0, False
    for minute, arrivals in enumerate(islice(counts, weeks * WEEK)):
        if not arrivals:
            continue
        watch.advance(minute - 3, slot_of, learning=True)
        for _ in range(arrivals):
            watch.add(minute, None, 0)
        met = judge(watch.look(slot_of), parameters).finding is Finding.MET
        count += met and not firing
        firing = met
    return count


def steadily(per_hour: float, seed: int) -> Iterator[int]:
    draw = Draw(per_hour / 60, 2.0, random.Random(seed))
    while True:
        yield draw()


def in_clusters(per_hour: float, seed: int) -> Iterator[int]:
    """Each complaint brings on half another on average, after ten minutes on average."""
    rng = random.Random(seed)
    fresh, more = Draw(per_hour / 60 / 2, 1e6, rng), Draw(0.5, 1e6, rng)
    coming: Counter[int] = Counter()
    minute = 0
    while True:
        count = coming.pop(minute, 0) + fresh()
        for _ in range(sum(more() for _ in range(count))):
            coming[minute + 1 + int(rng.expovariate(0.1))] += 1
        yield count
        minute += 1


def with_outages(per_hour: float, seed: int) -> Iterator[int]:
    """Each Tuesday the source is silent for half a day."""
    for minute, count in enumerate(steadily(per_hour, seed)):
        yield 0 if DAY <= minute % WEEK < DAY + DAY // 2 else count


@pytest.mark.parametrize(("per_hour", "weeks"), [(1, 8), (6, 8), (36, 3)])
def test_ordinary_communities_are_left_alone(per_hour: float, weeks: int) -> None:
    """With everything estimated, the first day included: about a dozen a year are allowed."""
    assert alarms(steadily(per_hour, 5), weeks) <= 4


@pytest.mark.parametrize("stream", [in_clusters, with_outages])
def test_so_are_those_that_are_not_steady(
    stream: Callable[[float, int], Iterator[int]],
) -> None:
    """Some in the first weeks, as their ways are learned; it used to be several a week."""
    assert alarms(stream(6, 5), weeks=10) <= 6


def test_where_complaints_come_in_clusters_the_limit_is_higher() -> None:
    steady = filled(islice(steadily(18, 5), 3 * WEEK))
    clustered = filled(islice(in_clusters(18, 5), 3 * WEEK))
    assert steady.tail.room(12) < 4.5
    assert clustered.tail.room(12) > 1.5 * steady.tail.room(12)


def test_what_is_not_learned_leaves_the_baseline_as_it_was() -> None:
    watch = filled([1, 0] * DAY)
    known, tail = watch.baseline.copy(), watch.tail.copy()
    for minute in range(2 * DAY, 2 * DAY + 45):
        for _ in range(9):
            watch.add(minute, None, 0)
    watch.advance(2 * DAY + 44, slot_of, learning=False)
    assert watch.sum > 10
    assert watch.tail == tail
    level = watch.baseline.level
    assert (level.seen, level.expected) == (known.level.seen, known.level.expected)
    assert watch.baseline.counts == known.counts
    assert watch.quarter.guessed == []  # nor will it be scored


def test_an_episode_that_is_over_leaves_nothing_to_the_next() -> None:
    watch = filled([1, 0] * DAY)
    passed = watch.tail.passed
    for minute in range(2 * DAY, 2 * DAY + 15):
        for _ in range(9):
            watch.add(minute, None, 0)
    watch.advance(2 * DAY + 14, slot_of, learning=False)
    watch.settle()
    assert (watch.sum, watch.onset, watch.peak) == (0.0, 0, 0.0)
    assert watch.tail.passed == passed + 1


def test_the_busiest_stream_is_counted_whole() -> None:
    """People are remembered up to a number, events are all counted."""
    watch = Watch.starting(0)
    for minute in range(30):
        for n in range(50):
            watch.add(minute, n, 0)
    sight = watch.look(slot_of)
    assert (sight.recent, sight.short, len(sight.people)) == (1500, 500, 50)
    watch.advance(29, slot_of, learning=False)
    assert watch.settled(slot_of, 1.5)[:2] == (False, 1500)


def test_what_was_remembered_before_levels_and_tails_opens() -> None:
    """The document of an older version: it goes on, and learns the rest anew."""
    zeros = [0.0] * SLOTS
    old = {
        "closed": 100, "sum": 2.5, "onset": 90, "hour": 1, "open": {"101": 2},
        "recent": [[95, 7, 1], [101, 8, 0], [101, None, 0]],
        "baseline": {
            "counts": [3.0, *zeros[1:]], "minutes": [60.0, *zeros[1:]], "seen": 3.0,
            "expected": 2.0, "squares": 1.0, "excess": 0.5,
        },
    }  # fmt: skip
    watch = msgspec.json.decode(msgspec.json.encode(old), type=Watch)
    assert (watch.closed, watch.sum, watch.onset) == (100, 2.5, 90)
    watch.advance(200, slot_of, learning=True)
    assert watch.sum == 0
    assert watch.baseline.age() > 100
