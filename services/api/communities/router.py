"""`/v1/communities`: what there is, and creating or changing one; its platform connections."""

from typing import Any

from fastapi import APIRouter, Response

from services.api.bodies import StrictRoute
from services.api.callers import Claiming, Reader, Reading, Slug
from services.api.communities.announce import announce
from services.api.communities.counts import counts
from services.api.communities.models import (
    Communities,
    CommunityPut,
    Listed,
    Positions,
    Put,
    Shown,
)
from services.api.context import Context, Here
from services.api.openapi import READS, WRITES, problems
from services.api.policies.publishing import pass_gate
from services.api.reading import paging
from services.incentives.preview.commands import Names
from services.kit.http.problem import Fault, ProblemError
from services.kit.policy import library
from services.kit.registry.registry import DEFAULT_TIME_ZONE, Community, UnknownCommunityError
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities", tags=["communities"], route_class=StrictRoute)


@router.get("", responses=READS)
async def list_communities(
    here: Here, key: Reader, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Communities:
    """The communities that the key may touch."""
    after = paging.place(cursor, tuple[str])
    every = [each for each in await here.registry.communities() if key.reaches(each.slug)]
    rest = [each for each in every if after is None or each.slug > after[0]]
    shown = rest[:limit]
    more = paging.made(shown[-1].slug) if len(rest) > limit else None
    return Communities(items=[Listed(**_listed(each)) for each in shown], next=more)


@router.get("/{community}", responses=READS)
async def show_community(tenant: Reading) -> Shown:
    """What it is, how large, and how far its projections are."""
    here, community = tenant.here, tenant.community
    reached = await here.progress.reached(community.partition)
    positions = Positions(
        partition=community.partition,
        log=await here.log.end(community.partition) - 1,
        **{name: following - 1 for name, following in reached.items()},
    )
    return Shown(**_listed(community), counts=await counts(here, community), positions=positions)


@router.put(
    "/{community}",
    responses=WRITES | problems(429) | {201: {"model": Put, "description": "Created."}},
)
async def put_community(
    here: Here, key: Claiming, community: Slug, body: CommunityPut, response: Response
) -> Put:
    """Create it, or change it; the same again changes nothing. A policy is published with it.

    Where the present policy has a gate that asks for an approver, POST .../policies takes one.
    """
    document = _document(body.policy) if body.policy is not None else None
    if document is not None and (known := await _known(here, community)) is not None:
        await pass_gate(here, known, document, None, Names(key.name), author=key.id)
    changed, created = await _registered(here, community, body)
    if document is None and created:
        document = _default(changed.type)
    said = await announce(here, changed, document, by=key.name)
    response.status_code = 201 if created else 200
    response.headers["Hearth-Position"] = str(said.position)
    return Put(**_listed(changed), position=said.position)


async def _known(here: Context, slug: str) -> Community | None:
    try:
        return await here.registry.community(slug)
    except UnknownCommunityError:
        return None


async def _registered(here: Context, slug: str, body: CommunityPut) -> tuple[Community, bool]:
    known = await _known(here, slug)
    name = body.name or (known.name if known else slug)
    kind = body.type or (known.type if known else "interest")
    zone = body.time_zone or (known.time_zone if known else DEFAULT_TIME_ZONE)
    if known and (known.name, known.type, known.time_zone) == (name, kind, zone):
        return known, False
    return await here.registry.create_or_change(slug, name=name, type_=kind, time_zone=zone)


def _document(name: str) -> dict[str, Any]:
    try:
        return library.shipped(name)
    except library.UnknownPolicyError as error:
        raise ProblemError(
            422, "The request does not fit", str(error), [Fault("/policy", str(error))]
        ) from None


def _default(kind: str) -> dict[str, Any] | None:
    return library.shipped(kind) if kind in library.names() else None


def _listed(community: Community) -> dict[str, Any]:
    return {
        "community": community.slug,
        "name": community.name,
        "type": community.type,
        "time_zone": community.time_zone,
        "created_at": clock.rfc3339(community.created_at),
    }
