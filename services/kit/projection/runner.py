"""A consumer process of a projection: a worker for each partition the group assigns to it."""

import asyncio
import time

import structlog

from services.kit.log.port import Log, LogError, Subscription
from services.kit.projection import generations, metrics
from services.kit.projection.batch import Communities
from services.kit.projection.definition import Projection, Texts
from services.kit.projection.partition import Partition
from services.kit.projection.seen import Seen
from services.kit.projection.transaction import FencedError
from services.kit.projection.worker import LARGEST_BATCH, Worker
from services.kit.runtime import database, garbage, sql

Q = sql.load(__file__)
logger = structlog.get_logger(__name__)
CONNECTIONS = 6
"""Partitions whose transactions run at once: folding one overlaps with writing others. Six instead
of three made a busy consumer a third faster; opened as they are needed."""

RECLAIM = 10.0
"""Seconds after which a fenced partition that was not taken from us is claimed again. Who fenced
us knows of no newer owner; by then the group has told one of us, unless that one is gone."""


class Runner:
    """Runs a projection. The one shape of all that runs: start, ready, stop."""

    def __init__(
        self,
        projection: Projection,
        dsn: str,
        log: Log,
        communities: Communities,
        texts: Texts,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self.projection = projection
        self._dsn, self._log = dsn, log
        self._communities, self._texts = communities, texts
        self._largest_batch = largest_batch
        self._pool: database.Pool | None = None
        self._subscription: Subscription | None = None
        self._workers: dict[int, Worker] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._measuring: asyncio.Task[None] | None = None
        self._failed: BaseException | None = None

    async def start(self) -> None:
        """Prepare tables and join the group; partitions come later. Raises what is away."""
        garbage.seldom()
        await generations.ensure_live(self._dsn, self.projection)
        self._pool = await database.pool(self._dsn, size=CONNECTIONS, synchronous=False)
        async with self._pool.acquire() as db:
            await Seen(self.projection.name).create(db)
        self._subscription = self._log.subscribe(f"hearth-{self.projection.name}", self)
        await self._subscription.start()
        self._measuring = asyncio.create_task(self._measure(), name="lag")

    async def stop(self) -> None:
        """Finish the batches in flight and leave the group. Stopping twice is safe."""
        subscription, self._subscription = self._subscription, None
        for worker in self._workers.values():
            worker.stop()  # one that waits to open would keep the subscription from leaving
        if subscription is not None:
            await subscription.stop()
        if self._measuring is not None:
            self._measuring.cancel()
            await asyncio.gather(self._measuring, return_exceptions=True)
        for partition in list(self._tasks):
            await self.revoked(partition)
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    @property
    def failed(self) -> BaseException | None:
        """Why this runner can no longer work; its process should end and be started anew."""
        return self._failed or (self._subscription.failed if self._subscription else None)

    @property
    def ready(self) -> bool:
        """Whether every partition held is being worked on, with database and log in reach."""
        return self.failed is None and all(worker.healthy for worker in self._workers.values())

    async def assigned(self, partition: int) -> int:
        """Take a partition over (Listener). Waits for a database or log that is away."""
        assert self._pool is not None  # noqa: S101 - started
        held = Partition(
            self.projection,
            partition,
            self._pool,
            self._log,
            self._communities,
            self._texts,
        )
        worker = Worker(held, self._log, self._largest_batch)
        self._workers[partition] = worker  # before it opens, which may take long, so it can stop
        following = await worker.open()
        self._tasks[partition] = asyncio.create_task(
            self._work(worker), name=f"{self.projection.name}-{partition}"
        )
        return following

    async def _work(self, worker: Worker) -> None:
        subscription = self._subscription
        try:
            while subscription is not None and not await self._worked(worker, subscription):
                await worker.open()
        except Exception as error:
            logger.exception(
                "stopped", projection=self.projection.name, partition=worker.held.number
            )
            self._failed = error

    async def _worked(self, worker: Worker, subscription: Subscription) -> bool:
        """Whether it worked until it was stopped; else the partition is to be claimed again."""
        try:
            await worker.run(subscription)
        except FencedError:
            logger.warning("fenced", projection=self.projection.name, partition=worker.held.number)
            await worker.pause(RECLAIM)
        return worker.stopping

    async def revoked(self, partition: int) -> None:
        """Let a partition go once its batch in flight has ended (Listener)."""
        worker, task = self._workers.pop(partition, None), self._tasks.pop(partition, None)
        if worker is not None:
            worker.stop()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)
        self._unmeasure(partition)

    def _unmeasure(self, partition: int) -> None:
        try:
            metrics.LAG_EVENTS.remove(self.projection.name, str(partition))
        except KeyError:
            return

    async def _measure(self) -> None:
        """Publish the lag, in events and in seconds, once a second."""
        while True:
            await asyncio.sleep(1)
            try:
                lags = [await worker.lag() for worker in list(self._workers.values())]
                await self._compare()
            except Exception as error:
                if not (database.is_away(error) or isinstance(error, LogError)):
                    raise
                continue
            waiting = [w.held.waiting_since for w in self._workers.values() if w.held.waiting_since]
            age = time.time() - min(waiting) / 1e6 if any(lags) and waiting else 0.0
            metrics.LAG_SECONDS.labels(self.projection.name).set(max(0.0, age))

    async def _compare(self) -> None:
        """Tell each worker where the tables say it is."""
        known = [(worker.held, worker.held.next) for worker in self._workers.values()]
        if self._pool is None or not known:
            return
        rows = await self._pool.fetch(Q.positions, self.projection.name)
        for held, before in known:
            for row in rows:
                if row["partition"] == held.number:
                    held.told(before, row["generation"], row["next"])

    def positions(self) -> dict[int, int]:
        """Next offset of each partition held."""
        return {partition: worker.held.next for partition, worker in self._workers.items()}
