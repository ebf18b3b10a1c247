"""Attributes in the fold: labels of a member, and the last answer to each kind of survey."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant

NAME = "attributes"
DESCRIBED, ANSWERED = "member.described", "survey.answered"
MOST = 50
"""Labels kept of a member; a further one is left out."""


class Labels:
    """Keeps of a member [label -> value, survey -> last score]."""

    def __init__(self, policy: Incentives) -> None:
        self.asked = bool(policy.segments)

    def types(self) -> tuple[str, ...]:
        return (DESCRIBED, ANSWERED) if self.asked else (DESCRIBED,)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        member, event = scene.doer, scene.event
        if member is None:
            return
        labels, scores = member.slices.get(NAME, [{}, {}])
        if event.type == ANSWERED:
            scores[scene.data["instrument"]] = scene.data["score"]
        else:
            for name, value in scene.data["attributes"].items():
                if labels.get(name, "") == value or (name not in labels and len(labels) >= MOST):
                    continue
                labels[name] = value
                if not value:
                    del labels[name]
                row = (tenant.key, event.offset, member.token, event.time, name, value)
                outcome.rows["attribute"].append(row)
        if labels or scores:
            member.slices[NAME] = [labels, scores]
        else:
            member.slices.pop(NAME, None)
        tenant.touch(member)


def of(member: Member) -> tuple[dict[str, str], dict[str, int]]:
    """Labels and scores of a member."""
    labels, scores = member.slices.get(NAME, [{}, {}])
    return labels, scores


class Attributes:
    """The feature."""

    name = NAME
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {"attribute": ("community", "offset", "member", "at", "name", "value")}

    def bind(self, policy: Incentives, _words: Words) -> Iterator[Labels]:
        yield Labels(policy)


FEATURE = Attributes()
