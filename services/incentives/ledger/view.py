"""The ledger of a member, and the explanation of an event."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.content.reach import Reach, doer_of, reach, subject_of
from services.incentives.engine import Known, bound_at, look
from services.incentives.ledger.reasons import Reason, reasons
from services.incentives.points.deciding import nothing_earned
from services.incentives.points.original import Why
from services.incentives.policy import view as policies
from services.incentives.policy.bind import Bound
from services.incentives.reversals.view import names_at
from services.incentives.scene import Scene
from services.incentives.state import Content, Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.projection.past import EVER, NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class Entry(BaseModel):
    """A change of an account."""

    at: str
    position: int = Field(description="Of the event in its partition.")
    member: int | None = Field(default=None, description="Token; where entries of many are told.")
    account: str
    rule: str
    policy: int = Field(description="Version that judged it.")
    asked: int
    granted: int
    limited_by: str | None = None
    limit: str = Field(
        default="", description="The whole name of what limited it: kind, then name."
    )
    balance: int
    why: str = Field(
        default="granted",
        description="granted, held, undone, removed, restored, refilled, reduced, spent, expired,"
        " returned, passed, refused, reversed, reinstated.",
    )
    by_time: bool = Field(
        default=False, description="Time alone did it, and not the event at the position."
    )
    reverses: int | None = Field(default=None, description="Position of what it takes back.")
    reversal: str | None = Field(
        default=None, description="The order that took it back, or was undone."
    )


class LedgerPage(BaseModel):
    """Entries of a member, newest first."""

    rows: list[Entry]
    next: tuple[int, int, int] | None = None


async def ledger(
    db: Connection,
    community: int,
    token: int,
    after: tuple[int, int, int] | None,
    limit: int,
    past: Past = NOW,
) -> LedgerPage:
    """A page of a member's ledger; `after` is `next` of the page before."""
    names = (await policies.words(db, community)).names
    before = after or (EVER, EVER, 0)
    found = await db.fetch(Q.newest, community, token, *past[:2], *before, limit)
    rows = [_entry(row, names) for row in found]
    await _name_orders(db, community, rows)
    last = found[-1] if len(found) == limit else None
    return LedgerPage(rows=rows, next=(last["at"], last["offset"], last["n"]) if last else None)


def _entry(row: Any, names: Mapping[int, str], member: int | None = None) -> Entry:
    limit = row["limited_by"]
    return Entry(
        at=clock.rfc3339(row["at"]),
        position=row["offset"],
        member=member,
        account=names[row["account"]],
        rule=names[row["rule"]],
        policy=row["version"],
        asked=row["asked"],
        granted=row["granted"],
        limited_by=None if limit is None else names[limit].rsplit(":", 1)[-1],
        limit="" if limit is None else names[limit],
        balance=row["balance"],
        why=_why(row["why"], names.get(limit, "")),
        by_time=row["n"] < 0,
        reverses=row["about_offset"] if row["why"] in _TAKES else None,
    )


def _why(why: int, limit: str) -> str:
    return "held" if why == 0 and limit.startswith("held:") else Why(why).name.lower()


_TAKES = (Why.UNDONE, Why.REMOVED, Why.REDUCED, Why.REVERSED)
_ORDERED = ("reversed", "reinstated")


async def _name_orders(db: Connection, community: int, entries: Sequence[Entry]) -> None:
    """Say of entries that an order made which order that was."""
    places = {entry.position for entry in entries if entry.why in _ORDERED}
    names = await names_at(db, community, places) if places else {}
    for entry in entries:
        if entry.why in _ORDERED:
            entry.reversal = names.get(entry.position)


class RuleTold(BaseModel):
    """What one rule made of an event."""

    rule: str
    title: Any = ""
    matched: bool
    why_not: list[str] = []
    reasons: list[Reason] = Field(default=[], description="Why not, for programs.")
    entries: list[Entry] = []


