"""Reading a projection's tables: one snapshot of the generation that is live.

A rebuild flips generations between two requests or in the middle of one. So a reader looks up
the live one inside its own transaction, which sees one moment throughout.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.kit.http.problem import ProblemError
from services.kit.runtime import database, sql

Q = sql.load(__file__)


class NotReadyError(ProblemError):
    """503: the consumer has not made its tables yet, or not all that this release reads."""

    def __init__(self, projection: str) -> None:
        detail = (
            f"The consumer {projection} of this release has not run yet; start:"
            f" hearth serve {projection}"
        )
        super().__init__(503, "Not ready", detail, headers={"Retry-After": "1"})


class Views:
    """Connections that look at a projection's live tables."""

    def __init__(self, pool: database.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def of(self, projection: str) -> AsyncIterator[database.Connection]:
        """A read-only snapshot; `projection` is a name of ours and not a caller's.

        Raises NotReadyError before the projection's first run, and where the live tables are of
        an earlier release and lack what is read.
        """
        async with self._pool.acquire() as db:
            try:
                # Both in one round trip, and not by the driver's transaction, which takes two.
                status = await db.execute(Q.look_at.format(projection=projection))
                if status.endswith(" 0"):
                    raise NotReadyError(projection)
                yield db
            except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
                raise NotReadyError(projection) from error
            finally:
                if not db.is_closed() and db.is_in_transaction():
                    await db.execute("COMMIT")
