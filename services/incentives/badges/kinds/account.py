"""An account that has come to an amount: points, growth, or any other number of the policy."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene


class AccountBadge(Badge):
    """For the member whose account has come to an amount, by whatever action."""

    kind: Literal["account"] = "account"
    account: str
    at_least: int = Field(ge=1)
    measure: Literal["earned", "balance"] = Field(
        default="earned", description="All that was ever earned, or what is left of it."
    )

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("accounts", self.account),)

    @property
    def looks_at(self) -> str:
        return self.account

    def reached(self, balance: int, earned: int) -> bool:
        return (earned if self.measure == "earned" else balance) >= self.at_least

    def earned(self, scene: Scene) -> Earned | None:  # noqa: ARG002 - it is the account that earns
        return None


KIND = AccountBadge
