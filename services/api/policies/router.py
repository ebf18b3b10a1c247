"""`/v1/communities/{c}/policies`: versions, and publishing one."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading
from services.api.communities.announce import announce
from services.api.openapi import READS, WRITES, problems
from services.api.policies.approvals import approve
from services.api.policies.document import check
from services.api.policies.models import (
    Documents,
    Part,
    Previewed,
    Published,
    Version,
    Versions,
)
from services.api.policies.previews import previewed
from services.api.policies.publishing import pass_gate
from services.api.reading import paging
from services.api.reading.asked import NO_NUL
from services.incentives.preview.commands import Names
from services.kit.communities.timeline import EVER, rules_from
from services.kit.http.body import parse_json, read_body
from services.kit.http.problem import Fault, ProblemError
from services.kit.policy import document as documents
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
router = APIRouter(
    prefix="/v1/communities/{community}/policies", tags=["policies"], route_class=StrictRoute
)
_LAST = 2**31 - 1
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Policy"}},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}


@router.get("", responses=READS)
async def list_policies(
    tenant: Reading, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Versions:
    """Published versions, newest first."""
    below = (paging.place(cursor, tuple[int]) or (_LAST,))[0]
    if not 0 <= below <= _LAST:
        raise paging.wrong("cursor", "no cursor of this list")
    key = tenant.community.key
    async with tenant.here.views.of("incentives") as db:
        rows = await db.fetch(Q.versions, key, below, limit + 1)
        now = await db.fetchval(Q.in_force, key, clock.now())
    items = [
        Version(
            version=row["version"],
            effective_from=_since(row["effective_from"]),
            published_at=clock.rfc3339(row["published_at"]),
            position=row["offset"],
            in_force=row["version"] == now,
            parts=row["parts"],
        )
        for row in rows[:limit]
    ]
    more = paging.made(items[-1].version) if len(rows) > limit else None
    return Versions(items=items, next=more)


@router.get("/{version}", responses=READS)
async def show_policy(tenant: Reading, version: Annotated[int, Path(ge=1, le=_LAST)]) -> Documents:
    """The documents of a version."""
    async with tenant.here.views.of("incentives") as db:
        rows = await db.fetch(Q.version, tenant.community.key, version)
    if not rows:
        raise ProblemError(404, "No such version", "GET .../policies lists those there are.")
    parts = [
        Part(
            effective_from=_since(row["effective_from"]),
            document=msgspec.json.decode(row["document"], type=dict[str, Any]),
        )
        for row in rows
    ]
    first = rows[0]
    return Documents(
        version=version,
        published_at=clock.rfc3339(first["published_at"]),
        position=first["offset"],
        parts=parts,
    )


@router.post("", status_code=202, responses=WRITES | problems(429), openapi_extra=BODY)
async def publish_policy(
    request: Request,
    tenant: Operating,
    response: Response,
    effective_from: Annotated[
        str | None,
        Query(max_length=64, description="RFC 3339; never before now.", alias="effective_from"),
    ] = None,
    approved_by: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=64,
            pattern=NO_NUL,
            description="Who approved of it; another than the key's name, which is the author's.",
        ),
    ] = None,
) -> Published:
    """Publish a policy document, JSON or YAML. The same as the last is not published again.

    Once members have acted, the `gate` of the policy published last judges it: 409 says what
    would have to change.
    """
    start = paging.instant(effective_from, "effective_from")
    if start is not None and start < clock.now() - clock.MINUTE:
        detail = "it lies in the past; leave it out and it begins now, the first one since ever"
        raise paging.wrong("effective_from", detail)
    document = await checked(request)
    here, community = tenant.here, tenant.community
    text = None if start is None else clock.rfc3339(start)
    names = Names(tenant.key.name[:64], approved_by)
    names = await pass_gate(here, community, document, text, names, author=tenant.key.id)
    said = await announce(here, community, document, text, *names)
    response.headers["Hearth-Position"] = str(said.position)
    return Published(position=said.position, published=said.now)


@router.post("/approvals", status_code=204, responses=problems(400, 413, 415), openapi_extra=BODY)
async def approve_policy(request: Request, tenant: Operating) -> None:
    """Approve of a draft, by this key: for a gate with `approver: key`, which asks for the approval
    of another key than the one that publishes it."""
    document = await checked(request)
    await approve(tenant.here.pool, tenant.community.key, document, tenant.key)


@router.post("/preview", responses=WRITES | problems(429), openapi_extra=BODY)
async def preview_policy(
    request: Request,
    tenant: Operating,
    rules_of: Annotated[
        str | None,
        Query(
            max_length=64,
            description="RFC 3339. Let what the draft says of this time hold throughout, in the"
            " place of its dated parts each in their time.",
        ),
    ] = None,
    limit: paging.Limit = 50,
) -> Previewed:
    """Who would gain and lose, had this draft been in force since ever: the community's whole
    history is replayed under it and nothing is changed. Members by the largest change first.

    One at a time in a process, else 429. 409 where the history is too long for a request.
    """
    document = await checked(request)
    at = paging.instant(rules_of, "rules_of")
    rules = document if at is None else rules_from(document, at)[0]
    here = tenant.here
    async with here.previews.of(tenant.community, rules) as comparison:
        return await previewed(comparison, here.directory, limit)


def refused(found: list[Fault]) -> ProblemError:
    """422 with every fault and what is allowed there."""
    first = f"{found[0].pointer or 'the document'}: {found[0].detail}"
    return ProblemError(422, "Policy refused", first, found)


async def checked(request: Request) -> dict[str, Any]:
    """The document of a request, without a fault. Raises ProblemError 400, 413, 415, 422."""
    document = await _document(request)
    # Golden tests are played: up to seconds, in which others are answered.
    found = await asyncio.to_thread(check, document)
    if found:
        raise refused(found)
    return document


async def _document(request: Request) -> dict[str, Any]:
    raw = await read_body(request, documents.LIMIT)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"):
        return await asyncio.to_thread(_yaml, raw)  # YAML takes seconds a megabyte
    if kind not in ("", "application/json") and not kind.endswith("+json"):
        detail = "Send application/json or application/yaml."
        raise ProblemError(415, "Unsupported type", detail)
    value = parse_json(raw)
    if not isinstance(value, dict):
        raise refused([Fault("", "a policy is an object of sections")])
    return value


def _yaml(raw: bytes) -> dict[str, Any]:
    try:
        return documents.read(raw.decode())
    except UnicodeDecodeError as error:
        raise refused([Fault("", f"byte {error.start} is not UTF-8")]) from None
    except documents.UnreadablePolicyError as error:
        raise refused(error.faults) from None


def _since(at: int) -> str | None:
    return None if at <= EVER else clock.rfc3339(at)
