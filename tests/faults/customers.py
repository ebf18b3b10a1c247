"""Customers of a club: they redeem, call off, complain, and are heard, while faults happen.

Whatever one of them wants is asked for under one id until it is answered for good, so that what
was promised is known to the end: `redeemed` and `cancelled` were answered 202.
"""

import asyncio
import random
from collections import Counter
from typing import Any

import aiohttp
import asyncpg

from tests.faults.checks import schema_of
from tests.faults.traffic import MEMBERS, PAUSE
from tests.support.client import Answer, Client

FOR_GOOD = (202, 404, 409)
"""Taken; nobody has heard of the member yet; refused."""
TRY_AGAIN = (429, 502, 503, 504)
BETWEEN = 0.15
"""Seconds between two wishes: the load, not a wait."""
COMPLAINTS = 60
"""So many at once open an incident."""


class Customers:
    """Of one community."""

    def __init__(self, seed: int, slug: str, client: Client) -> None:
        self._dice = random.Random(f"{seed}/customers/{slug}")
        self._client, self.slug = client, slug
        self._at = f"/v1/communities/{slug}"
        self.redeemed: list[str] = []
        self.cancelled: set[str] = set()
        self.unsure: set[str] = set()
        """Called off before, as the second answer said where the first was lost."""
        self.refused = 0
        self.resolved = 0

    async def run(self, over: asyncio.Event) -> None:
        """One wish after the other, until it is over."""
        await self._complain()
        number = 0
        while not over.is_set():
            number += 1
            await self._redeem(f"r{number}")
            if self.redeemed and self._dice.random() < 0.3:
                await self._call_off(self._dice.choice(self.redeemed))
            if number % 10 == 0:
                await self._hear()
            await asyncio.sleep(BETWEEN)

    async def _redeem(self, name: str) -> None:
        member = f"m{self._dice.randrange(MEMBERS)}"
        wish = {"member": member, "redemption": name}
        answer = await self._asked("POST", f"{self._at}/rewards/mug/redeem", wish)
        if answer.status == 202:
            self.redeemed.append(name)
        else:
            self.refused += 1

    async def _call_off(self, name: str) -> None:
        answer = await self._asked("POST", f"{self._at}/redemptions/{name}/cancel")
        (self.cancelled if answer.status == 202 else self.unsure).add(name)

    async def _complain(self) -> None:
        one = {"source": "desk", "community": self.slug, "type": "complaint.filed", "data": {}}
        batch = [one | {"id": f"c{n}", "member": f"m{n}"} for n in range(COMPLAINTS)]
        assert (await self._asked("POST", "/v1/actions", batch)).status == 202

    async def _hear(self) -> None:
        """Whoever is on duty closes what is open."""
        answer = await self._asked("GET", f"{self._at}/incidents", good=(200,))
        for incident in answer.body["items"]:
            if incident["state"] != "resolved":
                path = f"{self._at}/incidents/{incident['id']}/resolve"
                self.resolved += (await self._asked("POST", path)).status == 202

    async def _asked(
        self, method: str, path: str, body: Any = None, good: tuple[int, ...] = FOR_GOOD
    ) -> Answer:
        while True:
            try:
                answer = await self._client.call(method, path, body)
            except (aiohttp.ClientError, OSError, TimeoutError):
                answer = None
            if answer is not None and answer.status in good:
                return answer
            assert answer is None or answer.status in TRY_AGAIN, f"{path}: {answer}"
            await asyncio.sleep(PAUSE)


async def broken_promises(dsn: str, customers: list[Customers]) -> list[tuple[str, str, int]]:
    """Steps of redemptions that were answered 202 and are not in the tables once, and those that
    are there and nobody was promised: (community, redemption, state)."""
    db = await asyncpg.connect(dsn)
    try:
        rows = await db.fetch(
            f"SELECT slug, r.name, state FROM {await schema_of(db, 'incentives')}.redemption r"
            " JOIN hearth.communities USING (community)"
        )
    finally:
        await db.close()
    there = Counter((row["slug"], row["name"], row["state"]) for row in rows)
    promised = Counter((each.slug, name, 0) for each in customers for name in each.redeemed)
    promised.update((each.slug, name, 3) for each in customers for name in each.cancelled)
    unsure = {(each.slug, name, 3) for each in customers for name in each.unsure}
    return sorted(set(promised - there) | (set(there - promised) - unsure))
