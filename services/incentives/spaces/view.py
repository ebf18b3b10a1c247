"""Graded spaces as they are read: the grades, who is inside, a member's access and its changes."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.spaces.definition import Space, ordered
from services.incentives.spaces.judging import Why
from services.incentives.state import Words
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class AccessView(BaseModel):
    """A grade that is open to a member."""

    grade: str
    title: Any = ""
    space: str | None = Field(description="What the platform calls it.")
    since: str


class GradeView(BaseModel):
    """A grade of the policy."""

    grade: str
    title: Any = ""
    space: str | None = Field(description="What the platform calls it.")
    members: int = Field(description="To whom it is open.")
    asks: Space = Field(description="As the policy says it.")


class Inside(BaseModel):
    """A member to whom a grade is open."""

    member: int = Field(description="Token.")
    since: str


class InsidePage(BaseModel):
    """Members to whom a grade is open, in no order that means anything."""

    rows: list[Inside]
    next: tuple[int] | None = None


class AccessChange(BaseModel):
    """A change of a member's access."""

    at: str
    position: int = Field(description="Of the event, or of the record that showed time passed.")
    by_time: bool = Field(description="Whether time did it, as a role's term ended.")
    grade: str
    open: bool
    because: str | None = Field(
        description="Of a revocation: needs, level, badges, role, after, left, policy."
    )


async def grades(db: Connection, community: int, past: Past = NOW) -> list[GradeView]:
    """The grades of the policy, lowest first, with how many are inside."""
    policy, words = await _read(db, community)
    rows = await db.fetch(Q.counts, community, *past[:2])
    inside = {row["grade"]: row["members"] for row in rows}
    return [
        GradeView(
            grade=name,
            title=space.title,
            space=space.space,
            members=inside.get(words.ids.get(f"space:{name}", 0), 0),
            asks=space,
        )
        for name, space in ((name, policy.spaces[name]) for name in ordered(policy.spaces))
    ]


async def inside(
    db: Connection, community: int, grade: str, after: int, limit: int, past: Past = NOW
) -> InsidePage:
    """A page of the members inside. Raises LookupError for a grade there is not."""
    policy, words = await _read(db, community)
    if grade not in policy.spaces:
        there = ", ".join(policy.spaces) or "none"
        raise LookupError(f"no graded space {grade!r}; there are {there}")
    word = words.ids.get(f"space:{grade}", 0)
    rows = await db.fetch(Q.inside, community, word, after, *past[:2], limit)
    found = [Inside(member=row["member"], since=clock.rfc3339(row["at"])) for row in rows]
    return InsidePage(rows=found, next=(found[-1].member,) if len(found) == limit else None)


async def open_spaces(
    db: Connection,
    community: int,
    tokens: Sequence[int],
    read: tuple[Incentives, Words],
    past: Past,
) -> dict[int, list[AccessView]]:
    """By member the grades of the policy that are open, of a past."""
    policy, words = read
    found: dict[int, list[AccessView]] = {token: [] for token in tokens}
    if not policy.spaces:
        return found
    since = {
        (row["member"], row["grade"]): row["at"]
        for row in await db.fetch(Q.access, community, list(tokens), *past[:2])
        if row["why"] == Why.GRANTED
    }
    order = ordered(policy.spaces)
    for token in tokens:
        for name in order:
            at = since.get((token, words.ids.get(f"space:{name}", 0)))
            if at is not None:
                found[token].append(_open(name, policy.spaces[name], at))
    return found


async def opened_at(
    db: Connection, community: int, token: int, words: Words, past: Past
) -> dict[str, int]:
    """The grades that are open to a member, and since when, of a past."""
    rows = await db.fetch(Q.access, community, [token], *past[:2])
    return {
        words.names[row["grade"]].removeprefix("space:"): row["at"]
        for row in rows
        if row["why"] == Why.GRANTED
    }


def _open(name: str, space: Space, at: int) -> AccessView:
    return AccessView(grade=name, title=space.title, space=space.space, since=clock.rfc3339(at))


async def changes(
    db: Connection, community: int, token: int, limit: int, past: Past = NOW
) -> list[AccessChange]:
    """The changes of a member's access, newest first."""
    names = (await policies.words(db, community)).names
    return [
        AccessChange(
            at=clock.rfc3339(row["at"]),
            position=row["offset"],
            by_time=row["by_time"],
            grade=names[row["grade"]].removeprefix("space:"),
            open=row["why"] == Why.GRANTED,
            because=Why(row["why"]).name.lower() if row["why"] else None,
        )
        for row in await db.fetch(Q.changes, community, token, *past[:2], limit)
    ]


async def _read(db: Connection, community: int) -> tuple[Incentives, Words]:
    version = policies.current(await policies.community(db, community))
    policy = version.compiled if version else Incentives()
    return policy, await policies.words(db, community)
