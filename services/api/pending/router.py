"""`/v1/communities/{c}/pending`: what guards hold, and a reviewer's decisions about it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading
from services.api.communities.announce import action
from services.api.members.models import EventName, name_of
from services.api.openapi import READS, WRITES
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, Name, asked, sentence
from services.api.reading.past import KnownAt, past
from services.api.tokens import names, token_of
from services.incentives.guards import commands, view
from services.kit.http.problem import ProblemError

router = APIRouter(
    prefix="/v1/communities/{community}/pending", tags=["pending"], route_class=StrictRoute
)
Whose = Annotated[
    str | None,
    Query(min_length=1, max_length=256, pattern=NO_NUL, description="Of this member alone."),
]


class PendingShown(view.Pending):
    """An entry that is held and does not count yet."""

    member: str  # type: ignore[assignment]
    giver: str | None = Field(description="The member whose action it was.")  # type: ignore[assignment]
    ring: list[str] = Field(description="The others of a circle, member and giver apart.")  # type: ignore[assignment]
    event: EventName | None = Field(description="What led to it.")


class PendingList(BaseModel):
    """A page of held entries, the latest first."""

    items: list[PendingShown]
    next: str | None


class Taken(BaseModel):
    """The log has the decision; `position` for Hearth-Wait-For."""

    position: int


@router.get("", responses=READS)
async def list_pending(
    tenant: Reading,
    member: Whose = None,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> PendingList:
    """What guards hold, the latest first; now or of a past."""
    here, community = tenant.here, tenant.community
    after, then = paging.place(cursor, tuple[int, int]), await past(tenant, as_of, known_at)
    if after is not None and not -(2**15) <= after[1] < 2**15:
        raise paging.wrong("cursor", "no cursor of this list")
    token = None if member is None else await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        page = await view.page(db, community.key, token, after, limit, then)
    people = {token for row in page.rows for token in (row.member, row.giver, *row.ring)}
    ids = await names(here.directory, people)
    events = await here.events.names(community.partition, {row.position for row in page.rows})
    items = [
        PendingShown(
            **{
                **dict(row),
                "member": ids[row.member],
                "giver": None if row.giver is None else ids[row.giver],
                "ring": [ids[token] for token in row.ring],
                "event": name_of(events.get(row.position)),
            }
        )
        for row in page.rows
    ]
    return PendingList(items=items, next=paging.made(*page.next) if page.next else None)


@router.post("/{entry}/decide", status_code=202, responses=WRITES)
async def decide_pending(
    tenant: Operating, entry: Name, decision: commands.Decision, response: Response
) -> Taken:
    """Let a held entry count, or never count."""
    community = tenant.community
    said = decision.model_copy(update={"by": decision.by or tenant.key.name[:64]})
    async with tenant.here.views.of("incentives") as db:
        try:
            with asked():
                type_, data = await commands.decide(db, community.key, entry, said)
        except commands.RefusedError as error:
            raise ProblemError(409, "It does not fit", sentence(error)) from None
    # The id derives from what is decided: sent twice it is one decision, and both are answered.
    ordered = action(community.slug, type_, f"{entry}/{type_}", data)
    position = await tenant.here.journal.append(community.slug, [ordered])
    response.headers["Hearth-Position"] = str(position)
    return Taken(position=position)
