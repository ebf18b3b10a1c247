"""Reading what members wrote, for keywords: opened, looked at, and let go of again.

What a text has is told and kept nowhere: a replay, which tells nothing, opens no text, and where a
member's key is destroyed nothing else differs.
"""

from collections.abc import Mapping, Sequence

from services.incentives.keywords.definition import Keyword
from services.incentives.keywords.matching import matched
from services.incentives.policy.document import Incentives
from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.actions.families import TextMark
from services.kit.communities.slice import STARTS, Communities
from services.kit.projection.definition import Texts

Matches = dict[int, list[tuple[str, str]]]
"""By position the keywords of an event, each with the word that was found."""


async def read(
    texts: Texts | None, events: Sequence[Event], communities: Communities[Incentives]
) -> Matches:
    """The keywords of events, by the policy of each event's time; none of an import, and
    none where there are no texts to open."""
    if texts is None:
        return {}
    asked = {
        event.offset: keywords
        for event in events
        if event.sealed and event.imported is None and event.type in STARTS
        if (keywords := _keywords(communities, event))
    }
    if not asked:
        return {}
    reading = [event for event in events if event.offset in asked]
    clear = [set(event.data) for event in reading]
    await texts.open(reading)
    found: Matches = {}
    for event, stays in zip(reading, clear, strict=True):
        # Nothing of the fold may depend on what was sealed, so it does not stay.
        sealed = {name: event.data.pop(name) for name in event.data.keys() - stays}
        event.opened = False
        written = (sealed.get(name) for name in known_types()[event.type].marked(TextMark))
        whole = "\n".join(text for text in written if isinstance(text, str))
        found[event.offset] = list(matched(whole, asked[event.offset]))
    return found


def _keywords(communities: Communities[Incentives], event: Event) -> Mapping[str, Keyword] | None:
    version = communities[event.key].policy_at(event.time)
    return version.compiled.keywords if version else None
