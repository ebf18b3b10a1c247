"""Stars in the fold: their tables. Periods open and close by log time, see `timers`."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener
from services.incentives.policy.document import Incentives
from services.incentives.state import Words


class Stars:
    """The feature. It hears of no action, but of entries: see `noting`."""

    name = "stars"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "star_open": ("community", "per", "first"),
        "star_aside": ("community", "per", "account", "first", "member", "score"),
        "star": (
            "community", "per", "star", "first", "rank", "offset", "member", "at", "begins",
            "ends", "score", "account",
        ),
        "star_correction": ("community", "star", "first", "offset", "member", "at", "change"),
    }  # fmt: skip

    def bind(self, _policy: Incentives, _words: Words) -> Iterable[Listener]:
        return ()


FEATURE = Stars()
