"""People: coming, going, suspended, and the groups that make somebody staff or a leader."""

from collections.abc import Callable
from typing import Any

from services.ingest.platforms.discourse.payload import Payload

GROUPS = {3: "staff", 14: "leader"}
"""Discourse's own groups, whose numbers never change: all admins and moderators, and the members of
trust level 4, who are appointed."""


def _action(type_: str, user: int, happening: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "id": f"user/{user}/{happening}", "member": str(user), **fields}


def created(user: Payload) -> list[dict[str, Any]]:
    """An account was made."""
    number, at = user.number("id"), user.text("created_at", 64)
    return [_action("member.joined", number, "joined", time=at, data={"via": "discourse"})]


def destroyed(user: Payload) -> list[dict[str, Any]]:
    """An account was deleted."""
    return [_action("member.left", user.number("id"), "left", data={"reason": "destroyed"})]


def suspended(user: Payload) -> list[dict[str, Any]]:
    """No logging in until a time."""
    number, until = user.number("id"), user.text("suspended_till", 64)
    happening = f"suspended/{user.fingerprint()}"
    data = {"sanction": "ban", "until": until}
    return [_action("member.sanctioned", number, happening, data=data)]


def unsuspended(user: Payload) -> list[dict[str, Any]]:
    """Welcome again."""
    happening = f"unsuspended/{user.fingerprint()}"
    data = {"sanction": "lift"}
    return [_action("member.sanctioned", user.number("id"), happening, data=data)]


def joined_group(membership: Payload) -> list[dict[str, Any]]:
    """{id, user_id, group_id}: who comes into one of Discourse's own groups has its role."""
    return _role(membership, "role.appointed", "added")


def left_group(membership: Payload) -> list[dict[str, Any]]:
    """Neither admin nor moderator any more, or no leader."""
    return _role(membership, "role.ended", "removed")


def _role(membership: Payload, type_: str, happening: str) -> list[dict[str, Any]]:
    group = membership.number("group_id")
    if group not in GROUPS:
        return []
    what = f"group/{group}/{membership.number('id')}/{happening}"
    return [_action(type_, membership.number("user_id"), what, data={"role": GROUPS[group]})]


HANDLERS: dict[str, Callable[[Payload], list[dict[str, Any]]]] = {
    "user_created": created,
    "user_destroyed": destroyed,
    "user_suspended": suspended,
    "user_unsuspended": unsuspended,
    "user_added_to_group": joined_group,
    "user_removed_from_group": left_group,
}
