"""Load and write: the statements of the fold."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from services.incentives.arrays import literal
from services.incentives.boards import store as boards
from services.incentives.content.reach import subject_of
from services.incentives.engine import Engine
from services.incentives.features import features
from services.incentives.levels import store as levels
from services.incentives.points.original import Original
from services.incentives.referrals.chain import invited
from services.incentives.referrals.definition import MOST_STEPS
from services.incentives.state import KEPT_WINDOWS, Balance, Content, Member, Words
from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
LEDGER = (
    "community", "n", "account", "offset", "member", "at", "asked", "granted", "balance", "rule",
    "limited_by", "why", "version", "about_offset", "about_n", "subject", "key",
)  # fmt: skip
LEVELS = ("community", "ladder", "rank", "was", "offset", "member", "at")
AWARDS = ("community", "badge", "offset", "member", "at", "subject")
ROLES = ("community", "offset", "member", "at", "until", "role")

_pack = msgspec.msgpack.Encoder(order="deterministic").encode
_unpack = msgspec.msgpack.Decoder(tuple[dict[str, int], list[int]]).decode


async def load_words(db: Connection, keys: Sequence[int]) -> dict[int, dict[int, str]]:
    """The words of some communities."""
    words: dict[int, dict[int, str]] = {key: {} for key in keys}
    for row in await db.fetch(Q.words, list(keys)):
        words[row["community"]][row["word"]] = row["name"]
    return words


async def load_tenants(db: Connection, keys: Sequence[int]) -> dict[int, Tenant]:
    """Communities with their words and what is counted of them, without members and posts."""
    words, totals = await load_words(db, keys), await levels.load_totals(db, keys)
    tenants = {key: Tenant(key, words[key]) for key in keys}
    for key, counted in totals.items():
        tenants[key].totals = counted
    return tenants


async def load_contents(db: Connection, tenant: Tenant, names: Iterable[str]) -> None:
    """Bring posts into memory; those nobody spoke of become empty ones."""
    known = tenant.contents
    unknown = [name for name in names if name not in known]
    missing = {name: Content(subject_of(name)) for name in unknown if tenant.content(name) is None}
    if not missing:
        return
    by_subject = {content.subject: content for content in missing.values()}
    for row in await db.fetch(Q.contents, tenant.key, list(by_subject)):
        content = by_subject[row["subject"]]
        content.author, content.offset = row["author"], row["offset"]
        content.views, content.kind, content.made = row["views"], row["kind"], row["made"]
        content.changed = row["changed"]
        content.removed, content.owned = row["removed"], row["owned"]
        content.tallies, content.awarded = _unpack(row["tallies"])
    tenant.contents.update(missing)


async def load_members(db: Connection, tenant: Tenant, tokens: Iterable[int]) -> None:
    """Bring members and their accounts into memory; strangers become unmet ones."""
    unknown = [token for token in tokens if token not in tenant.members]
    missing = {token: Member(token, 0, -1) for token in unknown if tenant.member(token) is None}
    if not missing:
        return
    known = []
    for row in await db.fetch(Q.members, tenant.key, literal(list(missing))):
        member = missing[row["member"]]
        member.since, member.since_offset = row["since"], row["since_offset"]
        member.check = row["check_day"]
        member.unpack(row["state"])
        known.append(row["member"])
    if known:
        # By account too, because the key has it first; a policy has few.
        accounts = [word for word, name in tenant.words.names.items() if ":" not in name]
        for row in await db.fetch(Q.balances, tenant.key, accounts, literal(known)):
            missing[row["member"]].accounts[row["account"]] = _balance(row)
    tenant.members.update(missing)


async def load_chains(db: Connection, tenant: Tenant, members: dict[int, int]) -> None:
    """Bring in members, and the chains of those who invited them, which are added to `members`."""
    fresh = dict(members)
    for _ in range(MOST_STEPS + 1):
        await load_members(db, tenant, fresh)
        found = ((invited(tenant.members[token]), at) for token, at in fresh.items())
        fresh = {each.by: at for each, at in found if each and each.by not in members}
        if not fresh:
            return
        members.update(fresh)


def _balance(row: Any) -> Balance:
    balance = Balance(row["account"], row["all"], row["earned"])
    balance.sums = [row["day"], row["week"], row["month"]]
    balance.keys = [row["day_key"], row["week_key"], row["month_key"]]
    balance.stored = (*balance.sums, *balance.keys, balance.balance)
    return balance


async def load_holders(db: Connection, tenant: Tenant, names: Sequence[str]) -> None:
    """Learn whose some held entries are."""
    rows = await db.fetch(Q.holders, tenant.key, list(names))
    tenant.holders.update((row["name"], row["member"]) for row in rows)


async def load_due(db: Connection, tenant: Tenant, day: int) -> None:
    """Bring in the members whose level time alone may have taken by a local day."""
    rows = await db.fetch(Q.due_checks, tenant.key, day)
    await load_members(db, tenant, [row["member"] for row in rows])


async def load_past_caps(db: Connection, tenant: Tenant, tokens: Sequence[int]) -> None:
    """Bring back the windows that the state of some members no longer holds."""
    for row in await db.fetch(Q.past_caps, tenant.key, literal(tokens)):
        used = tenant.members[row["member"]].used.setdefault(row["cap"], {})
        used.setdefault(row["window_start"], row["used"])


async def load_causes(db: Connection, tenant: Tenant, subjects: Iterable[bytes]) -> None:
    """Bring in all entries about some subjects."""
    wanted = list(subjects)
    tenant.causes.update((subject, []) for subject in wanted)
    originals = originals_of(await db.fetch(Q.causes, tenant.key, wanted), tenant.words)
    for original in originals.values():
        if original.subject is not None:
            tenant.causes[original.subject].append(original)


async def load_cut(
    db: Connection,
    tenant: Tenant,
    place: tuple[int, int],
    span: tuple[int, int],
    accounts: Iterable[int],
) -> None:
    """Bring in what caps had cut of a member on a day, which `span` begins and ends.

    Shares the originals that `load_causes` brought.
    """
    member, day = place
    rows = await db.fetch(Q.cut, tenant.key, member, span[0])
    held = {(o.offset, o.n): o for originals in tenant.causes.values() for o in originals}
    originals = originals_of(rows, tenant.words)
    for account in accounts:
        tenant.cut[(member, account, day)] = [
            held.get(at, original)
            for at, original in originals.items()
            if original.account == account
            and span[0] <= original.at < span[1]
            and original.asked > original.net
        ]


def originals_of(rows: Iterable[Any], words: Words) -> dict[tuple[int, int], Original]:
    """Originals from rows of the ledger in order, later entries about them taken in."""
    found: dict[tuple[int, int], Original] = {}
    for row in rows:
        if row["why"] == 0:
            place = (row["offset"], row["n"])
            who = (row["member"], row["account"], row["rule"])
            amounts, cause = (row["asked"], row["granted"]), (row["subject"], row["key"])
            limit = words.names.get(row["limited_by"] or 0, "")
            # What a guard stopped, or a break lost: no room under a cap is for that.
            stopped, waiting = limit.startswith(("guard:", "lost:")), limit.startswith("held:")
            found[place] = Original(
                place, who, row["at"], amounts, cause, stopped=stopped, waiting=waiting
            )
        elif (original := found.get((row["about_offset"], row["about_n"]))) is not None:
            original.take(row["why"], row["granted"], row["asked"])
    return found


async def write_tenant(db: Connection, tenant: Tenant, *, ranked: bool = True) -> None:
    """Write what changed of one community; `ranked` with the boards, which only readers need."""
    key = tenant.key
    if tenant.words.fresh:
        names = [tenant.words.names[word] for word in tenant.words.fresh]
        await db.execute(Q.put_words, key, tenant.words.fresh, names)
        tenant.words.fresh = []
    if tenant.dirty_contents:
        await _write_contents(db, tenant)
        tenant.dirty_contents = []
    if tenant.dirty_members:
        await _write_members(db, tenant)
    if tenant.dirty_balances:
        await (_write_ranked if ranked else _write_balances)(db, tenant)
        tenant.dirty_balances = []
    await levels.write_totals(db, tenant)


async def _write_contents(db: Connection, tenant: Tenant) -> None:
    contents = sorted(tenant.dirty_contents, key=attrgetter("subject"))
    for content in contents:
        content.dirty = False
    numbers = ("author", "offset", "views", "changed", "removed", "owned")
    await db.execute(
        Q.put_contents,
        tenant.key,
        [content.subject for content in contents],
        *(literal(list(map(attrgetter(name), contents))) for name in numbers),
        [content.kind for content in contents],
        [content.made for content in contents],
        [_pack((content.tallies, content.awarded)) for content in contents],
    )
    tenant.dirty_contents = []


async def _write_members(db: Connection, tenant: Tenant) -> None:
    members = sorted(tenant.dirty_members, key=attrgetter("token"))
    past: list[tuple[int, ...]] = []
    for member in members:
        member.dirty = False
        for cap, used in member.used.items():
            if len(used) > KEPT_WINDOWS:
                gone = sorted(used)[:-KEPT_WINDOWS]
                past += [(member.token, cap, window, used.pop(window)) for window in gone]
    numbers = ("token", "since", "since_offset", "check")
    columns = (literal(list(map(attrgetter(name), members))) for name in numbers)
    states = [member.packed() for member in members]
    await db.execute(Q.put_members, tenant.key, *columns, states)
    if past:
        windows = map(literal, zip(*sorted(past), strict=True))
        await db.execute(Q.put_past_caps, tenant.key, *windows)
    tenant.dirty_members = []


async def _write_ranked(db: Connection, tenant: Tenant) -> None:
    await boards.load(db, tenant)
    await boards.begin_periods(db, tenant)
    boards.place(tenant)
    await _write_balances(db, tenant)
    await boards.write(db, tenant)


async def _write_balances(db: Connection, tenant: Tenant) -> None:
    rows = []
    for token, balance in tenant.dirty_balances:
        balance.dirty = False
        place = (balance.account, token)
        rows.append((*place, balance.balance, balance.earned, *balance.sums, *balance.keys))
    rows.sort()
    await db.execute(Q.put_balances, tenant.key, *map(literal, zip(*rows, strict=True)))


async def write_outcome(db: Connection, engine: Engine) -> None:
    """Write ledger and histories of all communities since the last write."""
    outcome = engine.outcome
    kept: list[tuple[str, tuple[str, ...], list[Any]]] = [
        ("ledger", LEDGER, engine.book.entries),
        ("level_history", LEVELS, outcome.levels),
        ("award", AWARDS, outcome.awards),
        ("role_history", ROLES, outcome.roles),
    ]
    for feature in features():
        kept += [(table, names, outcome.rows[table]) for table, names in feature.columns.items()]
    for table, columns, rows in kept:
        if rows:
            await db.copy_records_to_table(table, records=rows, columns=columns)
            rows.clear()
