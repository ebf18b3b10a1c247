"""Things to take part in: activities and courses."""

from typing import ClassVar

from services.kit.actions.families import Data, Id, Label


class Activity(Data):
    """What all activity actions name."""

    activity: Id
    kind: Label | None = None


class ActivityAnnounced(Activity):
    """It was announced."""

    type: ClassVar[str] = "activity.announced"


class ActivityStarted(Activity):
    """It began."""

    type: ClassVar[str] = "activity.started"


class ActivityEnded(Activity):
    """It is over."""

    type: ClassVar[str] = "activity.ended"


class ActivityCancelled(Activity):
    """It will not happen."""

    type: ClassVar[str] = "activity.cancelled"


class ActivityBooked(Activity):
    """The member asked for a place."""

    type: ClassVar[str] = "activity.booked"


class ActivityRegistered(Activity):
    """The member has a place."""

    type: ClassVar[str] = "activity.registered"


class ActivityAttended(Activity):
    """The member was there."""

    type: ClassVar[str] = "activity.attended"


class CourseEnrolled(Data):
    """The member began a course."""

    type: ClassVar[str] = "course.enrolled"
    course: Id


class CourseCompleted(Data):
    """The member finished a course."""

    type: ClassVar[str] = "course.completed"
    course: Id
