"""What the fold reads of redemptions before a segment's actions are folded."""

from collections.abc import Iterable

import msgspec

from services.incentives.points.lots import Lot
from services.incentives.rewards.redemption import Redemption, State, id_of
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
unpack = msgspec.msgpack.Decoder(list[tuple[int, int, list[Lot]]]).decode


async def load(db: Connection, tenant: Tenant, events: Iterable[Event]) -> set[int]:
    """Bring the redemptions that actions name into memory; the members they are of."""
    names, codes, rewards = set(), set(), set()
    for event in events:
        if event.type.startswith("reward."):
            names.add(event.data.get("redemption"))
            rewards.add(tenant.words.ids.get(f"reward:{event.data.get('reward')}", 0))
        elif event.type == "order.paid" and "coupon" in event.data:
            codes.add(event.data["coupon"])
    if not names and not codes:
        return set()
    ids = [id_of(name) for name in names if isinstance(name, str)]
    for row in await db.fetch(Q.redemptions, tenant.key, ids, [c for c in codes if c]):
        redemption = Redemption(row["name"], row["member"], row["reward"], State(row["begun"]))
        redemption.state = State(row["state"])
        redemption.code, redemption.last_day = row["code"], row["last_day"]
        redemption.paid = unpack(row["paid"])
        tenant.shelf.add(redemption)
    found = tenant.shelf.redemptions.values()
    rewards |= {each.reward for each in found}
    for row in await db.fetch(Q.taken, tenant.key, sorted(rewards)):
        tenant.shelf.taken[row["reward"]] = row["taken"] or 0
    return {each.member for each in found}
