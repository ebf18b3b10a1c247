"""Guards in the fold: the history of what was held, and the passing of delays."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener, Moment
from services.incentives.guards.deciding import settle
from services.incentives.guards.holding import kept
from services.incentives.policy.document import Incentives
from services.incentives.state import Member, Words


class GuardsFeature:
    """The feature. What guards do to an action is `screen`, before anything is given."""

    name = "guards"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "held": (
            "community", "account", "offset", "at", "member", "about_offset", "about_n", "state",
            "rule", "guard", "asked", "due", "giver", "between", "name",
        ),
    }  # fmt: skip

    def bind(self, _policy: Incentives, _words: Words) -> Iterable[Listener]:
        return ()

    def due(self, member: Member, moment: Moment) -> None:
        """Let what was held long enough count."""
        for entry in kept(member):
            if entry.due <= moment.at and not entry.away:
                settle(
                    entry, member, moment.reversal, moment.tenant, moment.outcome,
                    (moment.at, moment.cause), passed=True,
                )  # fmt: skip


FEATURE = GuardsFeature()
