"""Playbooks and the duty rota, as a policy writes them."""

from typing import Annotated, Literal

from pydantic import Field

from services.alerts.policy.health import Section
from services.kit.runtime.clock import MINUTE

Name = Annotated[str, Field(min_length=1, max_length=64)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ThreadMoved(Section):
    """Proof: a thread was moved to one of these spaces."""

    thread_moved_to: list[Name] = Field(min_length=1)


class MessageBy(Section):
    """Proof: a message by a member with one of these roles."""

    message_by: list[Name] = Field(min_length=1)


class Granted(Section):
    """Proof: everyone affected was granted one of these rewards, and a note was published."""

    granted: list[Name] = Field(
        default=[], description="Names of rewards; empty takes any reward granted for the incident."
    )
    note_category: Name | None = Field(
        default="progress", description="Category of a post by staff that is the progress note."
    )


Proof = ThreadMoved | MessageBy | Granted


class Step(Section):
    """A timed step. Without a proof it is completed by hand."""

    name: Name
    title: str = Field(default="", max_length=200)
    within_minutes: int = Field(ge=1, le=60 * 24 * 30, description="Counted from the opening.")
    duty: Name = Field(default="operator", description="Duty in the rota whose holder owns it.")
    proof: Proof | None = None

    def within(self) -> int:
        """In microseconds."""
        return self.within_minutes * MINUTE


class Playbook(Section):
    """The timed steps that answer an incident."""

    title: str = Field(default="", max_length=200)
    steps: list[Step] = Field(min_length=1, max_length=20)


class Shift(Section):
    """Who holds a duty, on these days between these local times; `from` after `to` is overnight."""

    owner: Name
    backup: Name | None = None
    days: list[Weekday] = Field(default=list(WEEKDAYS), description="Days it begins on.")
    begins: TimeOfDay = "00:00"
    ends: TimeOfDay = "24:00"


_VENT = ["吐槽专区", "vent"]

GOLDEN_30 = Playbook(
    title="黄金30分钟: isolate, empathise, compensate",
    steps=[
        Step(
            name="isolate",
            title="Move the thread to the vent space 吐槽专区",
            within_minutes=3,
            duty="moderator",
            proof=ThreadMoved(thread_moved_to=_VENT),
        ),
        Step(
            name="empathise",
            title="An executive answers in person",
            within_minutes=13,
            duty="executive",
            proof=MessageBy(message_by=["executive"]),
        ),
        Step(
            name="compensate",
            title="Coupons to everyone affected, and a published progress note",
            within_minutes=30,
            duty="support",
            proof=Granted(),
        ),
    ],
)

PLAYBOOKS = {
    "golden-30": GOLDEN_30,
    "service-upgrade": Playbook(
        title="Service upgrade plan",
        steps=[
            Step(name="find-cause", title="Name what the complaints share", within_minutes=24 * 60),
            Step(name="upgrade", title="Publish what changes", within_minutes=3 * 24 * 60),
        ],
    ),
    "content-incentives": Playbook(
        title="Change what content earns",
        steps=[
            Step(
                name="review",
                title="Review who writes and what it earns",
                within_minutes=3 * 24 * 60,
            ),
            Step(name="publish", title="Publish a changed policy", within_minutes=7 * 24 * 60),
        ],
    ),
    "by-hand": Playbook(
        title="Look into it",
        steps=[Step(name="look", title="Look into it", within_minutes=24 * 60)],
    ),
}
