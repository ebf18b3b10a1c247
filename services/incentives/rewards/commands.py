"""Redeeming: decided where stock and balances are held, for all who ask at once in one go.

A community's decisions are made one batch after another, under a lock that holds across processes,
each on one snapshot of the live tables and of the holds. Hold and action are committed durably
together; then the action is appended to the log, and its position is the answer. Whoever dies in
between leaves the action in the outbox; asked again, the same redemption is the same decision.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.incentives.policy import view as policies
from services.incentives.rewards.deciding import Reason, Refusal, refusal
from services.incentives.rewards.definition import Reward
from services.incentives.rewards.loading import Ground, Policies, costs_of, ground
from services.incentives.rewards.redemption import OPEN, State, id_of
from services.incentives.rewards.store import unpack
from services.incentives.rewards.writing import Decision, Outbox, Sending, note_sent, put
from services.kit.actions.envelope import Action, one_adapter
from services.kit.actions.journal import Journal
from services.kit.log.port import Entry, Log
from services.kit.projection.definition import Connection
from services.kit.registry.registry import Community
from services.kit.runtime import clock, database, sql

__all__ = ["ClosedError", "Decision", "Desk", "NeverRanError", "RefusedError", "order_fits"]

Q = sql.load(__file__)
AT_ONCE = 200
"""Redemptions decided in one transaction."""
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class RefusedError(Exception):
    """The member may not have it; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


class ClosedError(Exception):
    """The redemption is over."""


class NeverRanError(Exception):
    """The projection has not made its tables yet."""


@dataclass(eq=False)
class _Wish:
    member: tuple[str, int]
    """Id and token."""
    reward: str
    redemption: str
    answer: "asyncio.Future[Decision]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def refuse(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def settle(self, decision: Decision) -> None:
        if not self.answer.done():
            self.answer.set_result(decision)


