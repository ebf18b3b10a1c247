"""How urgent an incident is: the matrix of how far it reaches and how fast it hurts. Pure."""

from enum import IntEnum, StrEnum


class Scope(StrEnum):
    """How far it reaches."""

    MEMBER = "one member"
    SPACE = "one space"
    SEVERAL = "several spaces"
    COMMUNITY = "community"


class Urgency(StrEnum):
    """How soon it hurts."""

    SPREADING = "spreading"
    HARM_NOW = "harm now"
    TODAY = "today"
    CAN_WAIT = "can wait"


class Priority(IntEnum):
    """P1 is the most urgent: a smaller number goes first."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


_ROWS = {
    #                 spreading    harm now     today        can wait
    Scope.COMMUNITY: (Priority.P1, Priority.P1, Priority.P2, Priority.P3),
    Scope.SEVERAL: (Priority.P1, Priority.P2, Priority.P3, Priority.P3),
    Scope.SPACE: (Priority.P2, Priority.P2, Priority.P3, Priority.P4),
    Scope.MEMBER: (Priority.P3, Priority.P3, Priority.P4, Priority.P4),
}

MATRIX: dict[tuple[Scope, Urgency], Priority] = {
    (scope, urgency): priority
    for scope, row in _ROWS.items()
    for urgency, priority in zip(Urgency, row, strict=True)
}


def priority_of(scope: Scope, urgency: Urgency) -> Priority:
    """The cell of the matrix."""
    return MATRIX[scope, urgency]


def printed() -> str:
    """The matrix as a table for people."""
    head = " | ".join(["", *Urgency])
    lines = [" | ".join([scope, *(p.name for p in row)]) for scope, row in _ROWS.items()]
    return "\n".join([head, *lines])
