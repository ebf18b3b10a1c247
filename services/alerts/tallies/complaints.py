"""Complaints of members (staff and bots left out), by the minute too."""

from services.alerts.tallies.definition import Seen, Tally


def names(seen: Seen) -> tuple[str, ...]:
    """The counter of a complaint."""
    return ("complaints",) if seen.regular else ()


TALLY = Tally(("complaint.filed",), names, minutes=True)
