"""The gate: what a publication has to pass besides its golden tests, once members have acted."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from services.api.communities.announce import is_last
from services.api.context import Context
from services.api.policies.approvals import approver_of
from services.api.reading import live
from services.incentives.preview.commands import (
    Comparison,
    Gate,
    Names,
    disapproved,
    gate_of,
    lowered,
)
from services.kit.communities.timeline import rules_from
from services.kit.http.problem import ProblemError
from services.kit.registry.registry import Community
from services.kit.runtime import clock

Compares = Callable[[Community, Mapping[str, Any]], AbstractAsyncContextManager[Comparison]]


async def pass_gate(
    here: Context,
    community: Community,
    document: Mapping[str, Any],
    effective_from: str | None,
    names: Names,
    compares: Compares | None = None,
    author: str | None = None,
) -> Names:
    """Who publishes and who approved of it. Raises ProblemError 409 with what would have to change.

    `compares` previews a draft; by default as a request may. `author` is the id of the
    author's key. What was published last may be said again, which changes nothing.
    """
    gate = await _gate(here, community)
    if gate is None or await is_last(here, community, document, effective_from):
        return names
    if gate.approver == "key":
        approver = await approver_of(here.pool, community.key, document, author, names.by)
        names = names._replace(approved_by=approver)
    found = list(disapproved(gate, names))
    if gate.levels_lost_at_most is not None:
        start = clock.now() if effective_from is None else clock.parse_rfc3339(effective_from)
        # Each by itself: a harmless part must not cover for one that comes after it.
        for rules in rules_from(document, start):
            async with (compares or here.previews.of)(community, rules) as comparison:
                told = comparison.totals
            found += lowered(gate, told.levels_down, told.levelled)
    if found:
        detail = "; ".join(fault.detail for fault in found)
        raise ProblemError(409, "The gate is closed", detail, found)
    return names


async def _gate(here: Context, community: Community) -> Gate | None:
    try:
        async with here.views.of("incentives") as db:
            return await gate_of(db, community.key)
    except live.NotReadyError:
        return None  # nothing was ever folded, so no member's action either
