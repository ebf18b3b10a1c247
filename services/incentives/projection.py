"""The projection `incentives`: accounts, levels, badges, boards, and what else members earn."""

from pathlib import Path

import services.kit.communities as kit_communities
from services.incentives.features import features
from services.incentives.fold import opened
from services.kit.projection.definition import Projection

PROJECTION = Projection(
    name="incentives",
    version=2,
    oldest=1,
    tables=(
        Path(kit_communities.__path__[0]) / "schema.sql",
        Path(__file__).with_name("schema.sql"),
    ),
    added=(
        Path(__file__).with_name("boards") / "schema.sql",
        *(feature.tables for feature in features()),
    ),
    opened=opened,
    # Index structures; of the last two, which older generations have, nothing uses any more.
    uncompared=dict.fromkeys(("board", "branch", "leaf", "bucket", "standing"), frozenset({"*"})),
)
