"""Messages by effective kind. `messages.ugc` are those of regular members only."""

from services.alerts.tallies.definition import Seen, Tally


def names_of(kind: str, regular: bool, guessed: bool) -> tuple[str, ...]:
    """The counters of one message."""
    found = ["messages"]
    if regular or kind != "ugc":
        found.append(f"messages.{kind}")
    if guessed:
        found.append("messages.guessed")
    return tuple(found)


_ALL = {
    (kind, regular, guessed): names_of(kind, regular, guessed)
    for kind in ("ugc", "official", "commercial", "support")
    for regular in (True, False)
    for guessed in (True, False)
}


def names(seen: Seen) -> tuple[str, ...]:
    """The counters of a message as it was seen."""
    return _ALL[seen.kind, seen.regular, seen.guessed]


TALLY = Tally(("post.created", "reply.created"), names)
