"""What the caps leave of a gain, and the noting of what was taken of them. Pure."""

from services.incentives.calendar import Windows
from services.incentives.points.caps import BoundCap
from services.incentives.state import Member

Limited = tuple[int, int | None]
"""What is granted, and the word of what limited it."""


def room(member: Member, asked: int, caps: tuple[BoundCap, ...], windows: Windows) -> Limited:
    """How much of a gain the caps allow, and the word of the cap that limits it most."""
    granted, limit = asked, None
    for cap in caps:
        used = member.used.get(cap.id)
        left = cap.most - used.get(windows[cap.window], 0) if used else cap.most
        if cap.count:
            left = asked if left > 0 else 0
        elif left < 0:
            left = 0
        if left < granted:
            granted, limit = left, cap.id
    return granted, limit


def use(
    member: Member, granted: int, cause: int, caps: tuple[BoundCap, ...], windows: Windows
) -> None:
    """Note in the caps' windows what was granted (`cause` 1) or taken back (-1)."""
    for cap in caps:
        if granted * cause > 0 or cap.losses:
            window = windows[cap.window]
            used = member.used.get(cap.id)
            if used is None:
                used = member.used[cap.id] = {}
            step = cause if cap.count else granted
            used[window] = used.get(window, 0) + step
