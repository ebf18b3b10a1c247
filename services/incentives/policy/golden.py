"""Golden tests: what a policy promises, as actions and what members have afterwards.

    tests:
      - name: A like pays the author
        given:
          - {type: post.created, member: ann, data: {post: p1}}
          - {type: reaction.added, member: bob, data: {target: p1}}
        then:
          ann: {points: 2, level: 1, badges: [], spaces: [base]}

A `reward.redeemed` is decided as it would be; one that is refused does nothing.
An action's `time` is optional: a minute after the one before, on a day of 1970; `times` repeats it,
with `daily` from its time on each day at that hour. Days pass between actions: levels fall, points
expire and decay. Of a member only what is named is compared; `badges` and `spaces` are all of them,
or none is compared; the level on another ladder than the first is `level:` and its name.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.incentives.points.rules import ActionType
from services.incentives.policy.document import compile_policy
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.actions.envelope import known_types
from services.kit.communities.timeline import dated_parts
from services.kit.runtime import clock

LATEST = 200 * 365 * clock.DAY
"""So far from 1970 that a repetition each day stays within what a calendar has."""


class Given(BaseModel):
    """An action, shorter than on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: ActionType
    member: str | None = None
    time: str | None = None
    space: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    times: int = Field(default=1, ge=1, le=10_000)
    daily: bool = Field(default=False, description="With time and times: a day apart.")

    @model_validator(mode="after")
    def _fits(self) -> "Given":
        """What could never be in the log cannot be played either."""
        at = None if self.time is None else clock.parse_rfc3339(self.time)
        if self.daily and at is None:
            raise ValueError("daily goes with time: when it begins")
        if at is not None and not -LATEST < at < LATEST:
            raise ValueError("time: later or earlier than any action can be")
        try:
            known_types()[self.type].model_validate_json(json.dumps(self.data))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, ("data", *first["loc"])))
            raise ValueError(f"{where}: {first['msg']}") from None
        return self

    def actions(self) -> Iterator[dict[str, Any]]:
        """As they are on the wire, each time it is repeated."""
        action = self.model_dump(exclude={"times", "daily"}, exclude_none=True)
        if self.daily and self.time is not None:
            first = clock.parse_rfc3339(self.time)
            for day in range(self.times):
                yield {**action, "time": clock.rfc3339(first + day * clock.DAY)}
        else:
            yield from [action] * self.times


def _zone(name: str) -> str:
    clock.zone(name)
    return name


class GoldenTest(BaseModel):
    """One promise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    given: tuple[Given, ...]
    then: dict[str, dict[str, int | list[str]]] = Field(
        description="Member -> account, level, badges or spaces -> what it is in the end."
    )


def unknown(
    document: Mapping[str, Any], tests: Sequence[GoldenTest]
) -> Iterator[tuple[int, str, str, str]]:
    """What tests compare and no policy has: the test's number, member, what, and in words."""
    wholes = [compile_policy(whole) for _, whole in dated_parts(document)]
    ladders = sorted({f"level:{name}" for each in wholes for name in each.ladders})
    known = [
        *sorted({name for each in wholes for name in each.accounts}),
        "level",
        "badges",
        "spaces",
    ]
    for number, test in enumerate(tests):
        for member, expected in test.then.items():
            for what in expected:
                if what not in known and what not in ladders:
                    there = ", ".join([*known, *ladders])
                    yield number, member, what, f"no account is named so; there are {there}"


def failures(document: Mapping[str, Any], test: GoldenTest) -> Iterator[tuple[str, str, str]]:
    """What a policy does otherwise than a test says: member, what, and in words."""
    rehearsal = Rehearsal(document, test.time_zone)
    for given in test.given:
        rehearsal.play(given.actions())
    for name, expected in test.then.items():
        standing = rehearsal.standing(name)
        for what, wanted in expected.items():
            found = _found(standing, what)
            if found != (sorted(wanted) if isinstance(wanted, list) else wanted):
                yield name, what, f"expected {wanted}, the policy gives {found}"


def _found(standing: Any, what: str) -> int | list[str]:
    if what == "level":
        return int(standing.level)
    if what.startswith("level:"):
        return int(standing.levels.get(what.removeprefix("level:"), 1))
    if what == "badges":
        return list(standing.badges)
    if what == "spaces":
        return list(standing.spaces)
    return int(standing.accounts.get(what, 0))
