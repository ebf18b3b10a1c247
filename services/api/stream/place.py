"""Where a reader of the stream is: a place in each projection's facts. Pure.

Facts of a community are committed in the order of (offset, n) by the one owner of its partition,
so a place per projection is enough to lose nothing and to repeat nothing. On the wire it reads
`incentives:120.0,alerts:98.1`.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from services.api.reading.progress import PROJECTIONS


class At(NamedTuple):
    """After the n-th fact of the record at `offset`."""

    offset: int
    n: int


Place = Mapping[str, At]
BEGINNING: Place = dict.fromkeys(PROJECTIONS, At(-1, 0))
_PART = re.compile(r"([a-z_]{1,32}):(-1|\d{1,18})\.(\d{1,9})")


class NoPlaceError(ValueError):
    """A text that names no place."""


def written(place: Place) -> str:
    """The id of an event after which the reader is at `place`."""
    return ",".join(f"{name}:{at.offset}.{at.n}" for name, at in place.items())


def parsed(text: str) -> Place:
    """The place of an id; a projection that it does not name begins anew. Raises NoPlaceError."""
    place = dict(BEGINNING)
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None or match[1] not in place:
            raise NoPlaceError(text)
        place[match[1]] = At(int(match[2]), int(match[3]))
    return place
