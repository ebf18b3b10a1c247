"""What is granted: by hand, or for a quest."""

from typing import Literal

from services.incentives.badges.badge import Badge, Earned, Scene


class Granted(Badge):
    """For the members to whom it is granted by an operator or a quest; no action earns it."""

    kind: Literal["granted"] = "granted"

    def earned(self, _scene: Scene) -> Earned | None:
        return None


KIND = Granted
