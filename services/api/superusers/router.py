"""`/v1/communities/{c}/super-users` and `/programmes`: whom to look at, and what came of it."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.api.callers import Reading
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import Name, asked
from services.api.reading.past import KnownAt, past
from services.api.tokens import names
from services.incentives.programmes import view as programmes
from services.incentives.superusers import view
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["super users"])
FURTHEST = 10_000_000


class CandidateShown(view.Candidate):
    """A member to look at."""

    member: str  # type: ignore[assignment]


class CandidateList(view.Candidates):
    """A page of candidates, the most GMV first."""

    rows: list[CandidateShown] = Field(serialization_alias="items")  # type: ignore[assignment]
    next: str | None  # type: ignore[assignment]


class InProgrammeShown(programmes.InProgramme):
    """A member of a programme."""

    member: str  # type: ignore[assignment]
    adviser: str | None  # type: ignore[assignment]


class InProgrammeList(BaseModel):
    """A page of the members of a programme, the earliest first."""

    items: list[InProgrammeShown]
    next: str | None


class Programmes(BaseModel):
    """The programmes of the policy."""

    items: list[programmes.ProgrammeView]


@router.get("/super-users", responses=READS)
async def list_candidates(
    tenant: Reading,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> CandidateList:
    """Candidates for super users, each with the reasons: over the mean, top by GMV, leaders."""
    skip, then = _skip(cursor), await past(tenant, as_of, known_at)
    key = tenant.community.key
    async with tenant.here.views.of("incentives") as db:
        with asked():
            page = await view.candidates(db, key, clock.now(), skip, limit, then)
    ids = await names(tenant.here.directory, (row.member for row in page.rows))
    rows = [CandidateShown(**{**dict(row), "member": ids[row.member]}) for row in page.rows]
    following = None if page.next is None else paging.made(page.next)
    return CandidateList(**{**dict(page), "rows": rows, "next": following})


@router.get("/programmes", responses=READS)
async def list_programmes(
    tenant: Reading, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> Programmes:
    """The programmes: how many are in, and their share of GMV before and after."""
    then, key = await past(tenant, as_of, known_at), tenant.community.key
    async with tenant.here.views.of("incentives") as db:
        return Programmes(items=await programmes.programmes(db, key, clock.now(), then))


@router.get("/programmes/{programme}/members", responses=READS)
async def list_in_programme(
    tenant: Reading,
    programme: Name,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> InProgrammeList:
    """Who is in a programme: adviser, share of GMV before and after, and who is to leave."""
    skip, then = _skip(cursor), await past(tenant, as_of, known_at)
    key = tenant.community.key
    async with tenant.here.views.of("incentives") as db:
        with asked():
            page = await programmes.inside(db, key, programme, clock.now(), (skip, limit), then)
    people = {token for row in page.rows for token in (row.member, row.adviser)}
    ids = await names(tenant.here.directory, people)
    items = [
        InProgrammeShown(
            **{
                **dict(row),
                "member": ids[row.member],
                "adviser": None if row.adviser is None else ids[row.adviser],
            }
        )
        for row in page.rows
    ]
    return InProgrammeList(items=items, next=None if page.next is None else paging.made(page.next))


def _skip(cursor: str | None) -> int:
    (skip,) = paging.place(cursor, tuple[int]) or (0,)
    if not 0 <= skip <= FURTHEST:
        raise paging.wrong("cursor", "no cursor of this list")
    return skip
