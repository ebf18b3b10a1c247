"""Short ways to say what members do."""

from typing import Any


def action(community: str, id_: str, type_: str, member: str | None, **data: Any) -> dict[str, Any]:
    """An action as a platform sends it."""
    found = {"specversion": "1.0", "id": id_, "source": "https://forum.example/hooks"}
    found |= {"type": type_, "community": community, "data": data}
    return found if member is None else {**found, "member": member}


def post(community: str, name: str, member: str, text: str = "Good tea") -> dict[str, Any]:
    """A thread that is opened."""
    return action(community, f"post/{name}/created", "post.created", member, post=name, text=text)


def featured(community: str, name: str) -> dict[str, Any]:
    """A post that is put forward."""
    return action(community, f"post/{name}/featured", "post.featured", "boss", post=name)


def complaints(community: str, count: int) -> list[dict[str, Any]]:
    """As many members, each of whom complains once, now."""
    return [
        action(community, f"c{n}", "complaint.filed", f"u{n}", text="burnt") for n in range(count)
    ]
