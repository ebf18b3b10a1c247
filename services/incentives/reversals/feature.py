"""Reversals as a feature: tables of its own. What orders do to the ledger is `applying`."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener
from services.incentives.policy.document import Incentives
from services.incentives.state import Words


class Reversals:
    """The feature."""

    name = "reversals"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "reversal": (
            "community", "state", "entries", "offset", "part", "at", "member", "name", "taken",
            "told",
        ),
        "reversed": (
            "community", "state", "about_n", "offset", "about_offset", "granted", "lots",
        ),
    }  # fmt: skip

    def bind(self, _policy: Incentives, _words: Words) -> Iterable[Listener]:
        return ()


FEATURE = Reversals()
