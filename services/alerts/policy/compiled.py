"""A policy as the fold uses it: both sections, checked, with what is asked often made ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.alerts.policy.alerts import Alerts, alerts_model
from services.alerts.policy.health import Health, KindRule
from services.alerts.rules.definition import Parameters


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the alerts projection takes from one version of a policy."""

    health: Health
    alerts: Alerts
    active: frozenset[str]
    kinds: tuple[KindRule, ...]
    reads_texts: bool
    """Whether any kind rule looks into texts; else none is ever opened."""

    def parameters(self, rule_name: str) -> Parameters:
        """What the policy sets for a rule."""
        found: Parameters = getattr(self.alerts.rules, rule_name)  # type: ignore[attr-defined]
        return found


def compiled(document: Mapping[str, Any]) -> Compiled:
    """Of a whole policy document. Raises pydantic's ValidationError."""
    health = Health.model_validate(document.get("health") or {})
    alerts = alerts_model().model_validate(document.get("alerts") or {})
    return Compiled(
        health,
        alerts,
        frozenset(health.active),
        tuple(health.kinds),
        any(rule.words or rule.links for rule in health.kinds),
    )


@cache
def default() -> Compiled:
    """In force where no policy was ever published."""
    return compiled({})
