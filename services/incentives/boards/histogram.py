"""The buckets of one board: bounds that part its members about equally, and their numbers.

Ranks are read as "members of all higher buckets, and those above within one's own". A bucket is
split when it holds over twice what it should; a bucket of a single score is never split, because
within it nobody is above anybody. Pure.
"""

from bisect import bisect_right

LOWEST, HIGHEST = -(2**62), 2**62


def target(members: int) -> int:
    """Members of a bucket, about, on a board of so many.

    The fewer buckets, the rarer a score crosses a bound and the more is read for one rank: a
    large board has small ones, so that reading stays short.
    """
    return 1024 if members < 50_000 else 256


class Bucket:
    """Scores from `low` up to, not including, `high`."""

    __slots__ = ("dirty", "high", "low", "members")

    def __init__(self, low: int, high: int, members: int) -> None:
        self.low = low
        self.high = high
        self.members = members
        self.dirty = False


class Histogram:
    """The buckets of a board, lowest first; of the period that begins on day `key`."""

    __slots__ = ("buckets", "changed", "key", "lows", "members")

    def __init__(self, key: int, rows: list[tuple[int, int]]) -> None:
        rows = rows or [(LOWEST, 0)]
        highs = [low for low, _ in rows[1:]] + [HIGHEST]
        self.key = key
        self.buckets = [Bucket(low, high, n) for (low, n), high in zip(rows, highs, strict=True)]
        self.lows = [low for low, _ in rows]
        self.members = sum(n for _, n in rows)
        self.changed: list[Bucket] = []

    def find(self, score: int) -> Bucket:
        """The bucket of a score."""
        return self.buckets[bisect_right(self.lows, score) - 1]

    def add(self, bucket: Bucket, members: int) -> None:
        """Members come onto the board in a bucket, or leave it."""
        bucket.members += members
        self.members += members
        if not bucket.dirty:
            bucket.dirty = True
            self.changed.append(bucket)

    def crowded(self) -> list[Bucket]:
        """Changed buckets that are to be split."""
        most = 2 * target(self.members)
        return [b for b in self.changed if b.members > most and b.high - b.low > 1]

    def split(self, bucket: Bucket, at: int) -> Bucket:
        """Cut a bucket; returns the new upper part, still without members."""
        upper = Bucket(at, bucket.high, 0)
        bucket.high = at
        place = bisect_right(self.lows, bucket.low)
        self.buckets.insert(place, upper)
        self.lows.insert(place, at)
        return upper

    def begin(self, key: int) -> None:
        """A new period: nobody stands yet; the bounds of the last are a good guess."""
        self.key = key
        for bucket in self.buckets:
            self.add(bucket, -bucket.members)


def cut_at(bucket: Bucket, median: int) -> int:
    """Where to cut: at the median, or behind it where the lower half is all of one score."""
    return median if median > bucket.low else median + 1
