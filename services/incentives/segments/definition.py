"""Segments: members to whom conditions apply, for a bot or an export."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title
from services.incentives.policy.conditions import Comparison, Scalar
from services.kit.actions.envelope import known_types

FIELDS = {
    "level": "rank on the first ladder, from 1",
    "level.<ladder>": "rank on a ladder",
    "account.<name>": "what the member has of an account, such as account.points",
    "count.<action type>": "how many of an action it did, such as count.post.created",
    "received.<action type>": "how many were done to what it wrote",
    "badges": "the badges it holds",
    "roles": "the roles it holds; regular = neither staff nor bot",
    "spaces": "the graded spaces that are open to it",
    "active_days": "different local days on which it acted",
    "idle_days": "local days since it last acted",
    "member_days": "local days since it was first heard of",
    "attribute.<name>": "a label that member.described gave",
    "csat": "the last answer to a survey, 0 to 100",
    "nps": "the last answer, 0 to 10",
}
"""Every field that a segment may ask about, and its meaning."""

_NAMED = re.compile(r"^(?:level|account|count|received|attribute)\.[^\x00]{1,80}$")


def _field(name: str) -> str:
    kind, _, rest = name.partition(".")
    if kind in ("count", "received") and rest not in known_types():
        raise ValueError(f"no such action type: {rest}")
    if (name in FIELDS and "<" not in name) or _NAMED.match(name):
        return name
    raise ValueError(f"no such field; allowed are {', '.join(FIELDS)}")


FieldName = Annotated[str, AfterValidator(_field)]


class Segment(BaseModel):
    """Who belongs: all conditions hold. Comparisons are those of a rule's `when`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    when: dict[FieldName, Comparison | Scalar | tuple[Scalar, ...]] = Field(min_length=1)

    def names(self) -> tuple[tuple[str, str], ...]:
        """What it names elsewhere in the policy: section and name."""
        found = (name.split(".", 1) for name in self.when if "." in name)
        sections = {"level": "ladders", "account": "accounts"}
        return tuple((sections[kind], name) for kind, name in found if kind in sections)
