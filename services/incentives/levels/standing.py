"""Where a member stands on a ladder, and what the next rung asks. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.levels.daily import summed
from services.incentives.levels.definition import Ladder, Level
from services.incentives.levels.need import Ground
from services.kit.runtime import clock


class Need(BaseModel):
    """A demand of the next level."""

    need: str
    title: Any = ""
    at_least: int | None = Field(default=None, description="Null where only so many are allowed.")
    at_most: int | None = None
    days: int | None = Field(description="Counted in the last so many days; null: ever.")
    have: int


class NextLevel(BaseModel):
    """The rung above."""

    rank: int
    name: str
    account: str | None = Field(description="Null where the rungs ask for a score.")
    at_least: int
    missing: int
    needs: list[Need] = []


class LevelView(BaseModel):
    """Where a member stands on a ladder; ranks count from 1."""

    rank: int
    name: str
    title: Any = ""
    since: str
    score: int | None = Field(default=None, description="Of a ladder that has one; now alone.")
    next: NextLevel | None = Field(
        default=None, description="Null on the highest level, and of the past."
    )
    privileges: list[str] = []


def standing(
    named: tuple[str, Ladder],
    ground: Ground,
    balances: Mapping[int, tuple[int, int]],
    last: Any,
    *,
    now: bool,
) -> LevelView:
    """Of a ladder by its name; `balances` are balance and all earned by account, `last` the row
    of the last change of level, None where there was none. Only of `now` what comes next."""
    ladder = named[1]
    rank = min(last["rank"], len(ladder.levels) - 1) if last is not None else 0
    level, score = ladder.levels[rank], None
    if ladder.score is not None:
        value = score = ladder.score.value(ground) if now else 0
    else:
        value = _value(ladder, ground, balances)
    above = ladder.levels[rank + 1] if now and rank + 1 < len(ladder.levels) else None
    account = ladder.account if ladder.score is None else None
    return LevelView(
        rank=rank + 1,
        name=level.name,
        title=level.title,
        since=clock.rfc3339(last["at"] if last is not None else ground.member.since),
        score=score if now else None,
        next=_next(above, rank + 2, account, value, ground) if above else None,
        privileges=list(level.privileges),
    )


def _value(ladder: Ladder, ground: Ground, balances: Mapping[int, tuple[int, int]]) -> int:
    if ladder.days is not None:
        gained = ground.words.ids.get(f"gained:{ladder.account}", 0)
        return summed(ground.member.daily.get(gained, {}), ground.day, ladder.days)
    both = balances.get(ground.words.ids.get(ladder.account, 0), (0, 0))
    return both[1] if ladder.measure == "earned" else both[0]


def _next(above: Level, rank: int, account: str | None, value: int, ground: Ground) -> NextLevel:
    needs = [
        Need(
            need=need.label(),
            title=need.title,
            at_least=None if need.at_most is not None else need.wanted(ground),
            at_most=need.at_most,
            days=need.days,
            have=need.have(ground),
        )
        for need in above.needs
    ]
    return NextLevel(
        rank=rank,
        name=above.name,
        account=account,
        at_least=above.at_least,
        missing=max(0, above.at_least - value),
        needs=needs,
    )
