"""A projection small enough to see through: how many likes each message has, and who waits.

`post.created` starts a timer of an hour; at its end the post is due, and a fact says so.
`complaint.filed` raises, for the tests of dead letters. `thread.moved` wants all written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER, Connection, Fact, FoldContext, Projection
from services.kit.runtime.clock import HOUR

POISON = {"on": True}


@dataclass
class TallyFold:
    """Likes and timers of one partition."""

    context: FoldContext
    next_due: int = NEVER
    facts: list[Fact] = field(default_factory=list)
    likes: dict[tuple[int, str], int] = field(default_factory=dict)
    due: dict[tuple[int, str], int] | None = None
    fresh: dict[tuple[int, str], int] = field(default_factory=dict)
    done: dict[tuple[int, str], int] = field(default_factory=dict)

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        if self.due is None:
            rows = await db.fetch("SELECT community, post, due FROM waiting WHERE done IS NULL")
            self.due = {(row["community"], row["post"]): row["due"] for row in rows}
            self._next()

    def _next(self) -> None:
        self.next_due = min((self.due or {}).values(), default=NEVER)

    def needs_all_written(self, event: Event) -> bool:
        return event.type == "thread.moved"

    def fold(self, event: Event) -> None:
        if event.type == "complaint.filed" and POISON["on"]:
            raise RuntimeError("poison")
        if event.type == "survey.answered":
            self.likes[(event.key, "\x00")] = 1  # cannot be written
        if event.type == "reaction.added":
            key = (event.key, event.data["target"])
            self.likes[key] = self.likes.get(key, 0) + 1
        if event.type == "post.created" and self.due is not None:
            key = (event.key, event.data["post"])
            self.due[key] = self.fresh[key] = event.log_time + HOUR
            self._next()

    def fire(self, log_time: int, offset: int) -> None:
        assert self.due is not None
        for key, due in sorted(self.due.items(), key=lambda item: (item[1], item[0])):
            if due <= log_time:
                self.done[key] = due
                del self.due[key]
                if not self.context.silent:
                    self.facts.append(Fact(key[0], "post.due", f"due/{key[1]}", due, {}))
        self._next()

    async def write(self, db: Connection) -> None:
        rows = [(community, post, n) for (community, post), n in sorted(self.likes.items())]
        await db.executemany(
            "INSERT INTO likes VALUES ($1, $2, $3)"
            " ON CONFLICT (community, post) DO UPDATE SET n = likes.n + excluded.n",
            rows,
        )
        await db.executemany(
            "INSERT INTO waiting VALUES ($1, $2, $3)",
            [(*key, due) for key, due in sorted(self.fresh.items())],
        )
        await db.executemany(
            "UPDATE waiting SET done = $3 WHERE community = $1 AND post = $2",
            [(*key, due) for key, due in sorted(self.done.items())],
        )
        self.likes.clear()
        self.fresh.clear()
        self.done.clear()


TALLY = Projection("tally", 1, (Path(__file__).with_name("tally.sql"),), TallyFold)
