"""The agenda's table; what is due concerns the features that are `Timed`."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener
from services.incentives.policy.document import Incentives
from services.incentives.state import Words


class Agenda:
    """The feature."""

    name = "agenda"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Its store writes it."""

    def bind(self, _policy: Incentives, _words: Words) -> Iterable[Listener]:
        return ()


FEATURE = Agenda()
