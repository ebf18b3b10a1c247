"""`/v1/communities/{c}/explanation`: what one event did and did not do."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query

from services.api.callers import Reading, Tenant
from services.api.members.models import (
    EntryShown,
    EventName,
    ExplanationShown,
    RuleShown,
    TouchedShown,
    change_of,
    entry_shown,
)
from services.api.openapi import READS
from services.api.reading.asked import NO_NUL
from services.api.reading.language import Language
from services.api.tokens import names
from services.incentives.ledger import view
from services.incentives.why import view as why
from services.kit.actions.event import Event
from services.kit.actions.read import uid_of
from services.kit.http.problem import ProblemError
from services.kit.projection.seen import Seen

router = APIRouter(prefix="/v1/communities/{community}", tags=["members"])
_seen = Seen("incentives")
Part = Annotated[str, Query(min_length=1, max_length=256, pattern=NO_NUL)]


@router.get("/explanation", responses=READS)
async def explain_event(
    tenant: Reading, language: Language, source: Part, id_: Annotated[Part, Query(alias="id")]
) -> ExplanationShown:
    """What one event earned whom: each rule, whether it matched and why not, what limited it.

    Programs read the fields; people the sentences, English or Chinese by Accept-Language.
    """
    here, community = tenant.here, tenant.community
    event = await _event(tenant, source, id_)
    async with here.views.of("incentives") as db:
        told = await view.explanation(db, community.key, event)
        touched = await why.touched(db, community.key, event.offset)
        teller = await why.teller(db, community.key, language)
    every = [*told.others, *told.later, *(e for rule in told.rules for e in rule.entries)]
    tokens = [*(each.member for each in every), *(each.member for each in touched)]
    ids = await names(here.directory, tokens)
    places = {entry.position for entry in every} | {entry.reverses or -1 for entry in every}
    events = await here.events.names(community.partition, places)
    shown = _Shown(teller, events, ids)
    rules, others = [shown.rule(rule) for rule in told.rules], shown.entries(told.others)
    later, changed = shown.entries(told.later), [shown.touched(each, told) for each in touched]
    opening = teller.opening(
        told.policy, told.type, understood=told.understood, rules=len(told.rules)
    )
    said: list[Any] = [*rules, *others, *changed]
    sentences = [*opening, *(each.said for each in said)]
    sentences += [teller.say("event.later", sentence=each.said) for each in later]
    fields: dict[str, Any] = dict(told) | {
        "event": EventName(source=source, id=id_),
        "position": event.offset,
        "rules": rules,
        "others": others,
        "later": later,
        "touched": changed,
        "sentences": sentences,
    }
    return ExplanationShown(**fields)


class _Shown(NamedTuple):
    """Puts ids and sentences to what the service tells."""

    teller: why.Teller
    events: Mapping[int, tuple[str, str]]
    ids: Mapping[int, str]

    def entries(self, entries: Iterable[view.Entry]) -> list[EntryShown]:
        return [entry_shown(entry, self.events, self.ids, self.teller) for entry in entries]

    def rule(self, told: view.RuleTold) -> RuleShown:
        changes = [change_of(entry, self.ids) for entry in told.entries]
        reasons = [reason.model_dump() for reason in told.reasons]
        said = self.teller.judged(told.rule, told.title, reasons, changes)
        return RuleShown(**{**dict(told), "entries": self.entries(told.entries), "said": said})

    def touched(self, each: why.Touched, told: view.Explanation) -> TouchedShown:
        of = {"name": each.name, "member": self.ids[each.member]}
        said = self.teller.touched(
            each.kind, each.what, told.policy, **of, before=each.before, after=each.after
        )
        return TouchedShown(**{**dict(each), **of, "said": said})


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
