"""The `alerts` section of a policy: parameters of each rule, playbooks, duty rota, channels."""

from functools import cache
from typing import Any, Literal

from pydantic import Field, create_model

from services.alerts.policy.health import Section
from services.alerts.policy.playbooks import PLAYBOOKS, Name, Playbook, Shift
from services.alerts.rules.catalogue import rules


class Channel(Section):
    """What the receiver of this name is told of. Its address and secret never enter a policy."""

    kind: Literal["webhook"] = "webhook"
    priorities: list[Literal["P1", "P2", "P3", "P4"]] = Field(
        default=["P1", "P2", "P3", "P4"], description="Incidents of these priorities are told."
    )


class _Alerts(Section):
    playbooks: dict[Name, Playbook] = Field(
        default={}, description="More playbooks, or others in the place of shipped ones."
    )
    duty: dict[Name, list[Shift]] = Field(
        default={}, description="Duty to its shifts; the first that covers the moment holds it."
    )
    channels: dict[Name, Channel] = Field(
        default={"operators": Channel()},
        description="By the name of a receiver; one that is not named here is told of all.",
    )

    def playbook(self, name: str) -> Playbook:
        """The policy's playbook of that name, else the shipped one, else the plainest."""
        return self.playbooks.get(name) or PLAYBOOKS.get(name) or PLAYBOOKS["by-hand"]


@cache
def alerts_model() -> type[_Alerts]:
    """The section's model: the fixed parts and, under `rules`, a part for each rule there is."""
    fields: dict[str, Any] = {
        rule.name: (rule.parameters, Field(default=rule.parameters(), description=rule.title))
        for rule in rules().values()
    }
    each = create_model("Rules", __base__=Section, **fields)
    return create_model(
        "Alerts",
        __base__=_Alerts,
        rules=(each, Field(default=each(), description="Parameters of each rule.")),
    )


Alerts = _Alerts
"""For annotations; `alerts_model()` is what validates."""
