"""A post whose reactions add up."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene


class Score(Badge):
    """For the author of a post when the weights of its reactions reach a sum."""

    kind: Literal["score"] = "score"
    of: str = Field(description="Kind of the post, such as question or answer.")
    reactions: dict[str, int] = Field(
        default_factory=lambda: {"like": 1}, description="Kind of reaction -> its weight."
    )
    at_least: int

    def types(self) -> tuple[str, ...]:
        return ("reaction.added",)

    def reaction_kinds(self) -> tuple[str, ...]:
        return tuple(self.reactions)

    def earned(self, scene: Scene) -> Earned | None:
        post = scene.target
        if post is None or post.author is None or post.kind != self.of:
            return None
        tallies = post.tallies
        score = sum(weight * tallies.get(kind, 0) for kind, weight in self.reactions.items())
        return Earned(post.author, post.subject) if score >= self.at_least else None


KIND = Score
