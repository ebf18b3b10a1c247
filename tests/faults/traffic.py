"""Seeded traffic: each community a client of its own that sends in order and forgets nothing.

A client sends its next batch once the last was answered 2xx, and the same batch again until it
is; some batches it sends once more later, as platforms do. What was answered 2xx is in `acked`.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.client import Client

MEMBERS = 200
AGAIN = 0.02
PAUSE = 0.1
"""Seconds before a refused batch is sent again."""

POLICY: dict[str, Any] = {
    "name": "faults",
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 1, "growth": 3}},
        {"name": "like", "on": "reaction.added", "author": {"points": 2}},
    ],
    "rewards": {"mug": {"cost": {"points": 2}, "stock": 6}},
}
STOCK: int = POLICY["rewards"]["mug"]["stock"]
ENTRIES = {"post.created": 2, "reaction.added": 1, "reward.redeemed": 1, "reward.cancelled": 1}
"""How many ledger entries an action of a type makes under that policy, once."""


@dataclass
class Speaker:
    """What one community's platform says, and what of it was acknowledged."""

    slug: str
    seed: str
    sent: int = 0
    acked: list[str] = field(default_factory=list)
    """Ids in the order of sending, each batch once it was answered 2xx."""

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._authors: list[int] = []
        self._liked: set[tuple[int, int]] = set()

    def batch(self) -> list[dict[str, Any]]:
        """The next actions, 1 to 100 of them."""
        return [self._action() for _ in range(self.random.choice((1, 20, 60, 100)))]

    def _action(self) -> dict[str, Any]:
        self.sent += 1
        action = {"id": str(self.sent), "source": "platform", "community": self.slug}
        dice = self.random.random()
        if dice < 0.01:
            return action | {"type": "complaint.filed", "member": self._anyone(), "data": {}}
        if dice < 0.5 and (like := self._like()) is not None:
            return action | like
        author = self.random.randrange(MEMBERS)
        self._authors.append(author)
        data = {"post": f"p{len(self._authors) - 1}", "text": "Good tea"}
        return action | {"type": "post.created", "member": f"m{author}", "data": data}

    def _anyone(self) -> str:
        return f"m{self.random.randrange(MEMBERS)}"

    def _like(self) -> dict[str, Any] | None:
        if not self._authors:
            return None
        post, by = self.random.randrange(len(self._authors)), self.random.randrange(MEMBERS)
        if self._authors[post] == by or (post, by) in self._liked:
            return None
        self._liked.add((post, by))
        data = {"target": f"p{post}", "kind": "like"}
        return {"type": "reaction.added", "member": f"m{by}", "data": data}


class Traffic:
    """All speakers together. `target` acknowledged actions end it, once `finish` was called.

    `think` is how many seconds a client takes between two batches: the load, not a wait.
    """

    def __init__(self, seed: int, communities: int, target: int, think: float = 0.1) -> None:
        self.speakers = [Speaker(f"club{n}", f"{seed}/{n}") for n in range(communities)]
        self.target, self.acked, self.again = target, 0, 0
        self._think = think
        self.answers: Counter[str] = Counter()
        self.by_minute: Counter[int] = Counter()
        self.began = 0.0
        self.took = 0.0
        self.over = asyncio.Event()
        self._finishing = False
        self._moved = asyncio.Condition()

    async def prepare(self, client: Client) -> None:
        """Make the communities and publish the policy."""
        for speaker in self.speakers:
            body = {"name": speaker.slug, "type": "interest", "time_zone": "Asia/Shanghai"}
            await client.put(f"/v1/communities/{speaker.slug}", body)
            await client.post(f"/v1/communities/{speaker.slug}/policies", POLICY)

    async def run(self, clients: list[Client]) -> None:
        """Speak until the target is reached and nothing more is to happen meanwhile."""
        self.began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            for speaker, client in zip(self.speakers, itertools.cycle(clients)):
                tasks.create_task(self._speak(speaker, client))
        self.took = asyncio.get_running_loop().time() - self.began
        self.over.set()

    def finish(self) -> None:
        """Nothing more will happen: end at the target."""
        self._finishing = True

    async def reached(self, acked: int) -> None:
        """Until so many actions were acknowledged."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.acked >= acked)

    def progress(self) -> float:
        """The slowest whole minute's share of the mean; 1.0 where there was none."""
        whole = int(self.took // 60)
        if whole < 1:
            return 1.0
        mean = self.acked / self.took * 60
        return min(self.by_minute[minute] for minute in range(whole)) / mean

    async def _speak(self, speaker: Speaker, client: Client) -> None:
        while not (self._finishing and self.acked >= self.target):
            batch = speaker.batch()
            await self._until_taken(client, batch)
            speaker.acked += [action["id"] for action in batch]
            await self._count(len(batch))
            await asyncio.sleep(self._think)
            if speaker.random.random() < AGAIN:
                self.again += len(batch)
                await self._until_taken(client, batch)

    async def _count(self, taken: int) -> None:
        self.acked += taken
        self.by_minute[int((asyncio.get_running_loop().time() - self.began) // 60)] += taken
        async with self._moved:
            self._moved.notify_all()

    async def _until_taken(self, client: Client, batch: list[dict[str, Any]]) -> None:
        while not await self._taken(client, batch):  # noqa: ASYNC110 - others must come back
            await asyncio.sleep(PAUSE)

    async def _taken(self, client: Client, batch: list[dict[str, Any]]) -> bool:
        try:
            answer = await client.call("POST", "/v1/actions", batch)
        except (aiohttp.ClientError, OSError, TimeoutError):
            self.answers["broken off"] += 1
            return False
        self.answers[str(answer.status)] += 1
        assert answer.status in (202, 429, 502, 503), f"{answer.status}: {answer.body}"
        if answer.status in (429, 503):
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["content-type"] == "application/problem+json"
        return answer.status == 202


def pairs(speakers: list[Speaker]) -> Iterator[tuple[str, list[str]]]:
    """Community and what was acknowledged of it."""
    for speaker in speakers:
        yield speaker.slug, speaker.acked
