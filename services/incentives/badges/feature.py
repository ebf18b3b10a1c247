"""Badges that are taken away: by an operator, or where what earned them is undone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.badges.kinds.score import Score
from services.incentives.content.posts import touch
from services.incentives.features import Listener
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.state import Words
from services.incentives.tenant import Tenant


class ByHand:
    """An operator's word. Of a badge that the member does not hold nothing is taken."""

    def __init__(self, of_posts: frozenset[int]) -> None:
        self._of_posts = of_posts
        """Badges that posts remember, and members do not."""

    def types(self) -> Iterable[str]:
        return ("badge.revoked",)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        member, name = scene.doer, scene.data.get("badge")
        word = tenant.words.ids.get(f"badge:{name}")
        if member is None or word is None:
            return
        if word in member.badges:
            member.badges.remove(word)
            tenant.touch(member)
        elif word not in self._of_posts:
            return
        _revoke(scene, tenant, outcome, (member.token, word, b""))


class BoundScore:
    """A badge for a score that the policy takes away with the score."""

    last = True

    def __init__(self, word: int, badge: Score) -> None:
        self.word, self.badge = word, badge

    def types(self) -> Iterable[str]:
        return ("reaction.removed", "post.removed")

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        post = scene.target
        if post is None or post.author is None or self.word not in post.awarded:
            return
        if post.removed or self.badge.of_tallies(post.tallies) < self.badge.at_least:
            post.awarded.remove(self.word)
            touch(post, tenant)
            _revoke(scene, tenant, outcome, (post.author, self.word, post.subject))


def _revoke(scene: Scene, tenant: Tenant, outcome: Outcome, what: tuple[int, int, bytes]) -> None:
    (token, word, subject), event = what, scene.event
    row = (tenant.key, word, event.offset, token, event.time, subject)
    outcome.rows["badge_revocation"].append(row)
    name = tenant.words.names[word].removeprefix("badge:")
    data: dict[str, object] = {"member": token, "badge": name}
    outcome.fact(tenant.key, "badge.revoked", (name, token), event.time, data, event)


class Badges:
    """The feature. What earns badges is `awarding`."""

    name = "badges"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "badge_revocation": ("community", "badge", "offset", "member", "at", "subject")
    }

    def bind(self, policy: Incentives, words: Words) -> Iterator[Listener]:
        # Those that an action earns: they are words already, and words keep their order.
        badges = policy.badges.items()
        repeated = [name for name, badge in badges if badge.repeatable and badge.types()]
        yield ByHand(frozenset(words[f"badge:{name}"] for name in repeated))
        for name, badge in policy.badges.items():
            if isinstance(badge, Score) and badge.revoked:
                yield BoundScore(words[f"badge:{name}"], badge)


FEATURE = Badges()
