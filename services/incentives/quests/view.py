"""The quests of members, now or of a past time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.quests.definition import Quest
from services.incentives.quests.feature import EXPIRED, FORWARD, STARTED
from services.incentives.state import Words
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class StepView(BaseModel):
    """How far a step is."""

    kind: str
    title: Any = ""
    have: int
    at_least: int
    done: bool


class QuestView(BaseModel):
    """How far a member is with a quest; of one that begins anew, with the last."""

    quest: str
    title: Any = ""
    state: str = Field(description="waiting (not begun), open, completed or expired.")
    started: str | None = None
    expires: str | None = None
    ended: str | None = Field(default=None, description="When it was completed, or expired.")
    completed: int = Field(description="How often it was.")
    steps: list[StepView]


async def quests(
    db: Connection,
    community: int,
    tokens: Sequence[int],
    read: tuple[Incentives, Words],
    past: Past,
    *,
    all_: bool = False,
) -> dict[int, list[QuestView]]:
    """By member the quests of the policy that have begun, or all; of a past."""
    policy, words = read
    found: dict[int, list[QuestView]] = {token: [] for token in tokens}
    if not policy.quests:
        return found
    marks: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in await db.fetch(Q.marks, community, list(tokens), *past[:2]):
        marks[row["member"], row["quest"]].append(row)
    for token in tokens:
        for name, quest in policy.quests.items():
            mine = marks[token, words.ids.get(f"quest:{name}", 0)]
            if mine or all_:
                found[token].append(_view(name, quest, mine))
    return found


async def member_quests(
    db: Connection, community: int, token: int, past: Past = NOW
) -> list[QuestView]:
    """Every quest of the policy for a member."""
    version = policies.current(await policies.community(db, community))
    policy = version.compiled if version else Incentives()
    read = (policy, await policies.words(db, community))
    return (await quests(db, community, [token], read, past, all_=True))[token]


def _view(name: str, quest: Quest, marks: Sequence[Any]) -> QuestView:
    have, state, completed = [0] * len(quest.steps), "waiting", 0
    started = expires = ended = None
    for row in marks:
        what, at = row["what"], clock.rfc3339(row["at"])
        if what == STARTED:
            have, state, ended, started = [0] * len(quest.steps), "open", None, at
            expires = clock.rfc3339(row["number"]) if row["number"] else None
        elif what == FORWARD:
            if row["step"] < len(have):
                have[row["step"]] = row["number"]
        else:
            state, ended = ("expired" if what == EXPIRED else "completed"), at
            completed += what != EXPIRED
    steps = [
        StepView(
            kind=step.kind,
            title=step.title,
            have=there,
            at_least=step.wanted,
            done=there >= step.wanted,
        )
        for there, step in zip(have, quest.steps, strict=True)
    ]
    return QuestView(
        quest=name,
        title=quest.title,
        state=state,
        started=started,
        expires=expires,
        ended=ended,
        completed=completed,
        steps=steps,
    )
