"""Rules as they are read: every rule there is, with its state and numbers for a community."""

import msgspec
from pydantic import BaseModel, Field

from services.alerts.rules.catalogue import rules
from services.alerts.rules.definition import Rule
from services.alerts.state import RuleState
from services.kit.projection.definition import Connection
from services.kit.runtime import sql
from services.kit.runtime.clock import rfc3339

Q = sql.load(__file__)
_decoder = msgspec.json.Decoder(RuleState)


class RuleModel(BaseModel):
    """Where a rule stands."""

    rule: str = Field(description="Row of the catalogue, such as R2.")
    name: str
    title: str
    metric: str
    playbook: str = Field(description="The rule's own answer; a policy may name another.")
    space: str | None
    state: str = Field(description="inactive, pending, firing, holding, resolved or no-data.")
    since: str | None
    cause: str = Field(description="Why it is in this state.")
    why: str = Field(description="The last judgement, with its numbers.")
    value: float | None = Field(description="The measured value.")
    threshold: float | None
    sample: int
    judged_at: str | None = Field(description="Event time of what was judged last.")
    incident: str | None


class RuleChange(BaseModel):
    """An edge that was taken."""

    at: str
    was: str
    state: str
    cause: str
    why: str
    correction: bool = Field(description="Whether late data caused it.")


async def states(db: Connection, community: int) -> list[RuleModel]:
    """All rules, by id; one that was never judged is inactive."""
    found: dict[str, list[tuple[str | None, RuleState]]] = {}
    for row in await db.fetch(Q.states, community):
        found.setdefault(row["rule"], []).append(
            (row["space_name"], _decoder.decode(row["document"]))
        )
    return [
        _model(rule, space, state)
        for rule in rules().values()
        for space, state in found.get(rule.id, [(None, RuleState())])
    ]


async def changes(db: Connection, community: int, rule: str, limit: int = 50) -> list[RuleChange]:
    """The newest edges of a rule. Raises LookupError for an unknown one."""
    if rule not in rules():
        raise LookupError(f"no rule {rule!r}; rules are {', '.join(rules())}")
    return [
        RuleChange(
            at=rfc3339(row["at"]),
            was=row["was"],
            state=row["state"],
            cause=row["cause"],
            why=row["why"],
            correction=row["correction"],
        )
        for row in await db.fetch(Q.changes, community, rule, limit)
    ]


def _model(rule: Rule, space: str | None, state: RuleState) -> RuleModel:
    return RuleModel(
        rule=rule.id,
        name=rule.name,
        title=rule.title,
        metric=rule.metric,
        playbook=rule.answer,
        space=space,
        state=state.state.value,
        since=rfc3339(state.since) if state.since else None,
        cause=state.cause,
        why=state.why,
        value=state.measure,
        threshold=state.threshold,
        sample=state.sample,
        judged_at=rfc3339(state.judged_at) if state.judged_at else None,
        incident=state.incident,
    )
