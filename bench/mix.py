"""A mix of actions as a forum sends them: a fifth posts, a third replies, the rest likes."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.events import A_DAY, MEMBERS, slug

WORDS = (
    "tea", "leaf", "water", "kettle", "steam", "spring", "autumn", "oolong", "green", "black",
    "cup", "pot", "pour", "taste", "sweet", "bitter", "cloud", "hill", "garden", "morning",
)  # fmt: skip
POST, REPLY = 60, 25
"""Words of one, about."""


def action(rng: random.Random, community: int, number: int, at: datetime) -> dict[str, Any]:
    """The `number`th action of a community, with words that do not repeat."""
    post = f"p{number}"
    target = f"p{number - rng.randrange(1, 200)}"
    kind = rng.random()
    if kind < 0.2:
        data: dict[str, Any] = {"post": post, "title": text(rng, 6), "text": text(rng, POST)}
        type_ = "post.created"
    elif kind < 0.5:
        data = {"post": post, "in_reply_to": target, "text": text(rng, REPLY)}
        type_ = "reply.created"
    else:
        data = {"target": target, "author_of_target": member(rng), "kind": "like"}
        type_ = "reaction.added"
    return {
        "id": f"{type_}/{number}",
        "source": "https://forum.example/hooks",
        "type": type_,
        "time": at.isoformat(),
        "community": slug(community),
        "space": rng.choice(("oolong", "green", "teaware")),
        "member": member(rng),
        "data": data,
    }


def member(rng: random.Random) -> str:
    """Somebody of a community."""
    return f"member-{rng.randrange(MEMBERS)}"


def text(rng: random.Random, words: int) -> str:
    """About so many words."""
    return " ".join(rng.choices(WORDS, k=rng.randrange(words // 2, words * 3 // 2)))


def mixed(community: int, count: int, communities: int) -> Iterator[dict[str, Any]]:
    """The actions of one of so many communities, ending now."""
    rng = random.Random(community)
    step = timedelta(days=1) * communities / A_DAY
    begun = datetime.now(UTC) - count * step
    for number in range(count):
        yield action(rng, community, number, begun + number * step)
