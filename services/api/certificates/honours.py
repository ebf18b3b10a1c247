"""What may be certified of a member: its stars and badges, as the live tables have them."""

from services.api.certificates.issuing import Issued
from services.api.certificates.wording import Honour
from services.api.context import Context
from services.incentives.badges import view as badges
from services.incentives.stars import view as stars
from services.kit.http.problem import ProblemError
from services.kit.registry.registry import Community
from services.kit.runtime import clock


async def find_star(
    here: Context, community: Community, star: tuple[str, str], token: int, name: str
) -> tuple[str, Honour]:
    """A member's star (name and period) and how it is kept. Raises ProblemError 404."""
    try:
        period = stars.named(star[1])
    except ValueError:
        raise _none("that year has no such week") from None
    about = f"star/{period[0]}/{period[1]}/{star[0]}"
    honour = await _honour(here, community, about, token, name)
    if honour is None:
        raise _none("the member is no such star, or the policy gives no certificate for it")
    return about, honour


async def find_badge(
    here: Context, community: Community, badge: str, token: int, name: str
) -> tuple[str, Honour]:
    """A member's badge and how it is kept. Raises ProblemError 404."""
    about = f"badge/{badge}"
    honour = await _honour(here, community, about, token, name)
    if honour is None:
        raise _none("the member has no such badge, or the policy gives no certificate for it")
    return about, honour


async def of_issued(here: Context, issued: Issued) -> Honour | None:
    """What a certificate that was made says; None where it is in force no more."""
    for community in await here.registry.communities():
        if community.key == issued.community:
            return await _honour(here, community, issued.about, issued.member, issued.name)
    return None


async def _honour(
    here: Context, community: Community, about: str, token: int, name: str
) -> Honour | None:
    kind, _, rest = about.partition("/")
    if kind == "badge":
        return await _badge(here, community, rest, token, name)
    per, first, star = rest.split("/", 2)
    async with here.views.of("incentives") as db:
        found = await stars.one(db, community.key, star, (int(per), int(first)), token)
    if found is None or not found.certificate:
        return None
    day = _day(found.at, community)
    return Honour(community.name, found.title, name, day, found.period, found.rank, found.score)


async def _badge(
    here: Context, community: Community, badge: str, token: int, name: str
) -> Honour | None:
    async with here.views.of("incentives") as db:
        found = await badges.held(db, community.key, badge, token)
    if found is None or not found.certificate or found.revoked is not None:
        return None
    return Honour(community.name, found.title, name, _day(found.at, community))


def _day(at: str, community: Community) -> int:
    return clock.local_day(clock.parse_rfc3339(at), clock.zone(community.time_zone))


def _none(why: str) -> ProblemError:
    return ProblemError(404, "No such certificate", why[:1].upper() + why[1:] + ".")
