"""Segments as they are read: which there are, and who belongs now."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.attributes.feature import of
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.segments.definition import Segment
from services.incentives.segments.person import Person, reader, test_of
from services.incentives.state import Member
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
AT_ONCE = 1_000
MOST_LOOKED_AT = 50_000
"""Members that one page of a list looks at."""


class SegmentView(BaseModel):
    """A segment of the policy."""

    segment: str
    title: Any = ""
    when: dict[str, Any] = Field(description="As the policy says it.")


class Belongs(BaseModel):
    """A member of a segment, with what the segment asks about."""

    member: int = Field(description="Token.")
    since: str
    fields: dict[str, Any] = Field(description="The fields that the segment asks about.")
    attributes: dict[str, str]


class BelongsPage(BaseModel):
    """Members of a segment, in no order that means anything."""

    rows: list[Belongs]
    next: int | None = Field(description="There may be more, also where this page has few.")


class Reading(NamedTuple):
    """A segment made ready."""

    segment: Segment
    test: Callable[[Person], bool]
    policy: Incentives
    words: Any
    accounts: list[int]
    day_of: Callable[[int], int]
    now: int


async def segments(db: Connection, community: int) -> list[SegmentView]:
    """The segments of the policy."""
    version = policies.current(await policies.community(db, community))
    found = version.compiled.segments if version else {}
    return [
        SegmentView(
            segment=name,
            title=segment.title,
            when=segment.model_dump(by_alias=True, exclude_unset=True)["when"],
        )
        for name, segment in found.items()
    ]


async def reading(db: Connection, community: int, name: str, now: int) -> Reading:
    """Raises LookupError for a segment there is not."""
    known = await policies.community(db, community)
    version = policies.current(known)
    policy = version.compiled if version else Incentives()
    segment = policy.segments.get(name)
    if segment is None:
        there = ", ".join(policy.segments) or "none"
        raise LookupError(f"no segment {name!r}; there are {there}")
    words = await policies.words(db, community)
    asked = [field.partition(".")[2] for field in segment.when if field.startswith("account.")]
    accounts = [words.ids[each] for each in asked if each in words.ids]

    def day_of(at: int) -> int:
        return clock.local_day(at, known.zone_at(at))

    return Reading(segment, test_of(segment), policy, words, accounts, day_of, now)


async def page(
    db: Connection, community: int, asked: Reading, after: int, limit: int
) -> BelongsPage:
    """A page of the members that belong now; `after` is `next` of the page before."""
    rows: list[Belongs] = []
    seen = 0
    while seen < MOST_LOOKED_AT:
        people = await _people(db, community, asked, after)
        if not people:
            return BelongsPage(rows=rows, next=None)
        for person in people:
            after, seen = person.member.token, seen + 1
            if (found := _belonging(person, asked)) is not None:
                rows.append(found)
                if len(rows) == limit:
                    return BelongsPage(rows=rows, next=after)
    return BelongsPage(rows=rows, next=after)


async def everybody(db: Connection, community: int, asked: Reading) -> AsyncIterator[list[Belongs]]:
    """All that belong now, some at a time."""
    after = -1
    while people := await _people(db, community, asked, after):
        after = people[-1].member.token
        found = (_belonging(person, asked) for person in people)
        yield [each for each in found if each is not None]


async def _people(db: Connection, community: int, asked: Reading, after: int) -> list[Person]:
    rows = await db.fetch(Q.members, community, after, AT_ONCE)
    balances: dict[int, dict[int, int]] = defaultdict(dict)
    if asked.accounts:
        tokens = [row["member"] for row in rows]
        for row in await db.fetch(Q.balances, community, asked.accounts, tokens):
            balances[row["member"]][row["account"]] = row["value"]
    today, people = asked.day_of(asked.now), []
    for row in rows:
        member = Member(row["member"], row["since"], row["since_offset"])
        member.unpack(row["state"])
        accounts, first = balances[member.token], asked.day_of(row["since"])
        people.append(Person(member, accounts, asked.policy, asked.words, asked.now, today, first))
    return people


def _belonging(person: Person, asked: Reading) -> Belongs | None:
    if not asked.test(person):
        return None
    return Belongs(
        member=person.member.token,
        since=clock.rfc3339(person.member.since),
        fields={field: reader(field)(person) for field in asked.segment.when},
        attributes=of(person.member)[0],
    )
