"""What a decision stands on, read in one snapshot: members, holds, stock, the policy of now."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec

from services.incentives.points.lots import lots_of, owed
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.rewards.deciding import Standing, debt, spendable
from services.incentives.state import Member, Words
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
KEPT = 256
"""Communities whose policies are kept."""
costs_of = msgspec.json.Decoder(dict[str, int]).decode


class Ground:
    """The state of one community that decisions of one batch are made on, one after another."""

    def __init__(self, policy: Incentives, day: int) -> None:
        self.policy = policy
        self.day = day
        """The local day."""
        self._balances: dict[tuple[int, str], int] = {}
        self._gone: dict[tuple[int, str], int] = {}
        self._spent: dict[tuple[int, str], int] = {}
        self._held: defaultdict[tuple[int, str], int] = defaultdict(int)
        self._taken: defaultdict[str, int] = defaultdict(int)
        self._own: defaultdict[tuple[int, str], int] = defaultdict(int)
        self._levels: dict[int, int] = {}

    def standing(self, member: int, reward: str) -> Standing:
        """A member before a reward, by now."""
        return Standing(
            self.available(member),
            self.debts(member),
            self._levels.get(member, 0) + 1,
            self._taken[reward],
            self._own[member, reward],
        )

    def available(self, member: int) -> dict[str, int]:
        """What the member may spend of each account."""
        return {
            name: spendable(
                self._balances.get((member, name), 0),
                account.floor,
                self._gone.get((member, name), 0),
                self._held[member, name],
            )
            for name, account in self.policy.accounts.items()
        }

    def debts(self, member: int) -> dict[str, int]:
        """How far below their floors accounts are; those that are not are left out."""
        found = {
            name: debt(self._balances[member, name], account.floor, self._spent[member, name])
            for name, account in self.policy.accounts.items()
            if (member, name) in self._spent
        }
        return {name: size for name, size in found.items() if size}

    def count(self, reward: str, taken: int) -> None:
        """Count what is taken of a reward."""
        self._taken[reward] += taken

    def taken(self, reward: str) -> int:
        """How many of a reward are taken."""
        return self._taken[reward]

    def left(self, reward: str) -> int | None:
        """How many of a reward there still are; None where there is no limit."""
        stock = self.policy.rewards[reward].stock
        return None if stock is None else max(0, stock - self._taken[reward])

    def take(self, member: int, reward: str, costs: Mapping[str, int]) -> None:
        """Hold what is now decided, before the next decision."""
        self._taken[reward] += 1
        self._own[member, reward] += 1
        for account, cost in costs.items():
            self._held[member, account] += cost

    async def read_stock(self, db: Connection, community: int, words: Words) -> None:
        """How many are taken, by what is folded and what is held."""
        by_word = {words.ids.get(f"reward:{name}"): name for name in self.policy.rewards}
        known = [word for word in by_word if word is not None]
        for row in await db.fetch(Q.taken, community, known):
            self.count(by_word[row["reward"]], row["taken"] or 0)
        for row in await db.fetch(Q.held_stock, community):
            self.count(row["reward"], row["held"])

    async def read_members(
        self, db: Connection, community: int, words: Words, tokens: Sequence[int]
    ) -> None:
        """What members have, hold, and have taken before."""
        accounts = {words.ids[n]: n for n in self.policy.accounts if n in words.ids}
        for row in await db.fetch(Q.members, community, list(accounts), tokens):
            if row["account"] is None:
                continue
            name = accounts[row["account"]]
            self._balances[row["member"], name] = row["value"]
            member = Member(row["member"], row["since"], row["since_offset"])
            member.unpack(row["state"])
            self._keep(member, name, row["account"])
        for row in await db.fetch(Q.held, community, tokens):
            self._own[row["member"], row["reward"]] += 1
            for account, cost in costs_of(row["costs"]).items():
                self._held[row["member"], account] += cost

    async def read_limits(
        self, db: Connection, community: int, words: Words, tokens: Sequence[int]
    ) -> None:
        """How many members have taken before, and their levels: where any reward asks."""
        rewards = self.policy.rewards.values()
        if any(reward.per_member for reward in rewards):
            for row in await db.fetch(Q.own, community, tokens):
                name = words.names[row["reward"]].removeprefix("reward:")
                self._own[row["member"], name] += row["own"]
        if any(reward.level for reward in rewards):
            ladder = next((words.ids.get(f"ladder:{name}", 0) for name in self.policy.ladders), 0)
            for row in await db.fetch(Q.ranks, community, ladder, tokens):
                self._levels[row["member"]] = row["rank"]

    def _keep(self, member: Member, name: str, account: int) -> None:
        gone = sum(size for day, size in lots_of(member, account) if day <= self.day)
        self._gone[member.token, name] = gone
        if spent := owed(member, account):
            self._spent[member.token, name] = spent


class Policies:
    """The policies of communities, read anew where they have changed."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[object, Community[Incentives]]] = OrderedDict()

    async def of(self, db: Connection, community: int) -> Community[Incentives]:
        """A community's policies and zones; `db` looks at the live tables."""
        row = await db.fetchrow(Q.policy_mark, community)
        mark = None if row is None else tuple(row)
        kept = self._known.get(community)
        if kept is not None and kept[0] == mark:
            return kept[1]
        found = await policies.community(db, community)
        self._known[community] = (mark, found)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found


async def ground(
    db: Connection, community: int, now: int, tokens: Collection[int], known: Policies
) -> Ground:
    """Read it. `db` is in a snapshot that looks at the live tables."""
    told = await known.of(db, community)
    version = told.policy_at(now)
    policy = version.compiled if version else Incentives()
    found = Ground(policy, clock.local_day(now, told.zone_at(now)))
    if policy.rewards:
        words = await policies.words(db, community)
        await found.read_stock(db, community, words)
        await found.read_members(db, community, words, list(tokens))
        await found.read_limits(db, community, words, list(tokens))
    return found
