"""What may be said by whom, and when. Pure: the decision is a list of faults, or none.

Operators' types take the scope `operate`. What only Hearth itself decides (ticks, erasures,
retries) is never taken from outside, whatever the key. Types that this version does not know but
whose family is the operators' are held to the operators' scope: a later version may believe them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from services.kit.actions.envelope import Checked, known_types
from services.kit.http.fault import Fault, pointer
from services.kit.runtime.clock import HOUR, instant

AHEAD = HOUR
"""How far ahead of ours a producer's clock may be."""
EARLIEST = instant(datetime(2, 1, 1, tzinfo=UTC))
"""Before it some time zone's local dates do not exist; later ones are welcome."""
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

    @property
    def restricted(self) -> frozenset[str]:
        """Both."""
        return self.operator | self.decided


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


def admit(actions: Sequence[Checked], one: bool, may_operate: bool, now: int) -> Admission:
    """Judge actions of one request at the instant `now`.

    `one` makes the pointers begin inside the only one.
    """
    faults: list[Fault] = []
    unknown: dict[str, int] = {}
    lacks_scope = False
    community, latest, restricted = actions[0].community, now + AHEAD, rights().restricted
    for number, action in enumerate(actions):
        type_, time = action.type, action.time
        if action.newer:
            unknown[type_] = unknown.get(type_, 0) + 1
        elif (
            action.community == community
            and (time is None or EARLIEST <= time <= latest)
            and type_ not in restricted
        ):
            continue
        wrong, needs_scope = _judge(action, community, latest, may_operate)
        at: tuple[int, ...] = () if one else (number,)
        faults += [Fault(pointer((*at, name)), why) for name, why in wrong.items()]
        lacks_scope = lacks_scope or needs_scope
    return Admission(faults, unknown, lacks_scope)


def _judge(
    action: Checked, community: str, latest: int, may_operate: bool
) -> tuple[dict[str, str], bool]:
    """What is wrong with an action that is not plainly right; whether a scope would mend it."""
    wrong: dict[str, str] = {}
    needs_scope = False
    if action.community != community:
        wrong["community"] = "a list is of one community"
    if action.time is not None and not EARLIEST <= action.time <= latest:
        wrong["time"] = _when(action.time)
    if _decided(action):
        wrong["type"] = f"only Hearth itself writes {action.type}"
    elif not may_operate and _operators(action):
        wrong["type"] = f"{action.type} takes the scope `operate`"
        needs_scope = True
    return wrong, needs_scope


def _when(time: int) -> str:
    if time < EARLIEST:
        return "earlier than any calendar has it"
    return "more than an hour in the future; is the sender's clock right?"


def _decided(action: Checked) -> bool:
    if action.newer:
        return _family(action) in DECIDED_FAMILIES
    return action.type in rights().decided


def _operators(action: Checked) -> bool:
    if action.newer:
        return _family(action) in OPERATORS_FAMILIES
    return action.type in rights().operator


def _family(action: Checked) -> str:
    return action.type.partition(".")[0]
