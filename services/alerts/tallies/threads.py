"""Threads opened, and those of them that regular members opened."""

from services.alerts.tallies.definition import Seen, Tally


def names(seen: Seen) -> tuple[str, ...]:
    """The counters of a post that may open a thread."""
    if not seen.opens_thread:
        return ()
    return ("threads", "threads.regular") if seen.regular else ("threads",)


TALLY = Tally(("post.created",), names)
