"""An account that has come to an amount."""

from typing import Any, Literal

from pydantic import Field

from services.incentives.quests.step import Person, Scene, Step


class AccountStep(Step):
    """The member has so much of an account."""

    kind: Literal["account"] = "account"
    account: str
    at_least: int = Field(ge=1)

    @property
    def wanted(self) -> int:
        return self.at_least

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("accounts", self.account),)

    def advanced(self, _kept: Any, scene: Scene, person: Person) -> Any:
        return max(0, min(scene.balance(person, self.account), self.at_least))


KIND = AccountStep
