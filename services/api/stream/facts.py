"""Facts as server-sent events: from a place on, for as long as the reader stays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import msgspec

from services.api.context import Context
from services.api.reading.progress import PROJECTIONS
from services.api.stream.place import BEGINNING, At, Place, written
from services.api.tokens import named, names, tokens_in
from services.kit.registry.registry import Community
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)
AT_ONCE = 500
LOOK_EVERY = 5.0
"""Seconds after which a stream looks without having been woken: words can be lost."""
PING_EVERY = 3
"""Looks without a fact between two signs of life."""
PING = b": still here\n\n"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict).decode


async def newest(here: Context, community: Community) -> Place:
    """The place behind every fact there is."""
    place = dict(BEGINNING)
    for name in PROJECTIONS:
        row = await here.pool.fetchrow(Q.newest, community.key, name)
        if row is not None:
            place[name] = At(*row)
    return place


async def events(here: Context, community: Community, place: Place) -> AsyncIterator[bytes]:
    """The stream's bytes, until the process ends or the reader goes."""
    yield f"retry: 2000\nid: {written(place)}\n\n".encode()  # so that a resume finds its place
    quiet = 0
    while not here.hub.closing:
        news = here.hub.news
        try:
            chunk, place, full = await _look(here, community, place)
        except Exception as error:
            if not database.is_away(error):
                raise
            chunk, full = b"", False
        if chunk:
            quiet = 0
            yield chunk
        if full:
            continue
        if not await _woken(news):
            quiet += 1
            if quiet % PING_EVERY == 0:
                yield PING


async def _woken(news: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LOOK_EVERY):
            return await news.wait()
    return False


async def _look(here: Context, community: Community, place: Place) -> tuple[bytes, Place, bool]:
    """What is new as bytes, the place behind it, and whether there may be more."""
    found = []
    full = False
    for name in PROJECTIONS:
        rows = await here.pool.fetch(Q.facts, community.key, name, *place[name], AT_ONCE)
        full = full or len(rows) == AT_ONCE
        found += [(name, row, _decode(row["data"])) for row in rows]
    ids = await names(here.directory, (t for _, _, data in found for t in tokens_in(data)))
    parts = []
    for name, row, data in found:
        place = {**place, name: At(row["offset"], row["n"])}
        body = {
            "id": row["id"],
            "type": row["type"],
            "time": clock.rfc3339(row["at"]),
            "community": community.slug,
            "position": row["offset"],
            "data": named(data, ids),
        }
        head = f"id: {written(place)}\nevent: {row['type']}\ndata: ".encode()
        parts.append(head + _encode(body) + b"\n\n")
    return b"".join(parts), place, full
