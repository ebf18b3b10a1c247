"""Where a member stands on the ladders of a policy, and how far it is to the next rung."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.levels.bound import have, in_window
from services.incentives.levels.definition import Count, Ladder
from services.incentives.policy.document import Incentives
from services.incentives.scene import counter
from services.incentives.state import Member, Words
from services.kit.projection.past import Past
from services.kit.runtime import clock


class Need(BaseModel):
    """A demand of the next level."""

    need: str
    at_least: int
    days: int | None = Field(description="Counted in the last so many days; null: ever.")
    have: int


class NextLevel(BaseModel):
    """The rung above."""

    rank: int
    name: str
    account: str
    at_least: int
    missing: int
    needs: list[Need] = []


class LevelView(BaseModel):
    """Where a member stands on a ladder; ranks count from 1."""

    rank: int
    name: str
    title: Any = ""
    since: str
    next: NextLevel | None = Field(
        default=None, description="Null on the highest level, and of the past."
    )
    privileges: list[str] = []


class Read(NamedTuple):
    """What a page of members needs, read at once."""

    policy: Incentives
    words: Words
    now: int
    past: Past
    day: int
    """The local day of `now`."""


def level(
    name: str,
    ladder: Ladder,
    state: Member,
    balances: Mapping[int, tuple[int, int]],
    levels: Mapping[int, Any],
    read: Read,
) -> LevelView:
    """The level of a member on a ladder, and of now what the next one still needs."""
    last = levels.get(read.words.ids.get(f"ladder:{name}", 0))
    rank = min(last["rank"], len(ladder.levels) - 1) if last is not None else 0
    rung = ladder.levels[rank]
    both = balances.get(read.words.ids.get(ladder.account, 0), (0, 0))
    value = both[1] if ladder.measure == "earned" else both[0]
    if ladder.days is not None:
        value = in_window(
            state, read.words.ids.get(f"gained:{ladder.account}", 0), ladder.days, read.day
        )
    return LevelView(
        rank=rank + 1,
        name=rung.name,
        title=rung.title,
        since=clock.rfc3339(last["at"] if last is not None else state.since),
        next=_next(ladder, rank, value, state, read) if read.past.is_now else None,
        privileges=list(rung.privileges),
    )


def _next(ladder: Ladder, rank: int, value: int, state: Member, read: Read) -> NextLevel | None:
    if rank + 1 >= len(ladder.levels):
        return None
    above = ladder.levels[rank + 1]
    needs = []
    for need in above.needs:
        if isinstance(need, Count):
            what, wanted = counter(need.count, need.kind, need.received), need.at_least
        else:
            what, wanted = "active days", need.active_days
        has = have(need, state, read.day, read.words)
        needs.append(Need(need=what, at_least=wanted, days=need.days, have=has))
    return NextLevel(
        rank=rank + 2,
        name=above.name,
        account=ladder.account,
        at_least=above.at_least,
        missing=max(0, above.at_least - value),
        needs=needs,
    )
