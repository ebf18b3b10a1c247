"""How often a member did what, and on which days. Kept whatever the policy asks today."""

from services.incentives.content.reach import RESTORES, UNDOES
from services.incentives.scene import ORIGINAL, Scene, counter
from services.incentives.state import ORIGINAL_MARK, Content, Member
from services.incentives.tenant import Tenant

MOST_WORDS = 20_000
"""Words of a community beyond which kinds are no longer counted apart: producers choose kinds."""
LONGEST_WINDOW = 400
"""Days for which windowed counts are kept."""


def count_action(scene: Scene, tenant: Tenant, windowed: frozenset[int]) -> None:
    """Count what was done, for the member who did it and for the author it was done to."""
    data, day = scene.data, scene.day
    kind = data.get("kind")
    if data.get("original") is True:
        kind = ORIGINAL
    done, received = _words(tenant, scene.event.type, kind if isinstance(kind, str) else None)
    doer, author = scene.doer, scene.author
    if doer is not None:
        if doer.latest != day:
            doer.acted_on(day)
        counts = doer.counts
        for word in done:
            counts[word] = counts.get(word, 0) + 1
        if windowed:
            _add_daily(doer, done, day, windowed)
    if author is not None:
        counts = author.counts
        for word in received:
            counts[word] = counts.get(word, 0) + 1
        if windowed:
            _add_daily(author, received, day, windowed)


def uncount_action(scene: Scene, tenant: Tenant) -> None:
    """Take an action that was undone out of the counts."""
    type_ = UNDOES[scene.event.type]
    kind = scene.data.get("kind")
    done, received = _words(tenant, type_, kind if isinstance(kind, str) else None)
    if scene.doer is not None:
        _add(scene.doer, done, -1)
    if scene.author is not None:
        _add(scene.author, received, -1)


def count_removal(scene: Scene, post: Content, author: Member, tenant: Tenant) -> None:
    """Take a removed post out of its author's counts, or a restored one into them again."""
    step = 1 if scene.event.type == RESTORES else -1
    kind = ORIGINAL if ORIGINAL_MARK in post.tallies else post.kind
    done, _ = _words(tenant, post.made, kind)
    _add(author, done, step)


def _add(member: Member, words: tuple[int, ...], step: int) -> None:
    counts = member.counts
    for word in words:
        counts[word] = max(0, counts.get(word, 0) + step)


def _add_daily(member: Member, words: tuple[int, ...], day: int, windowed: frozenset[int]) -> None:
    for word in words:
        if word in windowed:
            keep_day(member, word, day, 1)


def keep_day(member: Member, word: int, day: int, amount: int) -> None:
    """Add to what a ladder asks about in a window; never below 0 on a day."""
    daily = member.daily.setdefault(word, {})
    daily[day] = max(0, daily.get(day, 0) + amount)
    if len(daily) > LONGEST_WINDOW:
        del daily[min(daily)]


def _words(tenant: Tenant, type_: str, kind: str | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    found = tenant.counters.get((type_, kind))
    if found is None:
        words = tenant.words
        names: list[tuple[str, str | None]] = [(type_, None)]
        if kind is not None and len(words.names) < MOST_WORDS:
            names.append((type_, kind))
        found = (
            tuple(words[counter(*name, received=False)] for name in names),
            tuple(words[counter(*name, received=True)] for name in names),
        )
        if len(tenant.counters) < MOST_WORDS:
            tenant.counters[(type_, kind)] = found
    return found
