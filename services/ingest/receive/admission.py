"""What may be said by whom, and when. Pure: the decision is a list of faults, or none.

Operators' types take the scope `operate`. What only Hearth itself decides (ticks, erasures,
retries) is never taken from outside, whatever the key. Types that this version does not know but
whose family is the operators' are held to the operators' scope: a later version may believe them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from services.kit.actions.envelope import Action, UnknownData, known_types
from services.kit.http.fault import Fault, pointer

AHEAD = timedelta(hours=1)
"""How far ahead of ours a producer's clock may be."""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
"""Before it, some time zone's local date does not exist."""
DECIDED_FAMILIES = frozenset({"time", "dead_letter"})
OPERATORS_FAMILIES = frozenset(
    {"points", "badge", "reward", "pending", "incident", "crisis", "measure", "policy"}
    | {"import", "restatement"}
)


@dataclass(frozen=True, slots=True)
class Rights:
    """The types that not everybody may send."""

    operator: frozenset[str]
    decided: frozenset[str]


@cache
def rights() -> Rights:
    """Read off the models."""
    known = known_types().items()
    return Rights(
        frozenset(name for name, model in known if model.operator and not model.decided),
        frozenset(name for name, model in known if model.decided),
    )


@dataclass(frozen=True, slots=True)
class Admission:
    """The decision. `lacks_scope`: a key with `operate` could have sent it."""

    faults: list[Fault]
    unknown: dict[str, int]
    lacks_scope: bool = False


def admit(actions: Sequence[Action], one: bool, may_operate: bool, now: datetime) -> Admission:
    """Judge actions of one request; `one` makes the pointers begin inside the only one."""
    faults: list[Fault] = []
    unknown: dict[str, int] = {}
    lacks_scope = False
    community, latest, allowed = actions[0].community, now + AHEAD, rights()
    for number, action in enumerate(actions):
        type_, time = action.type, action.time
        at: tuple[int, ...] = () if one else (number,)
        if action.community != community:
            faults.append(Fault(pointer((*at, "community")), "a list is of one community"))
        if time is not None and not EARLIEST <= time <= latest:
            faults.append(Fault(pointer((*at, "time")), _when(time, latest)))
        newer = type(action.data) is UnknownData
        if newer:
            unknown[type_] = unknown.get(type_, 0) + 1
        if _decided(type_, newer, allowed):
            faults.append(Fault(pointer((*at, "type")), f"only Hearth itself writes {type_}"))
        elif not may_operate and _operators(type_, newer, allowed):
            lacks_scope = True
            faults.append(Fault(pointer((*at, "type")), f"{type_} takes the scope `operate`"))
    return Admission(faults, unknown, lacks_scope)


def _when(time: datetime, latest: datetime) -> str:
    if time > latest:
        return "more than an hour in the future; is the sender's clock right?"
    return "earlier than any calendar has it"


def _decided(type_: str, newer: bool, allowed: Rights) -> bool:
    return type_.partition(".")[0] in DECIDED_FAMILIES if newer else type_ in allowed.decided


def _operators(type_: str, newer: bool, allowed: Rights) -> bool:
    return type_.partition(".")[0] in OPERATORS_FAMILIES if newer else type_ in allowed.operator
