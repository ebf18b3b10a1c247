"""The watermark of a community, and which of its days it closes. Pure.

The watermark is the greatest min(event time, arrival) of what members do: one fast phone closes
nothing early, and a backlog delivered after an outage is judged as it comes. A day closes when
the watermark has passed its end by the allowed lateness; in a community that is silent the
clock of the log closes it, by a timer, after a further while. What is imported moves nothing in
a live community; without live actions its event time alone closes days.
"""

from itertools import pairwise
from typing import Any

from services.alerts.state import NO_DAY, CommunityState
from services.kit.actions.event import Event
from services.kit.communities.slice import STARTS
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock
from services.kit.runtime.clock import MINUTE

ALSO = frozenset({"community.census", "source.heartbeat"})


def moves_clock(state: CommunityState, event: Event) -> bool:
    """Whether the event may move the community's watermark."""
    if event.imported is not None and state.live:
        return False
    return event.type in STARTS or event.type in ALSO


def move(state: CommunityState, moment: int) -> bool:
    """Take a moment into the watermark. Whether that may close days."""
    if state.closed_day == NO_DAY:
        state.closed_day = clock.local_day(moment, state.zone_at(moment)) - 1
        expect_next(state, moment)
    if moment <= state.seen:
        return False
    state.seen = moment
    return moment >= state.close_at


def last_closed(state: CommunityState, mark: int) -> int:
    """The last day whose end, and the lateness after it, `mark` has passed."""
    ended = mark - state.policy_at(mark).health.lateness.day()
    return clock.local_day(ended, state.zone_at(ended)) - 1


def expect_next(state: CommunityState, mark: int) -> None:
    """Set when the day after the closed ones will close, by the policy at `mark`."""
    lateness = state.policy_at(mark).health.lateness
    state.close_at = begins(state.closed_day + 2, state.community) + lateness.day()
    state.idle = lateness.idle()


def begins(day: int, community: Community[Any]) -> int:
    """The first instant of a local day, or of a later one where a change of zone leaves it out."""
    for (since, name), (until, _) in pairwise((*community.zones, (NEVER, ""))):
        at = max(since, clock.day_start(day, clock.zone(name)))
        if at < until:
            return at
    return NEVER


def look_again(state: CommunityState, event: Event) -> None:
    """Late data fell into closed days: judge again within a minute, or as the import ends."""
    if event.imported is not None and state.live:
        return
    due = (event.log_time // MINUTE + 1) * MINUTE
    state.recheck = min(state.recheck, due)
