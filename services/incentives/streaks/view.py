"""The streaks of members, now or of a past time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.policy.document import Incentives
from services.incentives.state import Words
from services.incentives.streaks.definition import Streak
from services.incentives.streaks.runs import Span, first_day, mark, runs, standing, unit_of
from services.kit.projection.definition import Connection
from services.kit.projection.past import Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class MaturingView(BaseModel):
    """What is put aside and counts nowhere yet."""

    put_aside: dict[str, int] = Field(description="Account -> amount; lost when the streak breaks.")
    left: int = Field(description="Days, or weeks, until it is paid.")
    pays: dict[str, int] = Field(description="What is paid then.")


class StreakView(BaseModel):
    """A streak of a member. Lengths are in days, or in weeks where `per` says so."""

    streak: str
    title: Any = ""
    per: str
    current: int = Field(description="0 where it is broken.")
    longest: int
    total: int = Field(description="All days or weeks that were marked.")
    last: str | None = Field(description="The last local day, or the Monday of the last week.")
    next: int | None = Field(description="Length of the next milestone.")
    maturing: MaturingView | None = Field(
        default=None, description="Null where nothing matures, or all of it was paid."
    )


async def streaks(
    db: Connection,
    community: int,
    tokens: Sequence[int],
    read: tuple[Incentives, Words],
    day: int,
    past: Past,
) -> dict[int, list[StreakView]]:
    """By member the streaks of the policy, on a local day, of a past."""
    policy, words = read
    found: dict[int, list[StreakView]] = {token: [] for token in tokens}
    if not policy.streaks:
        return found
    spans: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for row in await db.fetch(Q.marks, community, list(tokens), *past[:2]):
        mark(spans[row["member"], row["streak"]], row["unit"])
    for token in tokens:
        for name, streak in policy.streaks.items():
            marked = spans[token, words.ids.get(f"streak:{name}", 0)]
            found[token].append(_view(name, streak, marked, day))
    return found


def _view(name: str, streak: Streak, spans: list[Span], day: int) -> StreakView:
    all_ = runs(spans, streak)
    current = standing(all_, spans, streak, unit_of(day, streak)).length
    following = [
        (current // each.at + 1) * each.at if each.every else each.at
        for each in streak.milestones
        if each.every or each.at > current
    ]
    last = clock.as_date(first_day(spans[-1][1], streak)).isoformat() if spans else None
    return StreakView(
        streak=name,
        title=streak.title,
        per=streak.per,
        current=current,
        longest=max((run.length for run in all_), default=0),
        total=sum(last - first + 1 for first, last in spans),
        last=last,
        next=min(following, default=None),
        maturing=_maturing(streak, current),
    )


def _maturing(streak: Streak, current: int) -> MaturingView | None:
    maturing = streak.maturing
    if maturing is None or (current >= maturing.after and not maturing.again):
        return None
    times = maturing.running(current)
    return MaturingView(
        put_aside=maturing.put_aside(times) if times else {},
        left=maturing.after - times,
        pays=maturing.pays(),
    )
