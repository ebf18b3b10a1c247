"""What an event is, told from what is known of its community. Pure: only caches are changed."""

from services.alerts.counting import locate
from services.alerts.messages.identity import key_of
from services.alerts.messages.kind import kind_of
from services.alerts.messages.threads import opens_thread
from services.alerts.policy.compiled import Compiled
from services.alerts.state import CommunityState
from services.alerts.tallies.definition import Seen
from services.kit.actions.event import Event
from services.kit.members.verdicts import decided

KIND = "alerts.kind"
"""Names the verdict [kind, whether it was guessed]."""
MESSAGES = frozenset({"post.created", "reply.created"})


def understand(state: CommunityState, event: Event, policy: Compiled) -> Seen:
    """The event with what is known of it; `state` stands in its hour. Raises for nonsense."""
    if not state.hour_from <= event.time < state.hour_to:
        locate(state, event.time, state.zone_at(event.time))
    regular = not state.roles or state.regular(event.member, event.time)
    if event.type not in MESSAGES:
        return Seen(event, regular)
    data = event.data
    roles = state.roles_at(event.member, event.time) if state.roles else ()

    def judge() -> tuple[str, bool]:
        return kind_of(data, event.space, roles, regular, policy.kinds)

    kind, guessed = decided(event, KIND, judge) if policy.reads_texts else judge()
    opens = False
    if event.type == "post.created":
        last = state.last_message.get(state.spaces.get(event.space or "", 0))
        opens = opens_thread(data, event.space, event.time, last, policy.health.threads)
    return Seen(event, regular, kind, guessed, opens, key_of(data["post"]))
