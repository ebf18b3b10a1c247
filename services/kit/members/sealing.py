"""What a member writes, under a key of that member: AES-GCM, bound to the member's token."""

import base64
import os
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_decode = msgspec.json.Decoder(dict).decode


class Member(NamedTuple):
    """Who stands in the log as `token`, and the key of 16 bytes that erasure destroys."""

    token: int
    key: bytes


def seal(member: Member, texts: bytes) -> str:
    """A JSON object, sealed: the token and base64 of nonce and ciphertext."""
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(member.key).encrypt(nonce, texts, _bound(member))
    return f"{member.token}:{base64.b64encode(sealed).decode('ascii')}"


def opened(member: Member, sealed: str) -> dict[str, object]:
    """The object whose sealed form (without the token) this is; empty under another's key."""
    raw = base64.b64decode(sealed)
    try:
        return _decode(AESGCM(member.key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(member)))
    except InvalidTag:
        return {}


def _bound(member: Member) -> bytes:
    return member.token.to_bytes(8, "big")
