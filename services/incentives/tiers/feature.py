"""Tiers in the fold: what is counted as actions come. What closes a day is `store.close`."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.policy.document import Incentives
from services.incentives.state import Words
from services.incentives.tiers.figures import BoundTiers


class TiersFeature:
    """The feature."""

    name = "tiers"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "tier_order": ("community", "day", "member", "amount", "offset", "discounted", "subject"),
        "tier_refund": ("community", "day", "amount", "offset", "subject"),
    }
    """The others its store writes, sums and judgements."""

    def bind(self, policy: Incentives, _words: Words) -> Iterator[BoundTiers]:
        if policy.tiers is not None:
            yield BoundTiers(policy.tiers)


FEATURE = TiersFeature()
