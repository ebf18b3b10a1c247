"""Actions in lists that a server takes whole."""

from collections.abc import Iterable, Iterator

import msgspec

from services.importers.shipment import Wire

MOST = 500
"""Actions in a list; a server takes up to 1,000."""
LARGEST = 1_000_000
"""Bytes in a list: long texts make short lists."""

_encode = msgspec.json.Encoder().encode


def lists(
    actions: Iterable[Wire], most: int = MOST, largest: int = LARGEST
) -> Iterator[list[bytes]]:
    """The actions as JSON, in their order, grouped; an action too large for any list goes alone."""
    batch: list[bytes] = []
    size = 0
    for action in actions:
        raw = _encode(action)
        if batch and (len(batch) >= most or size + len(raw) > largest):
            yield batch
            batch, size = [], 0
        batch.append(raw)
        size += len(raw)
    if batch:
        yield batch
