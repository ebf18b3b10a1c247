"""The issuer of badges: a key of this installation, and a DID per community. Pure.

The key is derived from the master key and stored nowhere; with another master key all that was
signed before verifies no more.
"""

import base64
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.kit.runtime.secrets import Vault

Json = dict[str, Any]


class Issuer(NamedTuple):
    """Who signs: `url` is how the world reaches us, `slug` the community's name."""

    key: Ed25519PrivateKey
    url: str
    slug: str

    @property
    def path(self) -> str:
        """Where what is public of the issuer stands."""
        return f"{self.url}/v1/issuers/{self.slug}"

    @property
    def did(self) -> str:
        """As did:web has it: the host, a port escaped, and the path."""
        parts = urlsplit(self.path)
        steps = [quote(part, safe="-._~") for part in parts.path.split("/") if part]
        return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *steps])

    @property
    def jwk(self) -> Json:
        """The public key (RFC 8037)."""
        return {"kty": "OKP", "crv": "Ed25519", "x": _b64(self.key.public_key().public_bytes_raw())}

    @property
    def key_id(self) -> str:
        """The key's name."""
        return f"{self.did}#key-1"

    def document(self) -> Json:
        """The DID document. It says the same of every name, and not which communities there are."""
        method = {
            "id": self.key_id,
            "type": "JsonWebKey2020",
            "controller": self.did,
            "publicKeyJwk": self.jwk,
        }
        return {
            "@context": [
                "https://www.w3.org/ns/did/v1",
                "https://w3id.org/security/suites/jws-2020/v1",
            ],
            "id": self.did,
            "verificationMethod": [method],
            "assertionMethod": [self.key_id],
        }

    def signed(self, claims: Json) -> str:
        """Claims as a compact JWT, signed with Ed25519 (RFC 7515, RFC 8037)."""
        header = {"alg": "EdDSA", "typ": "JWT", "kid": self.key_id}
        text = f"{_b64(msgspec.json.encode(header))}.{_b64(msgspec.json.encode(claims))}"
        return f"{text}.{_b64(self.key.sign(text.encode()))}"


def issuer(vault: Vault, url: str, slug: str) -> Issuer:
    """The issuer for a community."""
    key = Ed25519PrivateKey.from_private_bytes(vault.derived("issuer"))
    return Issuer(key, url, slug)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
