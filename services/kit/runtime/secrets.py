"""Secrets at rest: AES-GCM under one master key, bound to the row they belong to."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class UnreadableSecretError(Exception):
    """A sealed value does not open: another master key, or a row that was moved."""


class Vault:
    """Seals short values. `key` is 16, 24 or 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key, self._cipher = key, AESGCM(key)

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose: the same for the same master key, and no way back to it."""
        return HKDF(SHA256(), 32, None, f"hearth/{purpose}".encode()).derive(self._key)

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Nonce and ciphertext; `owner` (the row's identity) must be the same when opened."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """The plain value. Raises UnreadableSecretError."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode())
        except InvalidTag as error:
            raise UnreadableSecretError(owner) from error


def kept(path: Path, size: int = 32) -> bytes:
    """The random bytes kept in `path`, made (readable by the owner only) when it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(os.urandom(size).hex(), encoding="ascii")
        try:
            os.link(fresh, path)  # of several processes at once, one wins and all read that
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
