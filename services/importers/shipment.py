"""What an importer hands to the sender."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Wire = dict[str, Any]
"""An action as it goes over the wire: CloudEvents names, JSON values."""


@dataclass(slots=True)
class Shipment:
    """A past, ready to be sent.

    `name` is the import's id: derived from the content, so that the same files are the same
    import. `actions` come in time order and can be made again from the files at any time; nothing
    is remembered of an interrupted run, because an action sent twice changes nothing.
    """

    name: str
    source: str
    actions: Iterator[Wire]
    expected: Callable[[], int]
    """How many actions there will be, as far as known by now; for the progress bar alone."""
    skipped: Counter[str] = field(default_factory=Counter)
    """What the files hold and no action says, by reason; grows while `actions` is read."""
