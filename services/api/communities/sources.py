"""`/v1/communities/{c}/sources`: platform connections. Secrets go in and never come out."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.api.bodies import StrictRoute
from services.api.callers import Administering, Reading
from services.api.communities.models import SourcePut, Sources, SourceShown, SourceTaken
from services.api.openapi import READS, WRITES
from services.kit.http.problem import Fault, ProblemError
from services.kit.runtime import clock

router = APIRouter(
    prefix="/v1/communities/{community}/sources", tags=["communities"], route_class=StrictRoute
)
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$", description="The connection.")]


@router.get("", responses=READS)
async def list_sources(tenant: Reading) -> Sources:
    """The connections, without their secrets."""
    rows = await tenant.here.registry.sources(tenant.community.key)
    items = [
        SourceShown(
            source=row["name"],
            platform=row["platform"],
            changed_at=clock.rfc3339(row["changed_at"]),
        )
        for row in rows
    ]
    return Sources(items=items)


@router.put("/{source}", responses=WRITES)
async def put_source(tenant: Administering, source: Name, body: SourcePut) -> SourceTaken:
    """Connect a platform, or change it; give two secrets while one replaces the other."""
    known = tenant.here.platforms
    if known and body.platform not in known:
        detail = f"no such platform; there are {', '.join(sorted(known))}"
        raise ProblemError(422, "The request does not fit", detail, [Fault("/platform", detail)])
    settings = body.model_dump(exclude={"platform"})
    community = tenant.community
    await tenant.here.registry.put_source(community, source, body.platform, settings)
    return SourceTaken(
        source=source,
        platform=body.platform,
        changed_at=clock.rfc3339(clock.now()),
        webhook=f"/v1/webhooks/{community.slug}/{source}",
    )
