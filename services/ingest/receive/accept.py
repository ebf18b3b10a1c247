"""From checked actions of one community to their position in the log."""

from collections.abc import Sequence

from services.ingest.context import Context
from services.ingest.receive import imports
from services.ingest.receive.intake import Intake
from services.kit.actions.envelope import Checked
from services.kit.log.port import Entry
from services.kit.registry.registry import Community


async def accept(
    context: Context, intake: Intake, slug: str, actions: Sequence[Checked], *, live: bool = False
) -> int:
    """The position of the last of `actions`, once the log has them all.

    `live`: never part of an import. Raises UnknownCommunityError, IntakeError,
    RecordTooLargeError, or the database's error where it is needed and away.
    """
    community = await context.registry.community(slug)
    now = context.now()
    open_ = () if live else await context.registry.imports(community.key)
    if not open_ and (live or imports.BRACKETS.isdisjoint([action.type for action in actions])):
        entries = await context.recorder.entries(community.key, slug, actions, now)
        return await intake.append(community.partition, entries)
    return await _with_imports(context, intake, community, imports.plan(actions, open_), now)


async def _with_imports(
    context: Context, intake: Intake, community: Community, plan: imports.Plan, now: int
) -> int:
    """Opened before the append and closed after it: a repeat of either changes nothing."""
    entries: list[Entry] = []
    for stamp, run in plan.runs:
        entries += await context.recorder.entries(community.key, community.slug, run, now, stamp)
    for begun in plan.opened:
        await context.registry.open_import(community, begun.id, begun.source)
    position = await intake.append(community.partition, entries)
    for ended in plan.closed:
        await context.registry.close_import(community, ended)
    return position