class Desk:
    """Start, stop; stopping twice is safe."""

    def __init__(self, dsn: str, journal: Journal, log: Log) -> None:
        self._dsn, self._journal = dsn, journal
        self._outbox = Outbox(dsn, log)
        self._policies = Policies()
        self._pool: database.Pool | None = None
        self._waiting: dict[int, list[_Wish]] = {}
        self._working: dict[int, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Begin to look for what others have left behind. Connections are opened when needed."""
        self._pool = await database.pool(self._dsn, size=4)
        await self._outbox.start()

    async def stop(self) -> None:
        """Finish what is being decided."""
        await self._outbox.stop()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def redeem(
        self, community: Community, member: tuple[str, int], reward: str, redemption: str
    ) -> Decision:
        """The decision, once the log has it; `member` is an id and its token.

        Raises RefusedError, LookupError for an unknown reward, NeverRanError, LogUnavailableError
        (it may have been decided: ask again), and what a database that is away raises.
        """
        wish = _Wish(member, reward, redemption)
        self._waiting.setdefault(community.key, []).append(wish)
        if community.key not in self._working:
            task = asyncio.create_task(self._work(community), name=f"desk-{community.key}")
            self._working[community.key] = task
        return await wish.answer

    async def _work(self, community: Community) -> None:
        try:
            while waiting := self._waiting.pop(community.key, []):
                self._waiting[community.key] = waiting[AT_ONCE:]
                await self._serve(community, waiting[:AT_ONCE])
        finally:
            del self._working[community.key]

    async def _serve(self, community: Community, wishes: list[_Wish]) -> None:
        try:
            assert self._pool is not None  # noqa: S101 - started
            async with self._pool.acquire() as db:
                decided = await self._decide(db, community, wishes)
                await self._send(db, community, [decision for _, decision in decided])
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it
            for wish in wishes:
                wish.refuse(error)
        else:
            for wish, decision in decided:
                wish.settle(decision)

    async def _decide(
        self, db: Connection, community: Community, wishes: list[_Wish]
    ) -> list[tuple[_Wish, Decision]]:
        await db.execute(Q.lock, community.key)
        try:
            # The snapshot is taken under the lock, or it would not show the decision before.
            async with db.transaction(isolation="repeatable_read"):
                if await db.fetchval(Q.look_at) is None:
                    raise NeverRanError
                return await self._decide_all(db, community, wishes)
        finally:
            await db.execute(Q.unlock, community.key)

    async def _decide_all(
        self, db: Connection, community: Community, wishes: list[_Wish]
    ) -> list[tuple[_Wish, Decision]]:
        now = clock.now()
        known = await _known(db, community.key, [wish.redemption for wish in wishes])
        fresh = [wish for wish in wishes if wish.redemption not in known]
        asking = {wish.member[1] for wish in fresh}
        on = await ground(db, community.key, now, asking, self._policies) if fresh else None
        decided, made, actions = [], [], []
        for wish in wishes:
            decision = known.get(wish.redemption)
            if decision is None and on is not None:
                decision = _decided(wish, on, now)
                if decision is not None:
                    known[wish.redemption] = decision
                    made.append(decision)
                    actions.append(_action(community.slug, wish.member[0], decision, now))
            if decision is not None and _same(wish, decision):
                decided.append((wish, decision))
        if made:
            partition, entries = await self._journal.entries(community.slug, actions)
            for decision, entry in zip(made, entries, strict=True):
                decision.sending = Sending(partition, entry)
            await put(db, community.key, now, made)
        return decided

    async def _send(
        self, db: Connection, community: Community, decisions: Sequence[Decision]
    ) -> None:
        """Append what the log may not have, and remember where it is."""
        unsent = {each.redemption: each for each in decisions if each.sending is not None}
        if not unsent:
            return
        sendings = [each.sending for each in unsent.values() if each.sending is not None]
        entries = [sending.entry for sending in sendings]
        first = await self._journal.put(sendings[0].partition, entries)
        for number, decision in enumerate(unsent.values()):
            decision.position, decision.sending = first + number, None
        positions = range(first, first + len(entries))
        await note_sent(db, community.key, list(unsent), positions)


def _decided(wish: _Wish, on: Ground, now: int) -> Decision | None:
    """The decision on a wish; None where it is refused, which the wish is told."""
    reward = on.policy.rewards.get(wish.reward)
    token = wish.member[1]
    if reward is None:
        allowed = ", ".join(on.policy.rewards) or "none"
        wish.refuse(LookupError(f"no reward {wish.reward!r}; there are {allowed}"))
        return None
    why_not = refusal(reward, on.standing(token, wish.reward), now)
    if why_not is not None:
        wish.refuse(RefusedError(why_not))
        return None
    on.take(token, wish.reward, reward.cost)
    return Decision(
        wish.redemption, token, wish.reward, dict(reward.cost), _code(reward), _until(reward, on)
    )


def _same(wish: _Wish, decision: Decision) -> bool:
    """Whether what was decided under this id is what is asked for; else the wish is told."""
    if (decision.member, decision.reward) == (wish.member[1], wish.reward):
        return True
    detail = "another member or another reward was redeemed under this id"
    wish.refuse(RefusedError(Refusal(Reason.TAKEN, detail)))
    return False


def _code(reward: Reward) -> str | None:
    if reward.kind != "coupon":
        return None
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))


def _until(reward: Reward, on: Ground) -> str | None:
    last = reward.last_day(on.day)
    return None if last is None else clock.as_date(last).isoformat()


def _action(slug: str, member: str, decision: Decision, now: int) -> Action:
    data = {
        "reward": decision.reward,
        "redemption": decision.redemption,
        "costs": decision.costs,
        "code": decision.code,
        "valid_until": decision.valid_until,
    }
    return one_adapter().validate_python(
        {
            "id": f"redemption/{decision.redemption}",
            "source": "hearth",
            "type": "reward.redeemed",
            "community": slug,
            "member": member,
            "time": clock.moment(now),
            "data": {name: value for name, value in data.items() if value is not None},
        }
    )


async def _known(db: Connection, community: int, redemptions: Sequence[str]) -> dict[str, Decision]:
    """What was decided before of some redemptions; also of those long folded."""
    found: dict[str, Decision] = {}
    rows = await db.fetch(Q.redemptions, community, list(map(id_of, redemptions)), [])
    names = (await policies.words(db, community)).names if rows else {}
    for row in rows:
        # What was granted under this id is no redemption, so that no wish is the same.
        reward = names[row["reward"]].removeprefix("reward:") if row["begun"] == 0 else ""
        costs = {names[account]: cost for account, cost, _ in unpack(row["paid"])}
        last = row["last_day"]
        until = None if last is None else clock.as_date(last).isoformat()
        found[row["name"]] = Decision(
            row["name"], row["member"], reward, costs, row["code"], until, row["offset"]
        )
    for row in await db.fetch(Q.decided, community, redemptions):
        decision = Decision(
            row["redemption"],
            row["member"],
            row["reward"],
            costs_of(row["costs"]),
            row["code"],
            row["valid_until"],
            row["position"],
        )
        if decision.position is None:
            decision.sending = Sending(row["partition"], Entry(row["key"], row["value"]))
        found[decision.redemption] = decision
    return found


async def order_fits(db: Connection, community: int, redemption: str) -> None:
    """Whether a redemption can be fulfilled or cancelled; `db` looks at the live tables.

    Raises LookupError, ClosedError. The log may outrun it; the fold looks again.
    """
    rows = await db.fetch(Q.redemptions, community, [id_of(redemption)], [])
    if rows and rows[0]["state"] not in OPEN:
        raise ClosedError(f"it is {State(rows[0]['state']).name.lower()} already")
    if not rows:
        decided = await db.fetch(Q.decided, community, [redemption])
        if not decided or decided[0]["position"] is None:
            raise LookupError(f"no redemption {redemption!r}")
