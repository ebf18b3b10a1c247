"""Streaks in the fold: marks of days, and what a length gives."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene, Test, test_of
from services.incentives.state import Words
from services.incentives.streaks.definition import Milestone, Streak
from services.incentives.streaks.runs import Run, mark, run_at, runs, unit_of
from services.incentives.tenant import Tenant

MOST_PAID = 500
"""Payments remembered of a member and streak."""


class BoundStreak:
    """A streak of a policy version."""

    __slots__ = ("gifts", "name", "streak", "tests", "word")

    def __init__(self, name: str, streak: Streak, words: Words) -> None:
        self.name = name
        self.streak = streak
        self.word = words[f"streak:{name}"]
        self.tests: tuple[Test, ...] = tuple(test_of(*item) for item in streak.when.items())
        self.gifts = [
            (
                each,
                words[f"streak:{name}/{each.at}"],
                [(words[a], n) for a, n in each.gives.items()],
            )
            for each in streak.milestones
        ]

    def types(self) -> Iterable[str]:
        return self.streak.types()

    def hear(self, scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> None:
        member = scene.doer
        if member is None or not all(test(scene) for test in self.tests):
            return
        kept = member.slices.setdefault("streaks", {}).setdefault(self.word, [[], [], 0])
        spans, paid, longest = kept
        unit = unit_of(scene.day, self.streak)
        if not mark(spans, unit):
            return
        event = scene.event
        row = (tenant.key, self.word, event.offset, member.token, event.time, unit)
        outcome.rows["streak_mark"].append(row)
        tenant.touch(member)
        run = run_at(runs(spans, self.streak), unit)
        kept[2] = max(longest, run.length)
        for milestone, rule, gifts in self.gifts:
            for _ in range(_owed(milestone, run, paid)):
                paid.append([milestone.at, unit])
                for account, amount in gifts:
                    book.give(member, rule, account, amount, ())
                data = {"member": member.token, "streak": self.name, "length": run.length}
                of = (f"{self.name}/{milestone.at}", member.token)
                outcome.fact(tenant.key, "streak.reached", of, event.time, data, event)
        del paid[:-MOST_PAID]


def _owed(milestone: Milestone, run: Run, paid: list[list[int]]) -> int:
    """How often a milestone is reached by a streak, and was not yet paid within it."""
    reached = run.length // milestone.at if milestone.every else int(run.length >= milestone.at)
    given = sum(at == milestone.at and run.first <= unit <= run.last for at, unit in paid)
    return max(0, reached - given)


class Streaks:
    """The feature."""

    name = "streaks"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {"streak_mark": ("community", "streak", "offset", "member", "at", "unit")}

    def bind(self, policy: Incentives, words: Words) -> Iterator[BoundStreak]:
        for name, streak in policy.streaks.items():
            yield BoundStreak(name, streak, words)


FEATURE = Streaks()
