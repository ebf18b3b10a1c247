"""For the gateway: the models of this service's sections, and their check."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from services.alerts.metrics.catalogue import metrics
from services.alerts.policy.alerts import alerts_model
from services.alerts.policy.health import NEVER_ACTIVE, Health
from services.alerts.policy.playbooks import PLAYBOOKS


def sections() -> dict[str, type[BaseModel]]:
    """Top-level key to the model of what stands under it."""
    return {"health": Health, "alerts": alerts_model()}


def check(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with this service's sections: (JSON pointer, what to do), empty when fine."""
    faults: list[tuple[str, str]] = []
    whole: dict[str, BaseModel] = {}
    for key, model in sections().items():
        try:
            whole[key] = model.model_validate(document.get(key) or {})
        except ValidationError as error:
            faults += [(_pointer(key, e["loc"]), e["msg"]) for e in error.errors()]
    return faults or _meaning(whole["health"], whole["alerts"])


def _pointer(key: str, loc: tuple[int | str, ...]) -> str:
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in (key, *loc))


def _meaning(health: Any, alerts: Any) -> list[tuple[str, str]]:
    faults = [
        (f"/health/active/{i}", f"{name} never makes a member active; take it off the list")
        for i, name in enumerate(health.active)
        if name in NEVER_ACTIVE
    ]
    for section in ("benchmarks", "minimum_sample"):
        faults += [
            (f"/health/{section}/{name}", f"no such metric; known are {', '.join(metrics())}")
            for name in getattr(health, section)
            if name not in metrics()
        ]
    known = {*PLAYBOOKS, *alerts.playbooks}
    for name in type(alerts.rules).model_fields:
        playbook = getattr(alerts.rules, name).playbook
        faults += _order(name, getattr(alerts.rules, name))
        if playbook is not None and playbook not in known:
            faults.append(
                (
                    f"/alerts/rules/{name}/playbook",
                    f"no such playbook; known are {', '.join(sorted(known))}",
                )
            )
    return faults


_ORDER = (("clears_under", "fires_over", "above"), ("fires_under", "clears_from", "below"))
"""Of two thresholds the lower, the higher, and on which side of clearing a rule fires."""


def _order(rule: str, parameters: Any) -> list[tuple[str, str]]:
    """Thresholds out of order: a rule that clears where it fires would do both all the time."""
    found = []
    for lower, higher, side in _ORDER:
        low, high = getattr(parameters, lower, None), getattr(parameters, higher, None)
        if low is not None and high is not None and low > high:
            clears = lower if lower.startswith("clears") else higher
            detail = (
                f"it fires {side} where it clears: {lower} {low} must not be over {higher} {high}"
            )
            found.append((f"/alerts/rules/{rule}/{clears}", detail))
    return found
