"""Orders."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.kit.actions.families import Count, Currency, Data, Id, MemberId, Money


class Item(BaseModel):
    """A line of an order."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    product: Id
    quantity: Count = 1
    amount: Money | None = None


class OrderPaid(Data):
    """The member paid; `amount` in the currency's minor unit."""

    type: ClassVar[str] = "order.paid"
    order: Id
    amount: Money
    currency: Currency
    campaign: Id | None = None
    coupon: Id | None = None
    referrer: MemberId | None = None
    items: Annotated[list[Item], Field(max_length=200)] | None = None


class OrderRefunded(Data):
    """All of an order, or `amount` of it, was paid back."""

    type: ClassVar[str] = "order.refunded"
    order: Id
    amount: Money | None = None
    currency: Currency | None = None
