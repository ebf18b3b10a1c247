"""Signatures of Standard Webhooks, version 1 of its symmetric scheme. Pure.

`v1,` and base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`, under the bytes that the secret
holds in base64 behind `whsec_` (24 to 64 of them).
"""

import base64
import binascii
import hmac
from hashlib import sha256

PREFIX = "whsec_"


class WrongSecretError(ValueError):
    """Not a secret of Standard Webhooks; the message says what one looks like."""


def key_of(secret: str) -> bytes:
    """The key in a secret. Raises WrongSecretError."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise WrongSecretError("a secret is whsec_ and base64 of 24 to 64 random bytes")
    return key


def headers(secret: str, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of an attempt; `timestamp` is its own, in seconds since 1970."""
    signed = f"{id_}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key_of(secret), signed, sha256).digest()).decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
