"""Badges as signed Open Badges 3.0, and what is public of who signs them."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.api.callers import Reading, Slug, Tenant, refuse_unknown
from services.api.certificates.router import Slug as BadgeName
from services.api.certificates.router import public_url
from services.api.context import Context, Here
from services.api.credentials.achievement import LIST_SIZE, Award, credential, status_list
from services.api.credentials.issuer import Issuer, Json, issuer
from services.api.members.router import Member
from services.api.openapi import PUBLIC, READS
from services.api.tokens import token_of
from services.incentives.badges import view
from services.kit.http.problem import ProblemError
from services.kit.registry.registry import UnknownCommunityError
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
of_members = APIRouter(prefix="/v1/communities/{community}/members", tags=["certificates"])
public = APIRouter(prefix="/v1/issuers/{community}", tags=["certificates"])
JWT = "application/vc+jwt"
Holder = Annotated[
    str | None,
    Query(
        max_length=300,
        pattern=r"^(did:[a-z0-9]+:|mailto:|urn:[a-z0-9-]+:)[!-~]+$",
        description="Who the badge is to be bound to, such as a wallet's DID or mailto:...",
    ),
]


@of_members.get(
    "/{member:path}/badges/{badge}/credential",
    responses={**READS, 200: {"content": {JWT: {}}, "description": "A compact JWT."}},
    response_class=Response,
)
async def show_credential(
    request: Request, tenant: Reading, member: Member, badge: BadgeName, holder: Holder = None
) -> Response:
    """The badge as a signed Open Badges 3.0 credential, for wallets and other sites."""
    here, community = tenant.here, tenant.community
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        held = await view.held(db, community.key, badge, token)
    if held is None or held.revoked is not None:
        raise ProblemError(404, "No such badge", "The member does not hold this badge.")
    signs = issuer(here.vault, public_url(request, here.public_url), community.slug)
    award = Award(
        badge=badge,
        title=held.title,
        description=held.description,
        class_=held.class_,
        at=clock.parse_rfc3339(held.at),
        member=member,
        community=community.name,
        place=await _place(tenant, token, badge, held.position),
        holder=holder,
        secret=here.vault.derived("credentials"),
    )
    return _jwt(signs, credential(award, signs))


async def _place(tenant: Tenant, token: int, badge: str, position: int) -> int:
    key = tenant.community.key
    async with tenant.here.pool.acquire() as db, db.transaction():
        await db.execute(Q.lock, key)
        await db.execute(Q.put, key, token, badge, position)
        return int(await db.fetchval(Q.place, key, token, badge, position))


@public.get(
    "/did.json",
    response_class=Response,
    responses={**PUBLIC, 200: {"content": {"application/did+json": {}}}},
)
async def show_issuer(request: Request, here: Here, community: Slug) -> Response:
    """The issuer's key, where did:web looks for it. Needs no key; says nothing of communities."""
    refuse_unknown(request)
    document = _issuer(request, here, community).document()
    return _json(document)


@public.get(
    "/status/{number}",
    response_class=Response,
    responses={**PUBLIC, 200: {"content": {JWT: {}}}},
)
async def show_status(
    request: Request, here: Here, community: Slug, number: Annotated[int, Path(ge=0, le=16_000)]
) -> Response:
    """Which credentials are in force no more, as a signed Bitstring Status List. Needs no key."""
    refuse_unknown(request)
    signs = _issuer(request, here, community)
    taken = await _taken(here, community, number)
    return _jwt(signs, status_list(number, taken, signs, clock.now()))


async def _taken(here: Context, slug: str, number: int) -> list[int]:
    try:
        key = (await here.registry.community(slug)).key
    except UnknownCommunityError:
        return []  # as of a community that has given none
    first = number * LIST_SIZE
    rows = await here.pool.fetch(Q.given, key, first, first + LIST_SIZE)
    if not rows:
        return []
    claims = [(row["badge"], row["member"], row["position"]) for row in rows]
    async with here.views.of("incentives") as db:
        stands = await view.standing(db, key, claims)
    return [
        row["n"]
        for row, claim in zip(rows, claims, strict=True)
        if claim not in stands or not row["known"]
    ]


def _issuer(request: Request, here: Context, slug: str) -> Issuer:
    return issuer(here.vault, public_url(request, here.public_url), slug)


def _jwt(signs: Issuer, claims: Json) -> Response:
    return Response(signs.signed(claims), media_type=JWT, headers={"Cache-Control": "no-cache"})


def _json(document: Json) -> Response:
    return Response(
        msgspec.json.encode(document),
        media_type="application/did+json",
        headers={"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"},
    )
