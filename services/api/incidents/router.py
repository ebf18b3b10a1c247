"""`/v1/communities/{c}/incidents`: what happened, and orders about it, which become actions."""

from collections.abc import Awaitable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field

from services.alerts.incidents import commands, view
from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading, Tenant
from services.api.communities.announce import action
from services.api.openapi import READS, WRITES
from services.api.reading import paging
from services.api.reading.asked import Name, asked, sentence
from services.api.tokens import names
from services.kit.http.problem import ProblemError

router = APIRouter(
    prefix="/v1/communities/{community}/incidents", tags=["incidents"], route_class=StrictRoute
)


class IncidentShown(view.IncidentModel):
    """An episode, with its four times told apart."""

    affected: list[str] = Field(description="Members behind the evidence.")  # type: ignore[assignment]


class Incidents(BaseModel):
    """A page of incidents, newest first."""

    items: list[IncidentShown]
    next: str | None


class Taken(BaseModel):
    """The log has the order; `position` for Hearth-Wait-For."""

    position: int


@router.get("", responses=READS)
async def list_incidents(
    tenant: Reading,
    state: Annotated[Literal["open", "acknowledged", "resolved"] | None, Query()] = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Incidents:
    """Incidents, newest first."""
    after = paging.place(cursor, tuple[int, str]) or (view.LATEST, "")
    async with tenant.here.views.of("alerts") as db:
        page = await view.page(db, tenant.community.key, state=state, after=after, limit=limit)
    ids = await names(tenant.here.directory, (m for each in page.incidents for m in each.affected))
    more = paging.made(*page.after) if page.after else None
    return Incidents(items=[_shown(each, ids) for each in page.incidents], next=more)


@router.get("/{incident}", responses=READS)
async def show_incident(tenant: Reading, incident: Name) -> IncidentShown:
    """One incident, with its evidence, steps and timeline."""
    async with tenant.here.views.of("alerts") as db:
        with asked():
            found = await view.one(db, tenant.community.key, incident)
    return _shown(found, await names(tenant.here.directory, found.affected))


Order = Annotated[commands.Order | None, Body()]


@router.post("/{incident}/acknowledge", status_code=202, responses=WRITES)
async def acknowledge_incident(
    tenant: Operating, incident: Name, response: Response, order: Order = None
) -> Taken:
    """Somebody takes the incident up."""
    key, said = tenant.community.key, _by(tenant, order)
    async with tenant.here.views.of("alerts") as db:
        told = await _ordered(commands.acknowledge(db, key, incident, said))
    return await _append(tenant, told, response)


@router.post("/{incident}/steps/{step}/complete", status_code=202, responses=WRITES)
async def complete_step(
    tenant: Operating, incident: Name, step: Name, response: Response, order: Order = None
) -> Taken:
    """A step of the answer is done."""
    key, said = tenant.community.key, _by(tenant, order)
    async with tenant.here.views.of("alerts") as db:
        told = await _ordered(commands.complete_step(db, key, incident, step, said))
    return await _append(tenant, told, response)


@router.post("/{incident}/resolve", status_code=202, responses=WRITES)
async def resolve_incident(
    tenant: Operating, incident: Name, response: Response, order: Order = None
) -> Taken:
    """The incident is over."""
    key, said = tenant.community.key, _by(tenant, order)
    async with tenant.here.views.of("alerts") as db:
        told = await _ordered(commands.resolve(db, key, incident, said))
    return await _append(tenant, told, response)


def _by(tenant: Tenant, order: commands.Order | None) -> commands.Order:
    """The order, given by the key where nobody is named."""
    order = order or commands.Order()
    return order if order.by else order.model_copy(update={"by": tenant.key.name[:64]})


async def _ordered(order: Awaitable[tuple[str, dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    try:
        with asked():
            return await order
    except commands.RefusedError as error:
        raise ProblemError(409, "It does not fit", sentence(error)) from None


async def _append(tenant: Tenant, told: tuple[str, dict[str, Any]], response: Response) -> Taken:
    type_, data = told
    # The id derives from what is ordered: sent twice it is one order, and both are answered.
    name = "/".join([data["incident"], type_, data.get("step", "")]).rstrip("/")
    ordered = action(tenant.community.slug, type_, name, data)
    position = await tenant.here.journal.append(tenant.community.slug, [ordered])
    response.headers["Hearth-Position"] = str(position)
    return Taken(position=position)


def _shown(incident: view.IncidentModel, ids: dict[int, str]) -> IncidentShown:
    shown = dict(incident)
    return IncidentShown(**{**shown, "affected": [ids[token] for token in incident.affected]})
