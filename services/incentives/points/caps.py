"""Caps: how much a rule, or a group of rules, may give a member in a day, week, month or ever."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.accounts import Title

Per = Literal["day", "week", "month", "lifetime"]


class Cap(BaseModel):
    """A limit over a group of rules.

    `most` limits the sum of what is granted, `times` how often something is. Caps apply in the
    order of the log; an entry counts in the window of its own local day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Title = ""
    account: str = "points"
    per: Per
    most: int | None = Field(default=None, ge=0, description="Sum granted in the window.")
    times: int | None = Field(default=None, ge=0, description="Grants in the window.")
    rules: tuple[str, ...] = Field(default=(), description="The rules it limits; none: all.")
    exempt: tuple[str, ...] = Field(default=(), description="Rules that it does not limit.")
    losses_make_room: bool = Field(
        default=False, description="Whether a loss by one of the rules makes room for more gains."
    )
    refill: bool = Field(
        default=False,
        description="Whether room freed by a reversal grants what this cap had cut that day.",
    )

    @model_validator(mode="after")
    def _whole(self) -> "Cap":
        if (self.most is None) == (self.times is None):
            raise ValueError("give either most (a sum) or times (a count)")
        if self.refill and (self.per != "day" or self.most is None):
            raise ValueError("refill is for caps with most and per: day")
        return self

    def limits(self, rule: str) -> bool:
        """Whether it limits this rule."""
        return (not self.rules or rule in self.rules) and rule not in self.exempt


class BoundCap:
    """A cap as the fold uses it: `id` is its word, `window` picks the window of a moment."""

    __slots__ = ("count", "id", "losses", "most", "name", "refill", "window")

    def __init__(self, cap: Cap, word: int) -> None:
        self.id = word
        self.name = cap.name
        self.count = cap.times is not None
        """Whether it limits how often something is granted, and not the sum."""
        self.most = (cap.times if cap.times is not None else cap.most) or 0
        self.window = WINDOWS[cap.per]
        self.losses = cap.losses_make_room
        self.refill = cap.refill


WINDOWS: Mapping[Per, int] = {"day": 0, "week": 1, "month": 2, "lifetime": 3}
"""Index of a window in `windows_of`."""
