"""The watermark of a community and the closing of its days.

The watermark is the greatest min(event time, arrival) of what members do: one fast phone closes
nothing early, and a backlog delivered after an outage is judged as it comes. A day closes when
the watermark has passed its end by the allowed lateness; in a community that is silent the
clock of the log closes it, by a timer, after a further while. What is imported moves nothing in
a live community; without live actions its event time alone closes days.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from services.alerts.state import NO_DAY, CommunityState
from services.kit.actions.event import Event
from services.kit.communities.slice import STARTS
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold

ALSO = frozenset({"community.census", "source.heartbeat"})


def moves_clock(state: CommunityState, event: Event) -> bool:
    """Whether the event may move the community's watermark."""
    if event.imported is not None and state.live:
        return False
    return event.type in STARTS or event.type in ALSO


def close_days(
    fold: "AlertsFold", state: CommunityState, event: Event, moves: bool, moment: int
) -> None:
    """Take the event's moment into the watermark, and close what it closes."""
    state.first_day = min(state.first_day, state.day)
    if not moves:
        return
    if state.closed_day == NO_DAY:
        zone = fold.communities[state.key].zone_at(moment)
        state.closed_day = clock.local_day(moment, zone) - 1
        _set_next(fold, state, moment)
    if moment > state.seen:
        state.seen = moment
        if moment >= state.close_at:
            historical = event.imported is not None
            close_up_to(fold, state, moment, event.log_time, historical)


def close_up_to(
    fold: "AlertsFold", state: CommunityState, mark: int, log_time: int, historical: bool
) -> None:
    """Close the days whose end, and the lateness after it, `mark` has passed."""
    lateness = fold.policy_at(state.key, mark).health.lateness.day()
    zone = fold.communities[state.key].zone_at(mark - lateness)
    target = clock.local_day(mark - lateness, zone) - 1
    if target > state.closed_day:
        fold.judging.close(state, target, log_time, historical)
    _set_next(fold, state, mark)


def _set_next(fold: "AlertsFold", state: CommunityState, mark: int) -> None:
    lateness = fold.policy_at(state.key, mark).health.lateness
    ends = begins(state.closed_day + 2, fold.communities[state.key])
    state.close_at = ends + lateness.day()
    state.idle = lateness.idle()


def begins(day: int, community: Community[Any]) -> int:
    """The first instant of a local day, or of a later one where a change of zone leaves it out."""
    for (since, name), (until, _) in pairwise((*community.zones, (NEVER, ""))):
        at = max(since, clock.day_start(day, clock.zone(name)))
        if at < until:
            return at
    return NEVER
