"""Reading one's own writes: waiting until the projections have passed a position.

One query loop serves every waiting request, and none runs while nobody waits.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

from services.kit.http.problem import Fault, ProblemError
from services.kit.runtime import database, sql

Q = sql.load(__file__)
PROJECTIONS = ("incentives", "alerts")
PATIENCE = 5.0
"""Seconds a read waits."""
LOOK_EVERY = 0.01


@dataclass(eq=False, slots=True)
class _Waiter:
    partition: int
    position: int
    done: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Progress:
    """How far the live projections are. `reached` gives the first position not yet folded."""

    def __init__(self, pool: database.Pool, patience: float = PATIENCE) -> None:
        self._pool, self._patience = pool, patience
        self._next: dict[tuple[str, int], int] = {}
        self._waiters: set[_Waiter] = set()
        self._looking: asyncio.Task[None] | None = None
        self.looked = asyncio.Event()
        """Set once somebody waited and was looked for."""

    async def wait(self, partition: int, position: int) -> None:
        """Return once all projections have folded `position`. Raises ProblemError 504."""
        if self._passed(partition, position):
            return
        waiter = _Waiter(partition, position)
        self._waiters.add(waiter)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="progress")
        try:
            async with asyncio.timeout(self._patience):
                await waiter.done
        except TimeoutError:
            raise self._too_late(partition, position) from None
        finally:
            self._waiters.discard(waiter)

    async def reached(self, partition: int) -> dict[str, int]:
        """Per projection the first position of the partition that it has not folded; 0 at first."""
        await self._refresh()
        return {name: self._next.get((name, partition), 0) for name in PROJECTIONS}

    async def stop(self) -> None:
        """Stop looking. Stopping twice is safe."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
            self._looking = None

    def _passed(self, partition: int, position: int) -> bool:
        return all(self._next.get((name, partition), 0) > position for name in PROJECTIONS)

    async def _refresh(self) -> None:
        for row in await self._pool.fetch(Q.positions):
            self._next[row["projection"], row["partition"]] = row["next"]

    async def _look(self) -> None:
        while self._waiters:
            try:
                await self._refresh()
            except Exception as error:  # noqa: BLE001 - whoever waits is told
                self._tell(error)
                return
            for waiter in self._waiters:
                if self._passed(waiter.partition, waiter.position) and not waiter.done.done():
                    waiter.done.set_result(None)
            self.looked.set()
            await asyncio.sleep(LOOK_EVERY)

    def _tell(self, error: Exception) -> None:
        for waiter in self._waiters:
            if not waiter.done.done():
                waiter.done.set_exception(error)

    def _too_late(self, partition: int, position: int) -> ProblemError:
        reached = {name: self._next.get((name, partition), 0) - 1 for name in PROJECTIONS}
        told = ", ".join(f"{name} {at}" for name, at in reached.items())
        return ProblemError(
            504,
            "Not there yet",
            f"Position {position} was not reached within {self._patience:g} s; reached are {told}."
            " Ask again, or without Hearth-Wait-For.",
            [Fault(":Hearth-Wait-For", f"{name} has reached {at}") for name, at in reached.items()],
            {"Retry-After": "1", "Hearth-Position": str(min(reached.values()))},
        )
