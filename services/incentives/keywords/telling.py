"""The facts about keywords. Pure."""

from collections.abc import Iterable

from services.incentives.content.reach import reach
from services.incentives.outcome import Outcome
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event


def tell(event: Event, found: Iterable[tuple[str, str]], tenant: Tenant, outcome: Outcome) -> None:
    """Tell of the keywords in what a regular member wrote: a bot that answers with one of them
    is not told of itself."""
    member = None if event.member is None else tenant.members.get(event.member)
    if member is None or "regular" not in member.roles_at(event.time):
        return
    reached = reach(event.type)
    post = event.data.get(reached.own) if reached and reached.own else None
    for name, word in found:
        data: dict[str, object] = {"member": member.token, "keyword": name, "word": word}
        data |= {"post": post} if post is not None else {}
        data |= {"space": event.space} if event.space is not None else {}
        of = (name, member.token)
        outcome.fact(tenant.key, "keyword.matched", of, event.time, data, event)
