"""Guards: what keeps members from paying themselves or each other round about."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_TIMES = 200
"""Moments remembered of a member for a burst."""


class Guard(BaseModel):
    """Strict, and fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CoolDown(Guard):
    """After a rule paid for what a member did, it pays for the member's next only later."""

    minutes: int = Field(ge=1, le=10_080)
    rules: tuple[str, ...] = Field(default=(), description="The rules it is about; none: all.")


class Burst(Guard):
    """So many in so many minutes, and no more."""

    most: int = Field(ge=1, le=MOST_TIMES)
    minutes: int = Field(ge=1, le=1440)


class PairShare(Guard):
    """One member is behind more than a share of what another was given in the last weeks."""

    over: float = Field(default=0.3, gt=0, lt=1, description="Share of the sum.")
    account: str = Field(default="points", description="What the sum is of.")
    minimum: int = Field(default=100, ge=1, description="Sum below which nothing is said.")
    weeks: int = Field(default=4, ge=1, le=12)


class Ring(Guard):
    """Members give to each other in a circle: each of them repeatedly to the next."""

    most: int = Field(default=5, ge=2, le=5, description="Members of the largest circle.")
    each: int = Field(default=5, ge=1, le=100, description="Gifts to the next within the days.")
    days: int = Field(default=7, ge=1, le=28)


class Hold(Guard):
    """What is held until a delay has passed or somebody has looked at it."""

    hours: int = Field(default=72, ge=1, le=2160, description="Then it counts, unless refused.")
    pair_share: PairShare | None = None
    ring: Ring | None = None
    burst: Burst | None = Field(default=None, description="Of what one member is given.")

    @model_validator(mode="after")
    def _for_a_reason(self) -> "Hold":
        if not (self.pair_share or self.ring or self.burst):
            raise ValueError("holds nothing; say when: pair_share, ring, burst")
        return self


class Guards(Guard):
    """Limits on gains by rules; losses, adjustments and what is given once are let through.

    Who gives is the member who acted; where the platform hides that, or the staff did it, only
    the burst of what one member is given can be seen.
    """

    self_reward: Literal["never", "allowed"] = Field(
        default="allowed",
        description="never: acting on one's own post pays nothing; replying to it pays the reply.",
    )
    pair_per_day: int | None = Field(
        default=None, ge=1, le=1000, description="How often one member's actions pay another."
    )
    cool_down: CoolDown | None = None
    burst: Burst | None = Field(default=None, description="Of actions of one member that pay.")
    hold: Hold | None = None
    exempt: tuple[str, ...] = Field(default=(), description="Rules that no guard looks at.")

    def rules(self) -> tuple[str, ...]:
        """The rules it names."""
        return (*self.exempt, *(self.cool_down.rules if self.cool_down else ()))

    def accounts(self) -> tuple[str, ...]:
        """The accounts it names."""
        share = self.hold.pair_share if self.hold else None
        return (share.account,) if share else ()
