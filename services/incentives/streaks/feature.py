"""Streaks in the fold: marks of days, what a length gives, and what a break loses."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Moment
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene, Test, test_of
from services.incentives.state import Member, Words
from services.incentives.streaks.definition import Milestone, Streak
from services.incentives.streaks.pot import Pot
from services.incentives.streaks.runs import (
    Run,
    Span,
    first_day,
    mark,
    over,
    run_at,
    runs,
    standing,
    unit_of,
)
from services.incentives.tenant import Tenant
from services.kit.runtime import clock

MOST_PAID = 500
"""Payments remembered of a member and streak."""


class BoundStreak:
    """A streak of a policy version."""

    __slots__ = ("gifts", "name", "pot", "streak", "tests", "word")

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
        self.pot = Pot(name, streak.maturing, words) if streak.maturing else None

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
        if self.pot is not None:
            self.pot.follow(run, paid, scene, book, outcome)
            self._watch(spans, scene, tenant, outcome)
        del paid[:-MOST_PAID]

    def _watch(self, spans: list[Span], scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
        """Look again when the streak breaks, unless that is past already: what comes late or by
        import is paid when it is long enough, and nobody is told of breaks before."""
        event, member = scene.event, scene.doer
        first = first_day(over(spans, self.streak), self.streak)
        # An hour later, so that it is that day also where clocks are changed meanwhile.
        due = first * clock.DAY - (scene.local - event.time) + clock.HOUR
        if member is not None and due > event.log_time:
            outcome.dues.append((due, tenant.key, member.token))

    def due(self, member: Member, moment: Moment) -> None:
        """What was put aside is lost where the streak has broken."""
        kept = member.slices.get("streaks", {}).get(self.word)
        if kept is None or self.pot is None or not kept[0]:
            return
        spans, unit = kept[0], unit_of(moment.book.windows.day, self.streak)
        found = runs(spans, self.streak)
        alive = standing(found, spans, self.streak, unit)
        for run in found[-2:]:
            # One that broke long ago was told of then, or came in late.
            if run != alive and run.last >= unit - _reach(self.streak):
                self.pot.lose(run, member, moment)


def _reach(streak: Streak) -> int:
    """Units that a streak lives on at most without being gone on with, and one more."""
    return 2 + (2 * streak.make_up.most if streak.make_up else 0)


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

    def due(self, member: Member, moment: Moment) -> None:
        """Streaks break."""
        if "streaks" not in member.slices:
            return
        every = (each for heard in moment.book.bound.features.values() for each in heard)
        for bound in dict.fromkeys(each for each in every if isinstance(each, BoundStreak)):
            bound.due(member, moment)


FEATURE = Streaks()
