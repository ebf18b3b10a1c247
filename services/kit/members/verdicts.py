"""What was decided of a text, kept when the text is not. Pure.

A fold that looks into texts asks `decided`, and gives its question a name that stays the same for
ever. While the writer's key exists the answer is worked out each time. An erasure asks once more,
writes the answers down, and from then on a replay is told them. So: one answer a name and event,
plain JSON, and as little of the text in it as the fold can do with.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from services.kit.actions.event import Event

T = TypeVar("T")
AT_ONCE = 20_000
"""Offsets in one action: some 200 KB."""

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder().decode

Verdicts = Mapping[int, Mapping[str, Any]]
"""Offset -> name of the decision -> the decision."""


def decided(event: Event, name: str, judge: Callable[[], T]) -> T:
    """The answer to the question `name` about the event's texts: what was once decided, or what
    `judge` says now. JSON turns tuples into lists."""
    known = event.verdicts
    if known is None:
        return judge()
    if name not in known:
        known[name] = judge()
    answer: T = known[name]
    return answer


def parts(verdicts: Verdicts) -> list[list[dict[str, Any]]]:
    """Verdicts as they stand in the log, [{said, at: [offset]}] an action: the same said once."""
    found: list[list[dict[str, Any]]] = []
    offsets = sorted(verdicts)
    for start in range(0, len(offsets), AT_ONCE):
        alike: dict[bytes, list[int]] = {}
        for offset in offsets[start : start + AT_ONCE]:
            alike.setdefault(_encode(verdicts[offset]), []).append(offset)
        found.append([{"said": _decode(said), "at": at} for said, at in sorted(alike.items())])
    return found


def spread(part: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """(offset, what was decided as JSON) of one such action."""
    for each in part:
        said = _encode(each["said"]).decode()
        for offset in each["at"]:
            yield int(offset), said
