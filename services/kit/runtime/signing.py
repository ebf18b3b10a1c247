"""What Hearth signs for others to check: Ed25519 over canonical JSON.

The key derives from the master key, so every process of an installation has the same and none is
kept. Canonical is: UTF-8, no space, object keys sorted.
"""

import base64
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.kit.runtime.secrets import Vault

canonical = msgspec.json.Encoder(order="sorted").encode
"""The bytes of a JSON value that are signed."""


class PublicKey(NamedTuple):
    """What checks a signature: base64 of the raw 32 bytes, and their short name."""

    id: str
    value: str


class Signer:
    """Signs JSON documents of one `purpose`. `vault` holds the installation's master key."""

    def __init__(self, vault: Vault, purpose: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(vault.derived(purpose))
        raw = self._key.public_key().public_bytes_raw()
        self.public = PublicKey(raw.hex()[:16], base64.b64encode(raw).decode())

    def sign(self, document: Any) -> str:
        """base64 of the signature over `canonical(document)`."""
        return base64.b64encode(self._key.sign(canonical(document))).decode()


def genuine(public: str, document: Any, signature: str) -> bool:
    """Whether the key (base64) signed the document."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical(document))
    except (InvalidSignature, ValueError):
        return False
    return True
