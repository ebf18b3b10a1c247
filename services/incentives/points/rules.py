"""Points rules: which action gives how much of which account to whom."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.accounts import Title
from services.incentives.points.caps import Cap, Per
from services.incentives.policy.conditions import When
from services.kit.actions.envelope import TYPE_PATTERN, known_types

SIDES = ("doer", "author", "inviter", "referrer")
"""Who can be given something: the member who acted, the author of what the action is about, and
whom the action names as inviter or referrer."""

LARGEST = 10**12
"""The largest single entry, so that no amount a producer sends can overflow a balance."""


def _type(name: str) -> str:
    if name not in known_types():
        raise ValueError("no such action type; see the catalogue, for example post.created")
    return name


ActionType = Annotated[str, Field(pattern=TYPE_PATTERN), AfterValidator(_type)]


class Share(BaseModel):
    """An amount that depends on the action: `give` for each whole `every` of a field's value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: str = Field(pattern=r"^data\.[a-z_][a-z0-9_]*$")
    every: int = Field(default=1, ge=1)
    give: int = Field(default=1, ge=-LARGEST, le=LARGEST)
    at_most: int | None = Field(default=None, ge=0, description="Limit of one grant.")


Amount = Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | Share
Amounts = dict[str, Amount]
Limit = Annotated[int, Field(ge=0)]


class Factor(BaseModel):
    """Multiplies what a rule asks, where its condition holds. Fractions are cut off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: float = Field(ge=0, le=1000)
    when: When = Field(default_factory=dict)


class Rule(BaseModel):
    """One reason to be given something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: Title = ""
    on: ActionType | tuple[ActionType, ...]
    when: When = Field(default_factory=dict)
    doer: Amounts = Field(default_factory=dict, description="What the member who acted gets.")
    author: Amounts = Field(default_factory=dict, description="What the author of the target gets.")
    inviter: Amounts = Field(default_factory=dict)
    referrer: Amounts = Field(default_factory=dict)
    multiply: tuple[Factor, ...] = ()
    most: dict[Per, Limit] = Field(default_factory=dict, description="Limits of the sum granted.")
    times: dict[Per, Limit] = Field(default_factory=dict, description="Limits of how often.")
    once: bool = Field(
        default=False,
        description="Given once to a member for ever, and kept when its cause is undone.",
    )

    @model_validator(mode="after")
    def _gives(self) -> "Rule":
        if not any(getattr(self, side) for side in SIDES):
            raise ValueError(f"gives nothing; say what {', '.join(SIDES)} get")
        return self

    def types(self) -> tuple[str, ...]:
        """The action types it listens to."""
        return (self.on,) if isinstance(self.on, str) else self.on

    def accounts(self) -> set[str]:
        """The accounts it gives to."""
        return {account for side in SIDES for account in getattr(self, side)}

    def own_caps(self, account: str) -> Iterator[Cap]:
        """Its own limits, as caps of one account."""
        for per, most in self.most.items():
            yield Cap(name=f"{self.name}/{per}", account=account, per=per, most=most)
        for per, times in self.times.items():
            yield Cap(name=f"{self.name}/{per}/times", account=account, per=per, times=times)


Side = Literal["doer", "author", "inviter", "referrer"]
