"""Super users: who spends, who is heard; and programmes for them."""

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title


class Part(BaseModel):
    """Strict, and fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Leaders(Part):
    """Opinion leaders: so many different members replied to them or reacted."""

    responders: int = Field(default=10, ge=1, le=100_000)
    days: int = Field(default=90, ge=1, le=400, description="In the last so many days.")


class Exit(Part):
    """When a member is to leave a programme: the own mean has fallen to so many times the mean."""

    below: float = Field(default=1, gt=0, le=100, description="Times the mean per payer.")
    months: int = Field(default=2, ge=1, le=12, description="Full months since the enrolment.")


class Programme(Part):
    """What super users are taken into."""

    title: Title = ""
    exit: Exit | None = None


class SuperUsers(Part):
    """Whom to look at. Orders and answers count from when the policy has this section."""

    currency: str = Field(
        default="CNY", pattern="^[A-Z]{3}$", description="Orders in another are left out."
    )
    months: int = Field(default=3, ge=1, le=12, description="Full local months of a mean.")
    times: float = Field(
        default=2, gt=0, le=100, description="Own mean above so many times the mean per payer."
    )
    top: float = Field(default=0.1, gt=0, le=1, description="Share of the payers, by GMV.")
    payers: int = Field(default=20, ge=1, le=100_000, description="With fewer nobody is judged.")
    leaders: Leaders | None = Leaders()
    programmes: dict[str, Programme] = Field(default_factory=dict)
