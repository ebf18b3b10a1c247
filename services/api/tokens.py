"""Members at the edge: tokens inside, the platform's ids outside.

Views and facts hold tokens. Which fields do is known by their names, which are those of the
action families, and those that the views declare.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from services.kit.actions.envelope import known_types
from services.kit.actions.families import MemberMark
from services.kit.http.problem import ProblemError
from services.kit.members.directory import Directory
from services.kit.registry.registry import Community

ERASED = "erased"
"""Shown in the place of a member whose directory entry is gone."""
FIELDS = frozenset(
    {"member", "author", "affected"}
    | {name for model in known_types().values() for name in model.marked(MemberMark)}
)
"""Names of fields that hold tokens."""


async def token_of(directory: Directory, community: Community, member: str) -> int:
    """The token of a member. Raises ProblemError 404 for one that nothing was heard of."""
    found = await directory.find(community.key, [member])
    if member not in found:
        raise unknown_member(community.slug)
    return found[member]


def unknown_member(community: str) -> ProblemError:
    """404."""
    detail = (
        f"Nothing was heard of this member; GET /v1/communities/{community}/members lists them."
    )
    return ProblemError(404, "No such member", detail)


async def names(directory: Directory, tokens: Iterable[int | None]) -> dict[int, str]:
    """The ids of tokens, with `erased` where there is none any more."""
    wanted = {token for token in tokens if token is not None}
    found = await directory.names(wanted)
    return {token: found.get(token, ERASED) for token in wanted}


def tokens_in(value: Any, fields: Collection[str] = FIELDS) -> Iterator[int]:
    """Every token in the member fields of a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in fields:
                yield from _tokens(inner)
            else:
                yield from tokens_in(inner, fields)
    elif isinstance(value, list):
        for inner in value:
            yield from tokens_in(inner, fields)


def _tokens(value: Any) -> Iterator[int]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, int) and not isinstance(each, bool):
            yield each


def named(value: Any, ids: dict[int, str], fields: Collection[str] = FIELDS) -> Any:
    """The value with ids in the place of tokens."""
    if isinstance(value, dict):
        return {
            name: _id(inner, ids) if name in fields else named(inner, ids, fields)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [named(inner, ids, fields) for inner in value]
    return value


def _id(value: Any, ids: dict[int, str]) -> Any:
    if isinstance(value, list):
        return [_id(each, ids) for each in value]
    is_token = isinstance(value, int) and not isinstance(value, bool)
    return ids.get(value, ERASED) if is_token else value