class Explanation(BaseModel):
    """What an event did and did not do.

    Entries are what was recorded; whether a rule matched is judged again from the recorded event
    and from roles, levels and posts as they were before it.
    """

    policy: int | None = Field(description="Version that judged it; null where there was none.")
    type: str
    understood: bool = Field(description="False for a type this version does not know.")
    rules: list[RuleTold]
    others: list[Entry] = Field(
        default=[], description="Entries that no rule for this type made: reversals, starts."
    )
    later: list[Entry] = Field(default=[], description="What became of its entries since.")


async def explanation(db: Connection, community: int, event: Event) -> Explanation:
    """Why an event paid what it paid. `event` is as the log has it."""
    reached = reach(event.type)
    known = _before(await policies.community(db, community), event.offset)
    words = await policies.words(db, community)
    tenant = Tenant(community, words.names)
    version = known.policy_at(event.time)
    recorded = await db.fetch(Q.of_event, community, event.offset)
    entries = [_entry(row, words.names, row["member"]) for row in recorded]
    touched = list({row["member"] for row in recorded})
    later = await db.fetch(Q.since, community, event.offset, touched)
    told = Explanation(
        policy=version.version if version else None,
        type=event.type,
        understood=reached is not None,
        rules=[],
        later=[_entry(row, words.names, row["member"]) for row in later],
    )
    await _name_orders(db, community, [*entries, *told.later])
    if reached is not None:
        bound, scene = bound_at(event.time, tenant, known), Scene()
        await _remember(db, tenant, event, reached, bound)
        own = look(scene, event, tenant, known, reached)
        scene.ladder = bound.ladder
        nothing = nothing_earned(scene.target) or nothing_earned(own)
        for rule in bound.rules.get(event.type, ()):
            mine = [e for e in entries if e.rule == rule.name and e.why in ("granted", "held")]
            why_not = [] if mine else reasons(rule, scene, tenant, nothing)
            told.rules.append(
                RuleTold(
                    rule=rule.name,
                    title=rule.rule.title,
                    matched=bool(mine) or not why_not,
                    why_not=[words for _, words in why_not],
                    reasons=[reason for reason, _ in why_not],
                    entries=mine,
                )
            )
    said = {id(entry) for rule in told.rules for entry in rule.entries}
    told.others = [entry for entry in entries if id(entry) not in said]
    return told


def _before(known: Known, offset: int) -> Known:
    """The policies that had been published before a position."""
    community: Community[Any] = known.with_versions(
        tuple(version for version in known.versions if version.offset < offset)
    )
    return community


async def _remember(
    db: Connection, tenant: Tenant, event: Event, reached: Reach, bound: Bound
) -> None:
    """Fill a tenant's memory with what was known before the event."""
    for field in (reached.own, reached.target):
        name = event.data.get(field) if field else None
        if isinstance(name, str):
            tenant.contents[name] = await _content(db, tenant.key, name, event)
    tokens = {post.author for post in tenant.contents.values()} | {doer_of(event)}
    tokens |= {value for value in event.data.values() if type(value) is int}
    people = [token for token in tokens if token is not None]
    tenant.members = {token: Member(token, 0, 0) for token in people}
    place = (tenant.key, people, event.offset)
    for row in await db.fetch(Q.roles_before, *place):
        tenant.members[row["member"]].roles[row["role"]] = row["until"]
    for row in await db.fetch(Q.levels_before, *place, event.log_time or event.arrived):
        tenant.members[row["member"]].ranks[row["ladder"]] = row["rank"]
    once = [word for word, rule in bound.by_word.items() if rule.once]
    for row in await db.fetch(Q.given_before, *place, once):
        tenant.members[row["member"]].once.append(row["rule"])


async def _content(db: Connection, community: int, name: str, event: Event) -> Content:
    content = Content(subject_of(name))
    row = await db.fetchrow(Q.content, community, content.subject)
    if row is not None and 0 <= row["offset"] < event.offset:
        content.author, content.kind = row["author"], row["kind"]
    if row is not None and row["changed"] < event.offset:
        content.removed, content.owned = row["removed"], row["owned"]
    return content
