"""Campaigns, and whom they touched."""

from typing import ClassVar

from services.kit.actions.families import Currency, Data, Id, Label, Money


class CampaignStarted(Data):
    """A campaign began."""

    type: ClassVar[str] = "campaign.started"
    about_members: ClassVar[bool] = False
    campaign: Id
    kind: Label | None = None
    cost: Money | None = None
    currency: Currency | None = None


class CampaignEnded(Data):
    """A campaign is over; what it cost is known."""

    type: ClassVar[str] = "campaign.ended"
    about_members: ClassVar[bool] = False
    campaign: Id
    kind: Label | None = None
    cost: Money | None = None
    currency: Currency | None = None


class CampaignReached(Data):
    """The member was shown the campaign."""

    type: ClassVar[str] = "campaign.reached"
    campaign: Id


class CampaignClicked(Data):
    """The member followed the campaign."""

    type: ClassVar[str] = "campaign.clicked"
    campaign: Id
