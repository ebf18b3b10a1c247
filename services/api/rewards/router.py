"""`/v1/communities/{c}/rewards`: the catalogue, redeeming, and what became of redemptions."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading, Tenant
from services.api.communities.announce import action
from services.api.openapi import READS, WRITES
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, Name, asked, sentence
from services.api.tokens import token_of
from services.incentives.rewards import commands, view
from services.kit.http.problem import Fault, ProblemError
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["rewards"], route_class=StrictRoute)
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]
Redemption = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_NUL)]


class Rewards(BaseModel):
    """The catalogue."""

    items: list[view.RewardView]


class Redemptions(BaseModel):
    """A page of what a member took or was given, newest first."""

    items: list[view.RedemptionView]
    next: str | None


class Wish(BaseModel):
    """Who wants it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    member: str = Field(min_length=1, max_length=256, pattern=NO_NUL)
    redemption: str = Field(
        min_length=1,
        max_length=200,
        pattern=NO_NUL,
        description="Names it for ever: sent again, it is the same redemption.",
    )


class Redeemed(BaseModel):
    """It is the member's; `position` for Hearth-Wait-For."""

    redemption: str
    reward: str
    member: str
    cost: dict[str, int]
    code: str | None = Field(description="Of a coupon, for an order to name.")
    valid_until: str | None = Field(description="The last local day.")
    position: int


class Order(BaseModel):
    """Why, where anybody asks."""

    model_config = ConfigDict(extra="forbid", strict=True)
    reason: str | None = Field(default=None, min_length=1, max_length=64, pattern=NO_NUL)


class Taken(BaseModel):
    """The log has the order; `position` for Hearth-Wait-For."""

    position: int


@router.get("/rewards", responses=READS)
async def list_rewards(tenant: Reading, as_of: paging.AsOf = None) -> Rewards:
    """What members can get, what it costs, and how many are left."""
    until = paging.instant(as_of)
    async with tenant.here.views.of("incentives") as db:
        return Rewards(items=await view.catalogue(db, tenant.community.key, clock.now(), until))


@router.post("/rewards/{reward}/redeem", status_code=202, responses=WRITES)
async def redeem_reward(
    tenant: Operating, reward: Name, wish: Wish, response: Response
) -> Redeemed:
    """The member takes the reward: decided at once, never more than there are, never more than the
    member has. 409 says why not."""
    here, community = tenant.here, tenant.community
    token = await token_of(here.directory, community, wish.member)
    try:
        with asked():
            found = await here.desk.redeem(community, (wish.member, token), reward, wish.redemption)
    except commands.RefusedError as error:
        why = error.refusal
        fault = Fault("/redemption" if why.reason == "Redemption id taken" else "", why.detail)
        raise ProblemError(409, why.reason, sentence(error), [fault]) from None
    assert found.position is not None  # noqa: S101 - the desk answers once the log has it
    response.headers["Hearth-Position"] = str(found.position)
    return Redeemed(
        redemption=found.redemption,
        reward=found.reward,
        member=wish.member,
        cost=found.costs,
        code=found.code,
        valid_until=found.valid_until,
        position=found.position,
    )


@router.post("/redemptions/{redemption:path}/fulfil", status_code=202, responses=WRITES)
async def fulfil_redemption(tenant: Operating, redemption: Redemption, response: Response) -> Taken:
    """What was redeemed has been handed over."""
    return await _order(tenant, "reward.fulfilled", {"redemption": redemption}, response)


@router.post("/redemptions/{redemption:path}/cancel", status_code=202, responses=WRITES)
async def cancel_redemption(
    tenant: Operating, redemption: Redemption, response: Response, order: Order | None = None
) -> Taken:
    """It is called off: what was paid comes back, and can be spent for seven days at least."""
    data = {"redemption": redemption} | (order.model_dump(exclude_none=True) if order else {})
    return await _order(tenant, "reward.cancelled", data, response)


async def _order(tenant: Tenant, type_: str, data: dict[str, str], response: Response) -> Taken:
    here, community, name = tenant.here, tenant.community, data["redemption"]
    async with here.views.of("incentives") as db:
        try:
            with asked():
                await commands.order_fits(db, community.key, name)
        except commands.ClosedError as error:
            raise ProblemError(409, "It does not fit", sentence(error)) from None
    # The id derives from what is ordered: sent twice it is one order, and both are answered.
    ordered = action(community.slug, type_, f"redemption/{name}/{type_}", data)
    position = await here.journal.append(community.slug, [ordered])
    response.headers["Hearth-Position"] = str(position)
    return Taken(position=position)


@router.get("/members/{member:path}/redemptions", responses=READS)
async def list_redemptions(
    tenant: Reading,
    member: Member,
    as_of: paging.AsOf = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Redemptions:
    """What the member took or was given, newest first."""
    here, community = tenant.here, tenant.community
    after, until = paging.place(cursor, tuple[int, int, str]), paging.instant(as_of)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        page = await view.redemptions(db, community.key, token, clock.now(), after, limit, until)
    return Redemptions(items=page.rows, next=paging.made(*page.next) if page.next else None)
