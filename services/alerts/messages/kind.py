"""The effective kind of a message. Pure.

The operator's label comes first (applied where it arrives), then the producer's kind, then the
policy's rules in order, then: a regular member's message is `ugc`, a staff member's or a bot's
`official`. Only the first two are known; the rest is guessed, and the share of guesses is shown.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.alerts.policy.health import KindRule

KINDS = frozenset({"ugc", "official", "commercial", "support"})


def kind_of(
    data: Mapping[str, Any],
    space: str | None,
    roles: Collection[str],
    regular: bool,
    rules: Sequence[KindRule],
) -> tuple[str, bool]:
    """(kind, whether it was guessed). `data` holds the text only where it could be opened."""
    named = data.get("kind")
    if named in KINDS:
        return str(named), False
    for rule in rules:
        if _holds(rule, data, space, roles):
            return rule.kind, True
    return ("ugc" if regular else "official"), True


def _holds(
    rule: KindRule, data: Mapping[str, Any], space: str | None, roles: Collection[str]
) -> bool:
    if rule.roles and not any(role in roles for role in rule.roles):
        return False
    if rule.spaces and space not in rule.spaces:
        return False
    text = f"{data.get('title') or ''} {data.get('text') or ''}".lower()
    if rule.links and not _links_hold(rule.links, text):
        return False
    return not rule.words or any(word.lower() in text for word in rule.words)


def _links_hold(patterns: Sequence[str], text: str) -> bool:
    links = [word for word in text.split() if "://" in word]
    return any(pattern.lower() in link for pattern in patterns for link in links)
