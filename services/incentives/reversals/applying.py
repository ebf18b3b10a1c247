"""An order in the fold: entries are taken back by compensating ones, or given again. Pure."""

from collections import Counter

import msgspec

from services.incentives.content.reach import ORDERED
from services.incentives.outcome import Outcome
from services.incentives.points.reversal import Reversal
from services.incentives.reversals.part import State, Taken
from services.incentives.scene import Scene
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event

TOLD = ("selection", "rules", "started", "ended", "known", "reason", "by")
_json = msgspec.json.Encoder(order="deterministic").encode
_pack = msgspec.msgpack.Encoder().encode


def apply(reversal: Reversal, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """Take back a part's entries, or give again what that took."""
    event, member, part = scene.event, scene.doer, tenant.parts.get(scene.event.offset)
    if member is None or part is None:
        return
    if part.why_not is not None:
        said: dict[str, object] = {"reversal": event.data.get("reversal"), "why": part.why_not}
        of = (str(event.data.get("reversal")), member.token)
        outcome.fact(tenant.key, "reversal.void", of, event.time, said, event)
        return
    changed: Counter[int] = Counter()
    done = 0
    if event.type == ORDERED:
        for taken in part.entries:
            if taken.original.net > 0 and not taken.original.reversed:
                taken.amount, taken.lots = reversal.reverse(taken.original)
                changed[taken.original.account] += taken.amount
                done += 1
                _enter(taken, State.ORDERED, event, tenant, outcome)
    else:
        # Last first, so that what was owed meanwhile is filled in the order in which it came.
        for taken in reversed(part.entries):
            reversal.reinstate(taken.original, -taken.amount, taken.lots)
            changed[taken.original.account] -= taken.amount
            done += 1
            _enter(taken, State.UNDONE, event, tenant, outcome)
    _tell(event, member, (changed, done), tenant, outcome)


def _enter(taken: Taken, state: State, event: Event, tenant: Tenant, outcome: Outcome) -> None:
    original = taken.original
    granted = taken.amount if state is State.ORDERED else -taken.amount
    place = (original.n, event.offset, original.offset)
    outcome.rows["reversed"].append((tenant.key, state, *place, granted, _pack(taken.lots)))


def _tell(
    event: Event, member: Member, sums: tuple[Counter[int], int], tenant: Tenant, outcome: Outcome
) -> None:
    data, (changed, entries) = event.data, sums
    taken = {tenant.words.names[account]: amount for account, amount in sorted(changed.items())}
    state = State.ORDERED if event.type == ORDERED else State.UNDONE
    part = event.offset if state is State.ORDERED else data["part"]
    told = {name: data[name] for name in TOLD if name in data}
    outcome.rows["reversal"].append(
        (
            tenant.key, state, entries, event.offset, part, event.time, member.token,
            data["reversal"], _json(taken).decode(), _json(told).decode(),
        )
    )  # fmt: skip
    said = {"member": member.token, "reversal": data["reversal"], "accounts": taken}
    type_ = "points.reversed" if state is State.ORDERED else "points.reinstated"
    of = (f"{data['reversal']}/{part}", member.token)
    outcome.fact(tenant.key, type_, of, event.time, said, event)
