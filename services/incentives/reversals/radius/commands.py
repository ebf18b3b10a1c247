"""What an order would change, before it is given: the fold's own work on a copy, nothing written.

One member after another is brought into memory, the parts of the order are folded there, and what
they did is added up and forgotten.
"""

from collections import Counter

from services.incentives import store
from services.incentives.content.reach import ORDERED
from services.incentives.engine import Engine, Known
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.reversals import store as orders
from services.incentives.reversals.loading import Found, Wanted, parts
from services.incentives.reversals.radius.report import Hit, Radius, Standing, Sum
from services.incentives.reversals.radius.shelves import Shelves
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
Had = tuple[dict[int, int], dict[int, int]]


class Trial:
    """A copy of what is live, as far as an order reaches."""

    def __init__(self, tenant: Tenant, known: Known, wanted: Wanted, now: int) -> None:
        self.tenant, self.known = tenant, known
        self._wanted, self._now = wanted, now
        self._engine = Engine(silent=True)
        self.shelves = Shelves(known)
        self.sums: dict[int, Sum] = {}

    async def member(self, db: Connection, token: int, found: Found) -> Hit:
        """Fold a member's parts. Afterwards the member is forgotten."""
        await store.load_members(db, self.tenant, [token])
        person = self.tenant.members[token]
        before, entries = _had(person), 0
        for _, positions in parts({token: found[token]}):
            event = self._event(token, positions)
            await orders.load(db, self.tenant, [event])
            self._engine.fold(event, self.tenant, self.known)
            entries += self._add_up()
        hit = await self._hit(db, person, before, found[token])
        self.tenant.members.clear()
        return hit.model_copy(update={"entries": entries})

    def _event(self, token: int, positions: object) -> Event:
        data = {"reversal": "", "selection": "", "positions": positions}
        data |= {"rules": self._wanted.rules} if self._wanted.rules else {}
        return Event(
            type=ORDERED,
            id="",
            source="hearth",
            time=self._now,
            arrived=self._now,
            member=token,
            data=data,
            offset=orders.FAR,
            key=self.tenant.key,
            log_time=self._now,
            uid=bytes(16),
        )

    def _add_up(self) -> int:
        """Take in the entries that were made, and throw them away; how many."""
        entries = self._engine.book.entries
        for entry in entries:
            account, member, at, asked, granted = (int(entry[i] or 0) for i in (2, 4, 5, 6, 7))
            of = self.sums.setdefault(account, Sum(taken=0))
            of.taken -= granted
            of.stays += granted - asked
            self.shelves.add(account, member, at, -granted)
        count = len(entries)
        entries.clear()
        self._engine.outcome.rows.clear()
        self._engine.outcome.levels.clear()
        self._engine.outcome.awards.clear()
        self.tenant.end_segment()
        return count

    async def _hit(self, db: Connection, person: Member, had: Had, positions: object) -> Hit:
        key, names, after = self.tenant.key, self.tenant.words.names, _had(person)
        badges = await db.fetch(Q.badges, key, person.token, positions)
        spent = await db.fetch(Q.spent, key, person.token, self._wanted.started)
        rewards = Counter(names[row["reward"]].partition(":")[2] for row in spent)
        return Hit(
            member=person.token,
            entries=0,
            accounts={
                names[word]: Standing(before=had[0].get(word, 0), after=value)
                for word, value in after[0].items()
                if value != had[0].get(word, 0)
            },
            levels={
                names[word].partition(":")[2]: Standing(
                    before=had[1].get(word, 0) + 1, after=rank + 1
                )
                for word, rank in after[1].items()
                if rank != had[1].get(word, 0)
            },
            badges={names[row["badge"]].partition(":")[2]: row["times"] for row in badges},
            redeemed=dict(rewards),
            held=await db.fetchval(Q.held, key, person.token),
        )


def _had(person: Member) -> Had:
    return {word: each.balance for word, each in person.accounts.items()}, dict(person.ranks)


async def radius(
    db: Connection, community: int, wanted: Wanted, found: Found, now: int, limit: int
) -> Radius:
    """What taking back what was found would change. `db` looks at the live tables, in a snapshot.

    `limit` is how many members are named.
    """
    known = await policies.community(db, community)
    words = await policies.words(db, community)
    trial = Trial(Tenant(community, words.names), known, wanted, now)
    told = Radius(
        entries=0, members=len(found), known_at=wanted.known, accounts={}, levels_lost=0,
        indebted=0, badges={}, redeemed={}, held=0, boards=[], rows=[],
    )  # fmt: skip
    for token in found:
        _take_in(told, await trial.member(db, token, found), limit)
    version = policies.current(known)
    names = trial.tenant.words.names
    told.accounts = {names[word]: each for word, each in sorted(trial.sums.items())}
    policy = version.compiled if version else Incentives()
    told.boards = trial.shelves.hits(policy, names)
    told.rows = first(told.rows, limit)
    return told


def _take_in(told: Radius, hit: Hit, limit: int) -> None:
    told.entries += hit.entries
    told.levels_lost += any(each.after < each.before for each in hit.levels.values())
    told.indebted += any(each.after < 0 for each in hit.accounts.values())
    told.badges = dict(Counter(told.badges) + Counter(hit.badges))
    told.redeemed = dict(Counter(told.redeemed) + Counter(hit.redeemed))
    told.held += hit.held
    told.rows.append(hit)
    if len(told.rows) > 2 * limit:
        told.rows = first(told.rows, limit)


def first(rows: list[Hit], limit: int) -> list[Hit]:
    """Those who lose the most of an account."""

    def lost(hit: Hit) -> tuple[int, int]:
        most = max((each.before - each.after for each in hit.accounts.values()), default=0)
        return -most, hit.member

    return sorted(rows, key=lost)[:limit]
