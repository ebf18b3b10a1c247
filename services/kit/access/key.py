"""What an API key is and what it allows. Pure.

A key reads `hearth_<id>_<secret>`: the id is visible and may be shown and logged, the secret is
128 random bits. Only the SHA-256 of the whole is stored; with so many random bits a slow hash
would protect nothing more.

    AccessError
    ├── NotAuthenticatedError   no key, or one that is wrong, expired or revoked
    ├── NotAllowedError         the key lacks a scope
    └── OutOfReachError         a community the key may not touch; told apart from one that
                                does not exist by nobody
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = re.compile(r"hearth_([a-z2-7]{8})_([a-z2-7]{26})")
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


class Scope(StrEnum):
    """What a key may be for. `admin` includes the others."""

    WRITE = "actions:write"
    READ = "read"
    OPERATE = "operate"
    ADMIN = "admin"


class AccessError(Exception):
    """Root of what a check of a key can raise."""


class NotAuthenticatedError(AccessError):
    """No key that counts was sent."""


class NotAllowedError(AccessError):
    """The key lacks a scope, which is the argument."""


class OutOfReachError(AccessError):
    """The key may not touch this community, whose slug is the argument."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. Instants are microseconds; `communities` None means all."""

    id: str
    name: str
    scopes: frozenset[Scope]
    communities: frozenset[str] | None = None
    created_at: int = 0
    expires_at: int | None = None
    last_used_at: int | None = None

    def has(self, scope: Scope) -> bool:
        """Whether the key has the scope, or the one that includes all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def reaches(self, community: str) -> bool:
        """Whether the key may touch the community of this slug."""
        return self.communities is None or community in self.communities

    def require(self, scope: Scope, community: str | None = None) -> None:
        """Raises NotAllowedError without the scope, OutOfReachError without the community."""
        if not self.has(scope):
            raise NotAllowedError(scope.value)
        if community is not None and not self.reaches(community):
            raise OutOfReachError(community)

    def expired(self, now: int) -> bool:
        """Whether the key's time is over at the instant `now`."""
        return self.expires_at is not None and self.expires_at <= now


def operator_key() -> Key:
    """What the operator's key from the settings stands for: everything."""
    return Key("operator", "operator", frozenset(Scope))


def mint() -> tuple[str, str]:
    """A fresh (id, token). The token is shown once and never again."""
    id_ = "".join(secrets.choice(_BASE32) for _ in range(8))
    secret = secrets.randbits(128)
    letters = "".join(_BASE32[(secret >> shift) & 31] for shift in range(0, 130, 5))
    return id_, f"hearth_{id_}_{letters}"


def id_of(token: str) -> str | None:
    """The visible part of a token; None where it is no token of ours."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def hashed(token: str) -> bytes:
    """What is stored of a token: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header. Raises NotAuthenticatedError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticatedError("Send the key as `Authorization: Bearer <key>`.")
    return token.strip()


def scopes(names: Collection[str]) -> frozenset[Scope]:
    """Scopes by name. Raises ValueError that lists what there is."""
    known = {scope.value for scope in Scope}
    for name in names:
        if name not in known:
            raise ValueError(f"unknown scope {name!r}; there are {', '.join(sorted(known))}")
    return frozenset(Scope(name) for name in names)
