"""Whether a member may do something: now, or as of a time by the policy that was then in force."""

from collections import defaultdict

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.privileges.grounds import Climb, Ground, Place, grounds, privileges
from services.incentives.spaces.view import opened_at
from services.incentives.state import Words
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class GroundView(BaseModel):
    """What brings a privilege."""

    kind: str = Field(description="level, space or role.")
    ladder: str | None = Field(description="Of a level.")
    name: str = Field(description="The level that brings it, the graded space, or the role.")
    since: str = Field(
        description="When the level was last reached, the space opened, the role taken."
    )


class May(BaseModel):
    """Whether a member has a privilege."""

    privilege: str
    may: bool
    because: list[GroundView] = Field(description="Empty where the member may not.")


async def may(
    db: Connection, community: int, token: int, now: int, past: Past = NOW
) -> list[May] | None:
    """Every privilege of the policy in force; None for a member that nothing was heard of."""
    row = await db.fetchrow(Q.member, community, token)
    if row is None or row["since"] > past.at or row["since_offset"] > past.position:
        return None
    policy = in_force(await policies.community(db, community), past, now)
    words = await policies.words(db, community)
    place = Place(
        row["since"],
        await _climbs(db, community, token, words, past),
        await opened_at(db, community, token, words, past),
        await _roles(db, community, token, now, past),
    )
    found = []
    for privilege in privileges(policy):
        because = [_shown(ground) for ground in grounds(privilege, policy, place)]
        found.append(May(privilege=privilege, may=bool(because), because=because))
    return found


async def may_one(
    db: Connection, community: int, token: int, privilege: str, now: int, past: Past = NOW
) -> May | None:
    """One privilege. Raises LookupError for one that no level or space brings."""
    found = await may(db, community, token, now, past)
    for each in found or ():
        if each.privilege == privilege:
            return each
    if found is None:
        return None
    there = ", ".join(each.privilege for each in found) or "none"
    raise LookupError(f"no privilege {privilege!r}; there are {there}")


def in_force(known: Community[Incentives], past: Past, now: int) -> Incentives:
    """The policy that judges the moment a past asks about, of those that were then known."""
    moment = past.moment(now)
    heard = [each for each in known.versions if each.offset <= past.position]
    version = known.with_versions(tuple(heard)).policy_at(moment)
    return version.compiled if version else Incentives()


async def _climbs(
    db: Connection, community: int, token: int, words: Words, past: Past
) -> dict[str, list[Climb]]:
    found: dict[str, list[Climb]] = defaultdict(list)
    for row in await db.fetch(Q.climbs, community, token, *past):
        ladder = words.names[row["ladder"]].removeprefix("ladder:")
        found[ladder].append(Climb(row["was"], row["rank"], row["at"]))
    return found


async def _roles(
    db: Connection, community: int, token: int, now: int, past: Past
) -> dict[str, int]:
    moment = past.moment(now)
    rows = await db.fetch(Q.roles, community, token, *past[:2])
    return {row["role"]: row["at"] for row in rows if row["until"] > moment}


def _shown(ground: Ground) -> GroundView:
    return GroundView(
        kind=ground.kind,
        ladder=ground.ladder,
        name=ground.name,
        since=clock.rfc3339(ground.since),
    )
