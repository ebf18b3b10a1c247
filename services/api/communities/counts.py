"""The size of a community, from the services' views."""

from services.api.context import Context
from services.incentives.members import view as members
from services.kit.http.problem import ProblemError
from services.kit.registry.registry import Community


async def counts(here: Context, community: Community) -> dict[str, int]:
    """What there is of what; empty while the consumer has never run."""
    try:
        async with here.views.of("incentives") as db:
            return {"members": await members.count(db, community.key)}
    except ProblemError:
        return {}
