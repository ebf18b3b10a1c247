"""Giving an order: what it picks is looked up, and put into the log part by part."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.api.callers import Tenant
from services.api.communities.announce import action
from services.api.reading.asked import asked, sentence
from services.api.reversals.models import Order
from services.incentives.reversals import commands
from services.kit.actions.envelope import Action
from services.kit.http.problem import Fault, ProblemError
from services.kit.runtime import clock
from services.kit.runtime.database import Connection

AT_ONCE = 100
"""Actions appended in one go: each has up to 200 positions."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an order is about, and how far it has come."""

    wanted: commands.Wanted
    found: commands.Found
    parts: int = 0
    position: int = -1


async def chosen(
    tenant: Tenant, db: Connection, selection: commands.Selection, known: int | None = None
) -> Chosen:
    """What a selection picks: now, or of what was known at a position. `db` looks at the live
    tables. Raises ProblemError: 422 for names that nothing was heard of, 409 for too many."""
    here, community = tenant.here, tenant.community
    tokens = await here.directory.find(community.key, selection.members or [])
    strange = [
        Fault(f"/members/{n}", f"nothing was heard of {name!r}")
        for n, name in enumerate(selection.members or ())
        if name not in tokens
    ]
    if strange:
        raise ProblemError(422, "No such member", "Nothing was picked.", strange[:20])
    if known is None:
        known = (await here.progress.reached(community.partition))["incentives"] - 1
    wanted = selection.wanted(tokens, known)
    try:
        return Chosen(wanted, await commands.pick(db, community.key, wanted))
    except commands.TooManyError as error:
        raise ProblemError(409, "Too much at once", sentence(error)) from None
    except LookupError as error:
        fault = Fault("/rules", str(error))
        raise ProblemError(422, "No such rule", sentence(error), [fault]) from None


async def given(tenant: Tenant, order: Order) -> Chosen:
    """Give an order, or complete one that was given by halves."""
    here, community = tenant.here, tenant.community
    async with here.views.of("incentives") as db:
        try:
            before = await commands.before(db, community.key, order.reversal, order)
        except commands.AppendedError as error:
            raise ProblemError(409, "It does not fit", sentence(error)) from None
        known = None if before is None else before.known
        picked = await chosen(tenant, db, order, known)
        if before is None:
            await _as_told(tenant, db, order, picked)
    ids = await here.directory.names(picked.found.keys())
    more = {"known": picked.wanted.known, "by": order.by or tenant.key.name[:64]}
    more |= {"reason": order.reason} if order.reason else {}
    said = commands.orders(order.reversal, order, picked.found, ids, more)
    actions = [action(community.slug, type_, id_, data, who) for type_, id_, who, data in said]
    if before is None and not actions:
        detail = "Nobody earned anything of what is picked, or it was taken back before."
        raise ProblemError(409, "Nothing to take back", detail)
    position = await _append(tenant, actions, -1 if before is None else before.last)
    return Chosen(picked.wanted, picked.found, len(actions), position)


async def _as_told(tenant: Tenant, db: Connection, order: Order, picked: Chosen) -> None:
    """Refuse what is not what the preview told of."""
    if order.entries is None:
        return
    told = await commands.radius(
        db, tenant.community.key, picked.wanted, picked.found, clock.now(), 0
    )
    if told.entries != order.entries:
        detail = f"It is {told.entries} entries now, not {order.entries}; preview it again."
        raise ProblemError(409, "It has changed", detail, [Fault("/entries", detail)])


async def undone(tenant: Tenant, name: str) -> Chosen:
    """Undo every part of an order that stands. Waits until the parts given so far are folded."""
    here, community = tenant.here, tenant.community
    end = await here.log.end(community.partition)
    await here.progress.wait(community.partition, end - 1)
    async with here.views.of("incentives") as db:
        with asked():
            last, standing = await commands.undoings(db, community.key, name)
    found = {member: [part] for member, part, _ in standing}
    ids = await here.directory.names(found.keys())
    by = tenant.key.name[:64]
    actions = [
        action(community.slug, *commands.undoing_id(name, part), {**data, "by": by}, ids[member])
        for member, part, data in standing
        if member in ids
    ]
    position = await _append(tenant, actions, last)
    return Chosen(commands.Wanted(None, None, 0, 0, end - 1), found, len(actions), position)


async def _append(tenant: Tenant, actions: Iterable[Action], position: int) -> int:
    """Append in order; the position of the last, or the one given where there is none."""
    waiting = list(actions)
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        position = await tenant.here.journal.append(tenant.community.slug, part)
    return position
