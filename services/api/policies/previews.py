"""Previews as a request can have them: one at a time in a process, and none that takes long."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from services.api.policies.models import Changed, Previewed
from services.api.reading.live import NotReadyError
from services.api.tokens import ERASED
from services.incentives.preview.commands import Change, Comparison, Preview, TooLongError
from services.incentives.shadow.commands import Shadow
from services.kit.http.problem import ProblemError
from services.kit.members.directory import Directory
from services.kit.projection.rebuild import BeginningGoneError
from services.kit.projection.replay import Sources
from services.kit.registry.registry import Community

LONGEST = 200_000
"""Records of the community's partition."""
SECONDS = 20.0
AT_ONCE = 500
"""Records a transaction: other requests wait for the folding of so many at the most."""
_NAMED = 1000
Compares = Callable[..., AbstractAsyncContextManager[Comparison]]


class Previews:
    """Gives each preview the process's one place."""

    def __init__(self, dsn: str, sources: Sources) -> None:
        self._dsn, self._sources = dsn, sources
        self._taken = False

    def of(
        self, community: Community, document: Mapping[str, Any]
    ) -> AbstractAsyncContextManager[Comparison]:
        """A finished preview. Raises ProblemError: 429 while there is another, 409 too long."""
        preview = Preview(self._dsn, self._sources, community, document)
        return self._alone(community, preview.run)

    def shadow(self, community: Community) -> Shadow:
        """The draft in the shadow of a community's policy."""
        return Shadow(self._dsn, self._sources, community)

    def of_shadow(self, community: Community) -> AbstractAsyncContextManager[Comparison]:
        """The shadow beside what is live; as a preview, and NoShadowError."""
        return self._alone(community, self.shadow(community).compare)

    @asynccontextmanager
    async def _alone(self, community: Community, run: Compares) -> AsyncIterator[Comparison]:
        if self._taken:
            detail = "Another preview is under way here. Send the same again when it is done."
            raise ProblemError(429, "One preview at a time", detail, headers={"Retry-After": "5"})
        self._taken = True
        patience = asyncio.timeout(SECONDS)
        try:
            async with patience, run(longest=LONGEST, at_once=AT_ONCE) as comparison:
                yield comparison
        except TooLongError as error:
            raise _too_long(community, str(error)) from None
        except TimeoutError:
            if not patience.expired():
                raise
            raise _too_long(community, f"more than {SECONDS:.0f} s") from None
        except LookupError as error:
            if type(error) is not LookupError:
                raise
            raise NotReadyError("incentives") from None
        except BeginningGoneError as error:
            raise ProblemError(409, "The log's beginning is gone", str(error)) from None
        finally:
            self._taken = False


def _too_long(community: Community, why: str) -> ProblemError:
    detail = (
        f"This history takes too long to replay in a request: {why}. On the server:"
        f" hearth policy preview FILE --community {community.slug}"
        " (and hearth policy publish for one that has to pass the gate, hearth policy shadow"
        " compare for one that runs in the shadow)."
    )
    return ProblemError(409, "Too long for a request", detail)


async def previewed(comparison: Comparison, directory: Directory, limit: int) -> Previewed:
    """The answer to who asked for a comparison."""
    rows = [row async for row in named(comparison, directory, limit)]
    return Previewed(
        position=comparison.position,
        raised=comparison.raised,
        totals=comparison.totals,
        changes=rows,
        more=comparison.totals.affected - len(rows),
    )


async def named(
    comparison: Comparison, directory: Directory, limit: int | None = None
) -> AsyncIterator[Changed]:
    """The rows of a comparison with the platform's ids in the place of tokens."""
    waiting: list[Change] = []
    async for change in comparison.changes(limit):
        waiting.append(change)
        if len(waiting) == _NAMED:
            for each in await _names(waiting, directory):
                yield each
            waiting = []
    for each in await _names(waiting, directory):
        yield each


async def _names(changes: list[Change], directory: Directory) -> list[Changed]:
    ids = await directory.names([change.member for change in changes])
    return [
        Changed(
            member=ids.get(change.member, ERASED),
            accounts=change.accounts,
            levels=change.levels,
            badges=change.badges,
        )
        for change in changes
    ]
