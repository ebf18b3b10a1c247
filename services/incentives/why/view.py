"""For the gateway: who tells why in a language, and what else an event touched."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.quests.feature import EXPIRED, FORWARD, STARTED
from services.incentives.state import Words
from services.incentives.streaks.runs import Span, mark, run_at, runs
from services.incentives.why.catalogue import LANGUAGES
from services.incentives.why.teller import Change, Teller
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

__all__ = ["LANGUAGES", "Change", "Teller", "Touched", "teller", "touched"]

Q = sql.load(__file__)
_QUEST = {STARTED: "started", FORWARD: "forward", EXPIRED: "expired"}


class Touched(BaseModel):
    """A badge, level, streak or quest that an event had a part in."""

    kind: Literal["badge", "level", "streak", "quest"]
    name: str
    member: int = Field(description="Token.")
    what: str = Field(
        description="awarded; up, down; marked; started, forward, completed, expired."
    )
    before: int | None = Field(default=None, description="The level before, or the quest's step.")
    after: int | None = Field(
        default=None, description="The level, the length, or how much there is of the step."
    )


async def teller(db: Connection, community: int, language: str) -> Teller:
    """Who tells of a community in a language of `LANGUAGES`."""
    known = await policies.community(db, community)
    found: dict[int, Incentives] = {each.version: each.compiled for each in known.versions}
    return Teller(language, found)


async def touched(db: Connection, community: int, offset: int) -> list[Touched]:
    """What an event touched besides accounts."""
    words, place = await policies.words(db, community), (community, offset)
    found = [
        Touched(kind="badge", name=_name(words, row["badge"]), member=row["member"], what="awarded")
        for row in await db.fetch(Q.awards, *place)
    ]
    for row in await db.fetch(Q.levels, *place):
        before, after = row["was"] + 1, row["rank"] + 1
        what, name = "up" if after > before else "down", _name(words, row["ladder"])
        found.append(
            Touched(
                kind="level", name=name, member=row["member"], what=what, before=before, after=after
            )
        )
    known = policies.current(await policies.community(db, community))
    policy = known.compiled if known else Incentives()
    found += _streaks(await db.fetch(Q.streaks, *place), words, policy)
    for row in await db.fetch(Q.quests, *place):
        step, what = row["what"] == FORWARD, _QUEST.get(row["what"], "completed")
        name, member = _name(words, row["quest"]), row["member"]
        before, after = (row["step"] + 1, row["number"]) if step else (None, None)
        found.append(
            Touched(kind="quest", name=name, member=member, what=what, before=before, after=after)
        )
    return found


def _streaks(rows: list[Any], words: Words, policy: Incentives) -> Iterator[Touched]:
    spans: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
    for row in rows:
        mark(spans[row["streak"], row["member"], row["marked"]], row["unit"])
    for (streak, member, marked), theirs in spans.items():
        name = _name(words, streak)
        rule = policy.streaks.get(name)
        length = run_at(runs(theirs, rule), marked).length if rule else None
        yield Touched(kind="streak", name=name, member=member, what="marked", after=length)


def _name(words: Words, word: int) -> str:
    return words.names[word].partition(":")[2]
