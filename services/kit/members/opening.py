"""Opening what members wrote, or what was decided of it where nobody can open it any more.

Keys are read anew for every batch, under a lock that whoever begins or ends an erasure takes
alone. So what a consumer has in hand when it reads a key stood in the log before the erasure's
cut, and a replay of it opens, or knows, the same.
"""

from collections.abc import Collection, Sequence
from typing import Any

import asyncpg
import msgspec

from services.kit.actions.event import Event
from services.kit.members.sealing import Member, opened
from services.kit.runtime import database, sql

Q = sql.load(__file__)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


async def open_texts(pool: database.Pool, events: Sequence[Event]) -> None:
    """Each sealed event gets its texts into `data` and `opened`, or else its `verdicts`."""
    sealed = [(event, *writer_of(event.sealed)) for event in events if event.sealed]
    if not sealed:
        return
    async with pool.acquire() as db, db.transaction():
        await db.execute(Q.share_erasing)
        keys = await _keys(db, {token for _, token, _ in sealed})
        closed = []
        for event, token, text in sealed:
            key, cut = keys.get(token, (None, None))
            if key is None or (cut is not None and event.offset >= cut):
                closed.append(event)
                continue
            event.data |= opened(Member(token, key), text)
            event.opened = True
        if closed:
            await _verdicts(db, closed)


def writer_of(sealed: str) -> tuple[int, str]:
    """The token under whose key a text is sealed, and the rest."""
    token, _, text = sealed.partition(":")
    return int(token), text


async def _keys(
    db: database.Connection, tokens: Collection[int]
) -> dict[int, tuple[bytes, int | None]]:
    rows: list[asyncpg.Record] = await db.fetch(Q.keys, list(tokens))
    return {row["token"]: (row["key"], row["cut"]) for row in rows}


async def _verdicts(db: database.Connection, events: Sequence[Event]) -> None:
    places = [event.partition for event in events], [event.offset for event in events]
    rows = await db.fetch(Q.verdicts, *places)
    said = {(row["partition"], row["offset"]): row["said"] for row in rows}
    for event in events:
        told = said.get((event.partition, event.offset))
        event.verdicts = {} if told is None else _decode(told)
