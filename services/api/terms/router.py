"""`/v1/communities/{c}/terms`: terms of roles, and what each brought."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from services.alerts.counts.view import Counted, counted
from services.api.callers import BIGGEST, Reading, Tenant
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, asked
from services.api.reading.past import KnownAt, past
from services.api.tokens import names, token_of
from services.incentives.terms import view
from services.kit.http.problem import ProblemError
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["terms"])
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Role = Annotated[str | None, Query(max_length=64, pattern=NO_NUL, description="Of this role.")]
State = Annotated[
    Literal["planned", "open", "ended"] | None, Query(description="planned, open or ended.")
]


_LARGEST = (BIGGEST, BIGGEST, 2**31 - 1)


def _fits(number: int, largest: int) -> bool:
    return -largest <= number <= largest


class TermShown(view.TermView):
    """A term of a role."""

    member: str  # type: ignore[assignment]


class TermList(BaseModel):
    """A page of terms, the latest beginning first."""

    items: list[TermShown]
    next: str | None


class BroughtShown(view.Brought):
    """What a term brought."""

    term: TermShown
    counts: Counted | None = Field(
        description="Of the term's space, where it has one, else of the community; as is known"
        " today. Null where nothing was ever seen in that space."
    )


@router.get("/terms", responses=READS)
async def list_terms(
    tenant: Reading,
    role: Role = None,
    state: State = None,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> TermList:
    """Terms of roles, such as rotating host 轮值群主, the latest beginning first."""
    after = paging.place(cursor, tuple[int, int, int])
    wanted = view.Asked(None, role, state, after, limit)
    return await _listed(tenant, wanted, as_of, known_at)


@router.get("/members/{member:path}/terms", responses=READS)
async def list_member_terms(
    tenant: Reading,
    member: Member,
    role: Role = None,
    state: State = None,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> TermList:
    """The member's terms, the latest beginning first."""
    after = paging.place(cursor, tuple[int, int, int])
    token = await token_of(tenant.here.directory, tenant.community, member)
    wanted = view.Asked(token, role, state, after, limit)
    return await _listed(tenant, wanted, as_of, known_at)


@router.get("/members/{member:path}/terms/{term}", responses=READS)
async def show_term(
    tenant: Reading,
    member: Member,
    term: Number,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
) -> BroughtShown:
    """What the term brought: to the member, to everybody, to its space or the community."""
    here, community, now = tenant.here, tenant.community, clock.now()
    then = await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        found = await view.brought(db, community.key, token, term, now, then)
    if found is None:
        detail = f"{member} has no term {term}; GET .../members/{member}/terms lists them."
        raise ProblemError(404, "No such term", detail)
    span = (clock.parse_rfc3339(found.from_), clock.parse_rfc3339(found.to))
    async with here.views.of("alerts") as db:
        try:
            told = await counted(db, community.key, span, now, found.term.space)
        except LookupError:
            told = None
    shown = _shown(found.term, {token: member})
    return BroughtShown(**{**dict(found), "term": shown, "counts": told})


async def _listed(
    tenant: Tenant, wanted: view.Asked, as_of: str | None, known_at: int | None
) -> TermList:
    if wanted.after is not None and not all(map(_fits, wanted.after, _LARGEST)):
        raise paging.wrong("cursor", "no cursor of this list")
    then = await past(tenant, as_of, known_at)
    async with tenant.here.views.of("incentives") as db:
        with asked():
            page = await view.terms(db, tenant.community.key, wanted, then)
    ids = await names(tenant.here.directory, (row.member for row in page.rows))
    items = [_shown(row, ids) for row in page.rows]
    return TermList(items=items, next=paging.made(*page.next) if page.next else None)


def _shown(term: view.TermView, ids: dict[int, str]) -> TermShown:
    return TermShown(**{**dict(term), "member": ids[term.member]})
