"""Golden tests: what a policy promises, as actions and what members have afterwards.

    tests:
      - name: A like pays the author
        given:
          - {type: post.created, member: ann, data: {post: p1}}
          - {type: reaction.added, member: bob, data: {target: p1}}
        then:
          ann: {points: 2, level: 1, badges: [], spaces: [base]}

A `reward.redeemed` is decided as it would be; one that is refused does nothing.
An action's `time` is optional: a minute after the one before, on a day of 1970; `times` repeats it.
Days pass between actions: levels fall, points expire and decay. Of a member only what is named is
compared; `badges` and `spaces` are all of them, or none is compared.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.incentives.points.rules import ActionType
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.actions.envelope import known_types


class Given(BaseModel):
    """An action, shorter than on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ActionType
    member: str | None = None
    time: str | None = None
    space: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    times: int = Field(default=1, ge=1, le=10_000)

    @model_validator(mode="after")
    def _fits(self) -> "Given":
        """What could never be in the log cannot be played either."""
        try:
            known_types()[self.type].model_validate_json(json.dumps(self.data))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, ("data", *first["loc"])))
            raise ValueError(f"{where}: {first['msg']}") from None
        return self


class GoldenTest(BaseModel):
    """One promise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    time_zone: str = "Asia/Shanghai"
    given: tuple[Given, ...]
    then: dict[str, dict[str, int | list[str]]] = Field(
        description="Member -> account, level, badges or spaces -> what it is in the end."
    )


def failures(document: Mapping[str, Any], test: GoldenTest) -> Iterator[tuple[str, str, str]]:
    """What a policy does otherwise than a test says: member, what, and in words."""
    rehearsal = Rehearsal(document, test.time_zone)
    for given in test.given:
        action = given.model_dump(exclude={"times"}, exclude_none=True)
        rehearsal.play([action] * given.times)
    for name, expected in test.then.items():
        standing = rehearsal.standing(name)
        for what, wanted in expected.items():
            found = _found(standing, what)
            if found != (sorted(wanted) if isinstance(wanted, list) else wanted):
                yield name, what, f"expected {wanted}, the policy gives {found}"


def _found(standing: Any, what: str) -> int | list[str]:
    if what == "level":
        return int(standing.level)
    if what == "badges":
        return list(standing.badges)
    if what == "spaces":
        return list(standing.spaces)
    return int(standing.accounts.get(what, 0))
