"""A verdict goes through the table of states; the episode opens and closes with the edge."""

from msgspec import structs

from services.alerts import episodes
from services.alerts.effects import Effects
from services.alerts.rules.definition import Judged
from services.alerts.rules.states import Finding, follow
from services.alerts.state import CommunityState, RuleState


def step(state: CommunityState, effects: Effects, judged: Judged) -> None:
    """Follow the edge that a verdict asks for, if it asks for one."""
    key, verdict, at = (judged.rule.id, judged.space), judged.verdict, judged.at
    was = state.rules.get(key, RuleState())
    if verdict.finding is Finding.MET and at < was.quiet_until:
        return
    clear_since = was.clear_since if was.clear_since is not None else at
    edge = follow(was.state, verdict.finding, at - clear_since, judged.parameters.hold())
    now = structs.replace(
        was,
        why=verdict.why,
        measure=verdict.measure,
        threshold=verdict.threshold,
        sample=verdict.sample,
        judged_at=at,
        clear_since=clear_since if verdict.finding is Finding.CLEAR else None,
    )
    if edge is not None:
        why = f"late data: {edge.cause}" if judged.restated else edge.cause
        now = structs.replace(now, state=edge.to, since=at, cause=why, changes=was.changes + 1)
        effects.changes.append(
            (state.key, *key, now.changes, at, judged.log_time, was.state.value,
             edge.to.value, why, verdict.why, judged.restated)
        )  # fmt: skip
        now = episodes.followed(state, effects, judged, was, now)
    state.rules[key] = now
    effects.rules.add((state.key, *key))
    if edge is not None:
        state.refresh_alert()
