"""Accounts: the numbers that a member has."""

from pydantic import BaseModel, ConfigDict, Field

Title = dict[str, str] | str


class Account(BaseModel):
    """A number that rules give to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    start: int = Field(default=0, ge=-(10**9), le=10**9, description="What a member begins with.")
    floor: int | None = Field(
        default=0, description="No entry takes the balance below this; null for no floor."
    )

    @property
    def lowest(self) -> int:
        """The floor as a number that can be compared."""
        return self.floor if self.floor is not None else -(2**62)
