"""Why a rule gave nothing: as a code with its particulars, and in words."""

from typing import Any

from pydantic import BaseModel, Field

from services.incentives.points.deciding import asked, side_of
from services.incentives.policy.bind import BoundRule
from services.incentives.policy.conditions import Comparison, wording
from services.incentives.scene import Scene, reader, test_of
from services.incentives.tenant import Tenant
from services.kit.actions.envelope import known_types
from services.kit.actions.families import MemberMark

NOTHING = {"removed": "the post is removed", "owned": "the post belongs to the community"}


class Reason(BaseModel):
    """One reason why a rule gave nothing."""

    code: str = Field(description="removed, owned, condition, nobody, once, nothing.")
    field: str | None = Field(default=None, description="Of a condition.")
    found: Any = Field(default=None, description="What the field had.")
    wanted: dict[str, Any] | None = Field(default=None, description="Comparison -> operand.")
    side: str | None = Field(default=None, description="doer, author, inviter, referrer.")

    def words(self) -> str:
        """In plain English."""
        if self.code == "nobody":
            return f"nobody is known as {self.side}"
        if self.code == "once":
            return f"the {self.side} was given it before, and it is given once"
        return NOTHING.get(self.code) or f"the amount for the {self.side} is 0"


Told = tuple[Reason, str]
"""A reason, and its words."""


def reasons(rule: BoundRule, scene: Scene, tenant: Tenant, nothing: str | None) -> list[Told]:
    """Every reason why a rule that gave nothing did not; none where it would have given.

    `nothing` is the code of why nobody earns by the post; None where somebody may.
    """
    found: list[Told] = []
    if nothing is not None:
        found.append((Reason(code=nothing), NOTHING[nothing]))
    for field, wanted in rule.rule.when.items():
        if not test_of(field, wanted)(scene):
            value = _shown(field, scene)
            words = f"{field} is {_told(value)}, wanted {wording(wanted)}"
            asked_ = _compared(wanted)
            found.append((Reason(code="condition", field=field, found=value, wanted=asked_), words))
    return found or [(each, each.words()) for each in _nobody(rule, scene, tenant)]


def _shown(field: str, scene: Scene) -> Any:
    """What a field has; of one that names a member only that it does."""
    value, model = reader(field)(scene), known_types().get(scene.event.type)
    named = model is not None and field.removeprefix("data.") in model.marked(MemberMark)
    return "somebody" if named and value is not None else value


def _compared(wanted: Any) -> dict[str, Any]:
    if isinstance(wanted, Comparison):
        return wanted.model_dump(by_alias=True, exclude_unset=True, mode="json")
    return {"in": list(wanted)} if isinstance(wanted, tuple) else {"is": wanted}


def _nobody(rule: BoundRule, scene: Scene, tenant: Tenant) -> list[Reason]:
    found = []
    for side, gifts in rule.gifts:
        member = side_of(side, scene, tenant)
        if member is None:
            found.append(Reason(code="nobody", side=side))
        elif rule.once and rule.word in member.once:
            found.append(Reason(code="once", side=side))
        elif not any(asked(rule, gift, scene) for gift in gifts):
            found.append(Reason(code="nothing", side=side))
        else:
            return []
    return found


def _told(value: object) -> str:
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)
