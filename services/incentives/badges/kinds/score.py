"""A post whose reactions add up."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from services.incentives.badges.badge import Badge, Earned, Scene


class Score(Badge):
    """For the author of a post when the weights of its reactions reach a sum."""

    kind: Literal["score"] = "score"
    of: str = Field(description="Kind of the post, such as question or answer.")
    reactions: dict[str, int] = Field(
        default_factory=lambda: {"like": 1}, description="Kind of reaction -> its weight."
    )
    at_least: int
    revoked: bool = Field(
        default=False,
        description="Repeatable only: gone where the sum falls below, or the post is removed.",
    )

    @model_validator(mode="after")
    def _of_one_post(self) -> "Score":
        if self.revoked and not self.repeatable:
            raise ValueError("revoked goes with repeatable: each award is of one post")
        return self

    def types(self) -> tuple[str, ...]:
        return ("reaction.added",)

    def reaction_kinds(self) -> tuple[str, ...]:
        return tuple(self.reactions)

    def earned(self, scene: Scene) -> Earned | None:
        post = scene.target
        if post is None or post.author is None or post.kind != self.of:
            return None
        tallies = post.tallies
        return (
            Earned(post.author, post.subject) if self.of_tallies(tallies) >= self.at_least else None
        )

    def of_tallies(self, tallies: Mapping[str, int]) -> int:
        """The sum of a post's reactions."""
        return sum(weight * tallies.get(kind, 0) for kind, weight in self.reactions.items())


KIND = Score
