"""What a member has earned: points, growth, level, badges; now or as of a time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.boards.view import Asked, board
from services.incentives.guards import view as pending
from services.incentives.levels.need import Ground, Totals
from services.incentives.levels.standing import LevelView, standing
from services.incentives.levels.store import load_totals
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.quests.view import QuestView, quests
from services.incentives.rewards.view import LotView, Purse, purses
from services.incentives.spaces.view import AccessView, open_spaces
from services.incentives.stars.view import StarView, stars
from services.incentives.state import Member, Words
from services.incentives.streaks.view import StreakView, streaks
from services.incentives.tiers.view import Standing, standings
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class BadgeView(BaseModel):
    """A badge that a member holds."""

    badge: str
    title: Any = ""
    class_: str = Field(default="", serialization_alias="class")
    set_: str = Field(default="", serialization_alias="set")
    at: str = Field(description="When first.")
    times: int = 1


class MemberView(BaseModel):
    """What a member has earned."""

    member: int = Field(description="Token.")
    since: str
    roles: list[str]
    points: int
    pending: int = Field(default=0, description="Points that are held and do not count yet.")
    growth: int
    accounts: dict[str, int]
    level: LevelView | None
    ladders: dict[str, LevelView] = Field(description="Every ladder; `level` is the first.")
    badges: list[BadgeView]
    streaks: list[StreakView] = []
    stars: list[StarView] = Field(default=[], description="The latest first.")
    available: dict[str, int] = Field(
        default={}, description="What can be spent now; empty without rewards, and of the past."
    )
    debts: dict[str, int] = Field(
        default={}, description="What a reversal took that was spent; to be earned back first."
    )
    lots: list[LotView] = Field(default=[], description="What expires; empty of the past.")
    quests: list[QuestView] = Field(default=[], description="Those that have begun.")
    spaces: list[AccessView] = Field(default=[], description="Graded spaces that are open to it.")
    tier: str | None = Field(default=None, description="Null until a day has closed.")
    lifecycle: str | None = Field(default=None, description="Null until a day has closed.")
    persona: str | None = None
    standing: Standing | None = Field(
        default=None, description="Tier, lifecycle and persona with the figures behind them."
    )


class MembersPage(BaseModel):
    """A part of the list of members."""

    rows: list[MemberView]
    next: tuple[int, int] | None = None


class _Read(NamedTuple):
    """What a page of members needs, read at once."""

    policy: Incentives
    words: Words
    now: int
    past: Past
    day: int
    """The local day of `now`."""
    totals: Totals


async def member(
    db: Connection, community: int, token: int, now: int, past: Past = NOW
) -> MemberView | None:
    """A member; None for one that nothing was heard of (by then)."""
    rows = await db.fetch(Q.some_members, community, [token])
    if not rows or rows[0]["since"] > past.at or rows[0]["since_offset"] > past.position:
        return None
    return (await _views(db, community, rows, now, past))[0]


async def members(
    db: Connection,
    community: int,
    now: int,
    after: tuple[int, int] | None,
    limit: int,
    sort: str | None = None,
) -> MembersPage:
    """Members by token, or with `sort` an account's name, the most first.

    `after` is `next` of the page before. Raises UnknownBoardError for an account there is not.
    """
    if sort is None:
        rows = await db.fetch(Q.members, community, after[1] if after else -1, limit)
        following = (0, rows[-1]["member"]) if len(rows) == limit else None
    else:
        asked = Asked(period="all", after=after, limit=limit)
        page = await board(db, community, sort, now, asked)
        order = [row.member for row in page.rows]
        found = await db.fetch(Q.some_members, community, order)
        by_token = {row["member"]: row for row in found}
        rows, following = [by_token[token] for token in order], page.next
    return MembersPage(rows=await _views(db, community, rows, now, NOW), next=following)


async def _views(
    db: Connection, community: int, rows: Sequence[Any], now: int, past: Past
) -> list[MemberView]:
    known = await policies.community(db, community)
    version = policies.current(known)
    policy = version.compiled if version else Incentives()
    moment = past.moment(now)
    day = clock.local_day(moment, known.zone_at(moment))
    totals = (await load_totals(db, [community])).get(community, {})
    read = _Read(policy, await policies.words(db, community), moment, past, day, totals)
    tokens = [row["member"] for row in rows]
    balances = await _balances(db, community, tokens, read)
    levels: dict[int, dict[int, Any]] = {token: {} for token in tokens}
    for row in await db.fetch(Q.levels, community, tokens, *past):
        levels[row["member"]][row["ladder"]] = row
    badges: dict[int, list[Any]] = {token: [] for token in tokens}
    for row in await db.fetch(Q.awards, community, tokens, *past[:2]):
        badges[row["member"]].append(row)
    kept = await streaks(db, community, tokens, (policy, read.words), day, past)
    held = await pending.points(db, community, tokens, read.words, past)
    begun = await quests(db, community, tokens, (policy, read.words), past)
    open_ = await open_spaces(db, community, tokens, (policy, read.words), past)
    starred = await stars(db, community, tokens, (policy, read.words), past)
    placed = await standings(db, community, tokens, past)
    states = [_state(row) for row in rows]
    now_only = states if past.is_now else ()
    spendable = await purses(db, community, now_only, (policy, read.words), day)
    roles = {} if past.is_now else await _roles(db, community, tokens, past)
    views = []
    for row, state in zip(rows, states, strict=True):
        token = row["member"]
        if not past.is_now:
            state.roles = roles[token]
        view = _view(state, balances[token], levels[token], badges[token], read)
        view.streaks = kept[token]
        purse = spendable.get(token, Purse())
        view.available, view.debts, view.lots = purse.available, purse.debts, purse.lots
        view.quests, view.stars, view.spaces = begun[token], starred[token], open_[token]
        view.pending = held.get(token, 0)
        if (standing := placed.get(token)) is not None:
            view.standing, view.persona = standing, standing.persona
            view.tier, view.lifecycle = standing.tier, standing.lifecycle
        views.append(view)
    return views


def _state(row: Any) -> Member:
    state = Member(row["member"], row["since"], row["since_offset"])
    state.unpack(row["state"])
    return state


async def _balances(
    db: Connection, community: int, tokens: list[int], read: _Read
) -> dict[int, dict[int, tuple[int, int]]]:
    found: dict[int, dict[int, tuple[int, int]]] = {token: {} for token in tokens}
    if not read.past.is_now:
        for row in await db.fetch(Q.accounts_at, community, tokens, *read.past[:2]):
            found[row["member"]][row["account"]] = (row["value"], row["value"])
        return found
    accounts = [read.words.ids[name] for name in read.policy.accounts if name in read.words.ids]
    for row in await db.fetch(Q.accounts, community, accounts, tokens):
        found[row["member"]][row["account"]] = (row["value"], row["earned"])
    return found


async def _roles(
    db: Connection, community: int, tokens: list[int], past: Past
) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {token: {} for token in tokens}
    for row in await db.fetch(Q.roles, community, tokens, *past[:2]):
        found[row["member"]][row["role"]] = row["until"]
    return found


def _view(
    state: Member,
    balances: Mapping[int, tuple[int, int]],
    levels: Mapping[int, Any],
    badges: Iterable[Any],
    read: _Read,
) -> MemberView:
    ids, names = read.words.ids, read.words.names
    accounts = {name: balances.get(ids.get(name, 0), (0, 0))[0] for name in read.policy.accounts}
    ground = Ground(state, read.day, read.now, read.words, read.totals)
    ladders = {
        name: standing(
            (name, ladder), ground, balances, levels.get(ids.get(f"ladder:{name}", 0)),
            now=read.past.is_now,
        )
        for name, ladder in read.policy.ladders.items()
    }  # fmt: skip
    return MemberView(
        member=state.token,
        since=clock.rfc3339(state.since),
        roles=sorted(role for role, until in state.roles.items() if until > read.now),
        points=accounts.get("points", 0),
        growth=accounts.get("growth", 0),
        accounts=accounts,
        level=next(iter(ladders.values()), None),
        ladders=ladders,
        badges=[_badge(row, names, read.policy) for row in badges],
    )


def _badge(row: Any, names: Mapping[int, str], policy: Incentives) -> BadgeView:
    name = names[row["badge"]].removeprefix("badge:")
    badge = policy.badges.get(name)
    return BadgeView(
        badge=name,
        title=badge.title if badge else name,
        class_=badge.class_ if badge else "",
        set_=badge.set_ if badge else "",
        at=clock.rfc3339(row["first"]),
        times=row["times"],
    )


async def count(db: Connection, community: int) -> int:
    """How many members are known."""
    return int(await db.fetchval(Q.count, community))
