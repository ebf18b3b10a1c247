"""Accounts: the numbers that a member has. All but points and growth a policy names as it likes."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.kit.runtime import clock

Title = dict[str, str] | str
MILLION = 1_000_000


class Expires(BaseModel):
    """When what was given is no longer there, by the local day that it was given on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_days: int = Field(ge=1, le=3660, description="Local days it can be spent at least.")
    end_of: Literal["day", "month", "year"] = Field(
        default="day", description="It goes with the end of the day, month or year it falls into."
    )

    def day(self, given: int) -> int:
        """The local day with whose beginning goes what was given on a local day."""
        first = given + self.after_days
        if self.end_of == "month":
            return clock.month_of(clock.month_of(first - 1) + 31)
        if self.end_of == "year":
            return clock.day_number(date(clock.as_date(first - 1).year + 1, 1, 1))
        return first


class Decays(BaseModel):
    """What goes of an account by days passing: a share of what then is there above the floor (and
    above 0), rounded up to a whole number, as a local day, week or month begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float = Field(ge=0.000001, le=1, description="Of what is there; 0.01 is a hundredth.")
    every: Literal["day", "week", "month"] = "day"

    def loss(self, there: int) -> int:
        """What goes of so much; exact, since the share is taken as millionths."""
        return -(-there * round(self.share * MILLION) // MILLION)

    def following(self, day: int) -> int:
        """The local day after `day` with whose beginning the next part goes."""
        if self.every == "week":
            return clock.week_of(day) + 7
        if self.every == "month":
            return clock.month_of(clock.month_of(day) + 31)
        return day + 1


class Account(BaseModel):
    """A number that rules give to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    start: int = Field(default=0, ge=-(10**9), le=10**9, description="What a member begins with.")
    floor: int | None = Field(
        default=0, description="No entry takes the balance below this; null for no floor."
    )

    expires: Expires | None = Field(default=None, description="Absent: what is given stays.")
    decays: Decays | None = Field(default=None, description="Absent: it does not fall by itself.")
    spendable: bool = Field(default=True, description="Whether a reward may cost it.")

    @property
    def lowest(self) -> int:
        """The floor as a number that can be compared."""
        return self.floor if self.floor is not None else -(2**62)

    @property
    def kept(self) -> int:
        """What decay does not touch."""
        return max(self.floor or 0, 0)
