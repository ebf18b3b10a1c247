"""`/v1/communities/{c}/spaces`: who may enter what; and what a member may do."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from services.api.callers import BIGGEST, Reading
from services.api.members.models import EventName, name_of
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, Name, asked
from services.api.reading.past import KnownAt, past
from services.api.tokens import names, token_of, unknown_member
from services.incentives.privileges import view as privileges
from services.incentives.spaces import view
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["spaces"])
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]


class Grades(BaseModel):
    """The graded spaces of the policy, lowest first."""

    items: list[view.GradeView]


class InsideShown(view.Inside):
    """A member to whom the space is open."""

    member: str  # type: ignore[assignment]


class InsideList(BaseModel):
    """A page of those to whom a space is open."""

    items: list[InsideShown]
    next: str | None


class AccessShown(view.AccessChange):
    """A change of access, and what led to it."""

    event: EventName | None = Field(description="Null where time alone did it.")


class Access(BaseModel):
    """Changes of a member's access, newest first."""

    items: list[AccessShown]


class Privileges(BaseModel):
    """Every privilege of the policy."""

    items: list[privileges.May]


@router.get("/spaces", responses=READS)
async def list_spaces(
    tenant: Reading, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> Grades:
    """The graded spaces 梯度社群: what each asks for, and how many are inside."""
    then = await past(tenant, as_of, known_at)
    async with tenant.here.views.of("incentives") as db:
        return Grades(items=await view.grades(db, tenant.community.key, then))


@router.get("/spaces/{grade}/members", responses=READS)
async def list_inside(
    tenant: Reading,
    grade: Name,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> InsideList:
    """The members to whom a graded space is open; what a bot begins with."""
    after, then = paging.place(cursor, tuple[int]), await past(tenant, as_of, known_at)
    if after is not None and not -BIGGEST <= after[0] <= BIGGEST:
        raise paging.wrong("cursor", "no cursor of this list")
    async with tenant.here.views.of("incentives") as db:
        with asked():
            page = await view.inside(
                db, tenant.community.key, grade, after[0] if after else -1, limit, then
            )
    ids = await names(tenant.here.directory, (row.member for row in page.rows))
    items = [InsideShown(member=ids[row.member], since=row.since) for row in page.rows]
    return InsideList(items=items, next=paging.made(*page.next) if page.next else None)


@router.get("/members/{member:path}/spaces", responses=READS)
async def show_access(
    tenant: Reading,
    member: Member,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    limit: paging.Limit = 50,
) -> Access:
    """The changes of the member's access to graded spaces, newest first."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        rows = await view.changes(db, community.key, token, limit, then)
    places = {row.position for row in rows if not row.by_time}
    events = await here.events.names(community.partition, places)
    items = [
        AccessShown(**dict(row), event=None if row.by_time else name_of(events.get(row.position)))
        for row in rows
    ]
    return Access(items=items)


@router.get("/members/{member:path}/privileges", responses=READS)
async def show_privileges(
    tenant: Reading, member: Member, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> Privileges:
    """Every privilege of the policy: whether the member has it, and by what."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        found = await privileges.may(db, community.key, token, clock.now(), then)
    if found is None:
        raise unknown_member(community.slug)
    return Privileges(items=found)


@router.get("/members/{member:path}/privileges/{privilege}", responses=READS)
async def show_privilege(
    tenant: Reading,
    member: Member,
    privilege: Name,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
) -> privileges.May:
    """Whether the member may: a privilege such as priority-registration, now or at a time."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        with asked():
            found = await privileges.may_one(db, community.key, token, privilege, clock.now(), then)
    if found is None:
        raise unknown_member(community.slug)
    return found
