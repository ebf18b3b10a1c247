"""The site's reputation and badges, computed from nothing but a stream of actions.

Small and slow on purpose: a second opinion on the importer, and later on the product's own result.
Rules of 2018, https://stackoverflow.com/help/whats-reputation: an answer's up-vote +10, a
question's +5, accepted +15 and +2 unless one's own, a down-vote -2, bounties as paid, at most 200
a day from votes, where a down-vote makes room again. Start 1.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Wire = Mapping[str, Any]
DAY_LIMIT = 200
UP = {"question": 5, "answer": 10}


class Reputation:
    """`floor` keeps every balance at 1 at least after each step; else only what is `shown`."""

    def __init__(self, *, floor: bool, up: Mapping[str, int] = UP) -> None:
        self._floor = floor
        self._up = up
        self._balance: defaultdict[str, int] = defaultdict(lambda: 1)
        self._day: Counter[tuple[str, str]] = Counter()
        self._kind: dict[str, str] = {}
        self._bots: set[str] = set()
        self._given_away: set[str] = set()

    def shown(self) -> dict[str, int]:
        """Reputation of everybody whom something happened to."""
        return {member: max(1, balance) for member, balance in self._balance.items()}

    def take(self, actions: Iterable[Wire]) -> "Reputation":
        for action in actions:
            handler = getattr(self, "_" + action["type"].replace(".", "_"), None)
            if handler:
                handler(action, action["data"])
        return self

    def _member_joined(self, action: Wire, data: Wire) -> None:
        if data.get("role") == "bot":
            self._bots.add(action["member"])

    def _post_created(self, _action: Wire, data: Wire) -> None:
        self._kind[data["post"]] = data["kind"]

    _reply_created = _post_created

    def _post_community_owned(self, _action: Wire, data: Wire) -> None:
        self._given_away.add(data["post"])

    def _reaction_added(self, action: Wire, data: Wire) -> None:
        if data["target"] in self._given_away or data["kind"] not in {"up", "down"}:
            return
        asked = self._up[self._kind[data["target"]]] if data["kind"] == "up" else -2
        member, day = data.get("author_of_target"), action["time"][:10]
        granted = min(asked, DAY_LIMIT - self._day[member, day])
        self._day[member, day] += granted
        self._add(member, granted)

    def _answer_accepted(self, action: Wire, data: Wire) -> None:
        if action.get("member") != data.get("author"):
            self._add(data.get("author"), 15)
            self._add(action.get("member"), 2)

    def _bounty_offered(self, action: Wire, data: Wire) -> None:
        self._add(action["member"], -data["amount"])

    def _bounty_awarded(self, _action: Wire, data: Wire) -> None:
        self._add(data.get("author"), data["amount"])

    def _add(self, member: str | None, amount: int) -> None:
        if member is None or member in self._bots:
            return
        balance = self._balance[member] + amount
        self._balance[member] = max(1, balance) if self._floor else balance


class Badges:
    """(badge, member) -> how often, awarded as it goes and never taken away."""

    def __init__(self, actions: Iterable[Wire]) -> None:
        self.earned: Counter[tuple[str, str]] = Counter()
        self._posts: dict[str, tuple[str, str | None]] = {}
        self._ranked: set[tuple[str, str]] = set()
        self._score: Counter[str] = Counter()
        self._comments: Counter[str] = Counter()
        for action in actions:
            handler = getattr(self, "_" + action["type"].replace(".", "_"), None)
            if handler:
                handler(action, action["data"])

    def members(self, badge: str) -> Counter[str]:
        """Who has a badge, and how often."""
        return Counter({who: n for (name, who), n in self.earned.items() if name == badge})

    def _post_created(self, action: Wire, data: Wire) -> None:
        member = action.get("member")
        self._posts[data["post"]] = data["kind"], member
        if data["kind"] == "comment" and member:
            self._comments[member] += 1
            if self._comments[member] == 10:
                self._once("Commentator", member)

    _reply_created = _post_created

    def _reaction_added(self, _action: Wire, data: Wire) -> None:
        kind, author = self._posts[data["target"]]
        before = self._score[data["target"]]
        self._score[data["target"]] += {"up": 1, "down": -1}.get(data["kind"], 0)
        after = self._score[data["target"]]
        if after > before and author:
            self._scored(data["target"], kind.title(), author, after)

    def _scored(self, post: str, kind: str, author: str, score: int) -> None:
        if score == 1:
            self._once({"Question": "Student", "Answer": "Teacher"}[kind], author)
        rank = {10: "Nice", 25: "Good", 100: "Great"}.get(score)
        if rank and (rank, post) not in self._ranked:
            self._ranked.add((rank, post))
            self.earned[f"{rank} {kind}", author] += 1

    def _answer_accepted(self, action: Wire, _data: Wire) -> None:
        self._once("Scholar", action.get("member"))

    def _post_viewed(self, _action: Wire, data: Wire) -> None:
        _, author = self._posts[data["post"]]
        if data["count"] >= 1000 and author:
            self.earned["Popular Question", author] += 1

    def _once(self, badge: str, member: str | None) -> None:
        if member:
            self.earned[badge, member] = 1
