"""`/v1/communities/{c}/explanation`: what one event did and did not do."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.callers import Reading, Tenant
from services.api.members.models import EventName, ExplanationShown, RuleShown, entry_shown
from services.api.openapi import READS
from services.api.reading.asked import NO_NUL
from services.api.tokens import names
from services.incentives.ledger import view
from services.kit.actions.event import Event
from services.kit.actions.read import uid_of
from services.kit.http.problem import ProblemError
from services.kit.projection.seen import Seen

router = APIRouter(prefix="/v1/communities/{community}", tags=["members"])
_seen = Seen("incentives")
Part = Annotated[str, Query(min_length=1, max_length=256, pattern=NO_NUL)]


@router.get("/explanation", responses=READS)
async def explain_event(
    tenant: Reading, source: Part, id_: Annotated[Part, Query(alias="id")]
) -> ExplanationShown:
    """What one event earned whom: each rule, whether it matched and why not, what limited it."""
    here, community = tenant.here, tenant.community
    event = await _event(tenant, source, id_)
    async with here.views.of("incentives") as db:
        told = await view.explanation(db, community.key, event)
    every = [*told.others, *told.later, *(e for rule in told.rules for e in rule.entries)]
    ids = await names(here.directory, (entry.member for entry in every))
    places = {entry.position for entry in every} | {entry.reverses or -1 for entry in every}
    events = await here.events.names(community.partition, places)
    rules = [
        RuleShown(
            **{
                **dict(rule),
                "entries": [entry_shown(entry, events, ids) for entry in rule.entries],
            }
        )
        for rule in told.rules
    ]
    return ExplanationShown(
        **dict(told)
        | {
            "event": EventName(source=source, id=id_),
            "position": event.offset,
            "rules": rules,
            "others": [entry_shown(entry, events, ids) for entry in told.others],
            "later": [entry_shown(entry, events, ids) for entry in told.later],
        }
    )


async def _event(tenant: Tenant, source: str, id_: str) -> Event:
    here, community = tenant.here, tenant.community
    wanted = Event(type="", id=id_, source=source, time=0, arrived=0, community=community.slug)
    async with here.pool.acquire() as db:
        offset = await _seen.offset_of(db, uid_of(wanted))
    event = None if offset is None else await here.events.at(community.partition, offset)
    if event is None:
        detail = (
            f"No event {id_!r} of {source!r} was folded here. Was it sent just now? Ask again with"
            " Hearth-Wait-For and the position that its answer gave."
        )
        raise ProblemError(404, "No such event", detail)
    event.key, event.uid = community.key, uid_of(wanted)
    return event
