"""The size of a community, from both projections' views."""

from services.api.context import Context
from services.kit.registry.registry import Community


async def counts(_here: Context, _community: Community) -> dict[str, int]:
    """What there is of what."""
    return {}
