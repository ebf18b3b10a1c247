"""Why a rule gave nothing, in words."""

from services.incentives.points.deciding import asked, side_of
from services.incentives.policy.bind import BoundRule
from services.incentives.policy.conditions import wording
from services.incentives.scene import Scene, reader, test_of
from services.incentives.tenant import Tenant


def reasons(rule: BoundRule, scene: Scene, tenant: Tenant, nothing: str | None) -> list[str]:
    """Every reason why a rule that gave nothing did not; none where it would have given."""
    found = [] if nothing is None else [nothing]
    for field, wanted in rule.rule.when.items():
        if not test_of(field, wanted)(scene):
            found.append(f"{field} is {_told(reader(field)(scene))}, wanted {wording(wanted)}")
    return found or _nobody(rule, scene, tenant)


def _nobody(rule: BoundRule, scene: Scene, tenant: Tenant) -> list[str]:
    found = []
    for side, gifts in rule.gifts:
        member = side_of(side, scene, tenant)
        if member is None:
            found.append(f"nobody is known as {side}")
        elif rule.once and rule.word in member.once:
            found.append(f"the {side} was given it before, and it is given once")
        elif not any(asked(rule, gift, scene) for gift in gifts):
            found.append(f"the amount for the {side} is 0")
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
