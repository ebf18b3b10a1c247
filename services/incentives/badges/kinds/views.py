"""A post that was seen often."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene


class Views(Badge):
    """For the author of a post when it has been seen so many times."""

    kind: Literal["views"] = "views"
    of: str = Field(description="Kind of the post, such as question.")
    at_least: int = Field(ge=1)

    def types(self) -> tuple[str, ...]:
        return ("post.viewed",)

    def earned(self, scene: Scene) -> Earned | None:
        post = scene.target
        if post is None or post.author is None or post.kind != self.of:
            return None
        return Earned(post.author, post.subject) if post.views >= self.at_least else None


KIND = Views
