"""Who calls, and which community they may touch: what every route asks first.

No key 401, a key that lacks the scope 403, and 404 for a community that does not exist or is
another tenant's, in the same words.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.api.context import Context, Here
from services.kit.access.key import Key, OutOfReachError, Scope
from services.kit.actions.envelope import SLUG_PATTERN
from services.kit.http.problem import Fault, ProblemError
from services.kit.registry.registry import Community, UnknownCommunityError

BIGGEST = 2**63 - 1
_bearer = HTTPBearer(auto_error=False, description="An API key: `hearth keys create`.")

Slug = Annotated[str, Path(pattern=SLUG_PATTERN, description="The community.")]
WaitFor = Annotated[
    str | None,
    Header(
        alias="Hearth-Wait-For",
        pattern="^(latest|[0-9]{1,18})$",
        description="Answer once this position is in the projections, or `latest`: all that the"
        " log has by now; at most 5 s.",
    ),
]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A community that the caller may touch, and the caller's key."""

    here: Context
    key: Key
    community: Community


async def _caller(
    request: Request,
    here: Here,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Key:
    return await here.keys.identify(request.headers.get("authorization"))


Caller = Annotated[Key, Depends(_caller)]


def caller_with(scope: Scope) -> Callable[[Key], Awaitable[Key]]:
    """The caller's key, which must have the scope."""

    async def checked(key: Caller) -> Key:
        key.require(scope)
        return key

    return checked


def tenant_with(scope: Scope) -> Callable[..., Awaitable[Tenant]]:
    """The community in the path, which the caller's key must reach with the scope."""

    async def reached(here: Here, key: Caller, community: Slug) -> Tenant:
        key.require(scope, community)
        try:
            return Tenant(here, key, await here.registry.community(community))
        except UnknownCommunityError:
            raise OutOfReachError(community) from None

    return reached


async def _claiming(key: Caller, community: Slug) -> Key:
    key.require(Scope.ADMIN, community)
    return key


_readable = tenant_with(Scope.READ)


async def _caught_up(
    request: Request, tenant: Annotated[Tenant, Depends(_readable)], position: WaitFor = None
) -> Tenant:
    refuse_unknown(request)
    if position is not None:
        partition = tenant.community.partition
        latest = position == "latest"
        wanted = await tenant.here.log.end(partition) - 1 if latest else int(position)
        await tenant.here.progress.wait(partition, wanted)
    return tenant


def refuse_unknown(request: Request) -> None:
    """400 for a parameter that the call does not take: leaving it out would answer another
    question than was asked, such as now instead of then."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = sorted(str(field.alias) for field in route.dependant.query_params)
    there_are = f"there are {', '.join(known)}" if known else "it takes none"
    found = [
        Fault(f"?{name}", f"this call takes no such parameter; {there_are}")
        for name in request.query_params
        if name not in known
    ]
    if found:
        detail = f"{found[0].pointer[1:]}: {found[0].detail}"
        raise ProblemError(400, "Wrong parameter", detail, found)


Reading = Annotated[Tenant, Depends(_caught_up)]
"""A read of a community; waits where the caller asks to read their own writes."""
Operating = Annotated[Tenant, Depends(tenant_with(Scope.OPERATE))]
Administering = Annotated[Tenant, Depends(tenant_with(Scope.ADMIN))]
Claiming = Annotated[Key, Depends(_claiming)]
"""The key of who makes or changes a community, which need not exist but must be within reach."""
Reader = Annotated[Key, Depends(caller_with(Scope.READ))]
Administrator = Annotated[Key, Depends(caller_with(Scope.ADMIN))]
