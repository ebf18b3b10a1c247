"""The directory: who a token is, and the key that seals what that member writes.

Members stand in the log by random tokens and their words under a key of their own. Both are
kept here, outside the log. Erasing a member is deleting a row.
"""

import base64
import os
import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kit.actions.event import Event
from services.kit.runtime import database, sql

Q = sql.load(__file__)
CACHED = 200_000
"""Members kept in memory, at about 300 bytes each."""

_NONCE = 12
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict).decode


class Member(NamedTuple):
    """A directory entry."""

    token: int
    key: bytes


class Directory:
    """Tokens and keys, through a bounded cache."""

    def __init__(self, pool: database.Pool, cached: int = CACHED) -> None:
        self._pool = pool
        self._cached = cached
        self._known: OrderedDict[tuple[int, str], Member] = OrderedDict()
        self._keys: dict[int, bytes] = {}

    async def tokens(self, community: int, ids: Collection[str]) -> dict[str, int]:
        """The token of each id; who is new gets one."""
        found = self._cached_tokens(community, ids)
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            found |= await self._find(community, missing)
            fresh = sorted({id_ for id_ in missing if id_ not in found})
            if fresh:
                await self._mint(community, fresh)
                found |= await self._find(community, fresh)
        return found

    def _cached_tokens(self, community: int, ids: Iterable[str]) -> dict[str, int]:
        known = self._known
        return {
            id_: member.token for id_ in ids if (member := known.get((community, id_))) is not None
        }

    async def _mint(self, community: int, ids: list[str]) -> None:
        tokens = [secrets.randbits(63) for _ in ids]
        keys = [AESGCM.generate_key(128) for _ in ids]
        await self._pool.execute(Q.mint, community, ids, tokens, keys)

    async def _find(self, community: int, ids: list[str]) -> dict[str, int]:
        rows = await self._pool.fetch(Q.find, community, ids)
        for row in rows:
            self._keep(community, row["id"], Member(row["token"], row["key"]))
        return {row["id"]: row["token"] for row in rows}

    def _keep(self, community: int, id_: str, member: Member) -> None:
        self._known[(community, id_)] = member
        self._keys[member.token] = member.key
        while len(self._known) > self._cached:
            _, oldest = self._known.popitem(last=False)
            self._keys.pop(oldest.token, None)

    async def find(self, community: int, ids: Collection[str]) -> dict[str, int]:
        """The tokens of those ids that are known. Makes none."""
        found = self._cached_tokens(community, ids)
        missing = [id_ for id_ in ids if id_ not in found]
        return found | (await self._find(community, missing) if missing else {})

    async def names(self, tokens: Collection[int]) -> dict[int, str]:
        """The platform's id of each token. An erased member has none."""
        if not tokens:
            return {}
        rows = await self._pool.fetch(Q.by_token, list(set(tokens)))
        return {row["token"]: row["id"] for row in rows}

    def seal(self, token: int, texts: dict[str, object]) -> str:
        """`texts` under the member's key: the token and base64. `tokens` must have given it."""
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self._keys[token])
        sealed = nonce + cipher.encrypt(nonce, _encode(texts), _bound(token))
        return f"{token}:{base64.b64encode(sealed).decode('ascii')}"

    async def open(self, events: Sequence[Event]) -> None:
        """Put the texts of sealed events back into their data, where the key still exists."""
        sealed = [
            (event, int(token), text)
            for event in events
            if event.sealed
            for token, _, text in [event.sealed.partition(":")]
        ]
        keys = await self._keys_of({token for _, token, _ in sealed})
        for event, token, text in sealed:
            texts = _opened(keys.get(token), token, text)
            if texts:
                event.data = {**event.data, **texts}

    async def _keys_of(self, tokens: set[int]) -> dict[int, bytes]:
        keys = {token: key for token in tokens if (key := self._keys.get(token)) is not None}
        if len(keys) < len(tokens):
            rows = await self._pool.fetch(Q.by_token, list(tokens - keys.keys()))
            keys |= {row["token"]: row["key"] for row in rows}
        return keys


def _bound(token: int) -> bytes:
    return token.to_bytes(8, "big")


def _opened(key: bytes | None, token: int, text: str) -> dict[str, object]:
    if key is None:
        return {}
    raw = base64.b64decode(text)
    try:
        return _decode(AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(token)))
    except InvalidTag:
        return {}
