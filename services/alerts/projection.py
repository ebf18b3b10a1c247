"""The projection `alerts`: metrics, rules, incidents."""

from pathlib import Path

import services.kit.communities as communities
from services.alerts.fold import opened
from services.kit.projection.definition import Projection

PROJECTION = Projection(
    name="alerts",
    version=2,
    tables=(
        Path(communities.__path__[0]) / "schema.sql",
        Path(__file__).with_name("schema.sql"),
    ),
    opened=opened,
    reads_texts=True,
    oldest=1,
)
