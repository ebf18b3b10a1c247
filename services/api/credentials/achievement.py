"""Open Badges 3.0: a badge of a member as a verifiable credential, and lists of those taken back.

Shapes after the specifications Open Badges 3.0 (8.2, as a JWT) and Bitstring Status List 1.0. Pure.
"""

import base64
import gzip
import hmac
import uuid
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from services.api.certificates.wording import cleaned, language_of, told
from services.api.credentials.issuer import Issuer, Json
from services.kit.runtime import clock

W3C = "https://www.w3.org/ns/credentials/v2"
CONTEXT = [W3C, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
LIST_SIZE = 131_072
"""Places in a status list: the fewest that are allowed, so that one says little of whom it is."""
FRESH = clock.DAY
"""How long a status list may be believed."""
_COLOURS = {"bronze": "#a5672b", "silver": "#8a949c", "gold": "#b8892b"}


class Award(NamedTuple):
    """A badge that a member holds; `secret` keeps ids from being guessed."""

    badge: str
    title: Any
    description: Any
    class_: str
    at: int
    member: str
    community: str
    place: int
    holder: str | None
    secret: bytes


def credential(award: Award, issuer: Issuer) -> Json:
    """The claims of the JWT: the credential itself, with the registered names beside it."""
    number = hmac.digest(award.secret, f"{issuer.slug}/{award.place}".encode(), "sha256")
    id_ = uuid.UUID(bytes=number[:16], version=4).urn
    subject: Json = {
        "type": ["AchievementSubject"],
        "identifier": [_identity(award.member, number[16:].hex())],
        "achievement": achievement(award, issuer),
    }
    claims: Json = {
        "@context": CONTEXT,
        "id": id_,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": told(award.title, language_of(award.title)),
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": cleaned(award.community)},
        "validFrom": clock.rfc3339(award.at - award.at % clock.SECOND),
        "credentialSubject": subject,
        "credentialStatus": status(award.place, issuer),
        "iss": issuer.did,
        "jti": id_,
        "nbf": award.at // clock.SECOND,
    }
    if award.holder is not None:
        subject["id"] = claims["sub"] = award.holder
    return claims


def achievement(award: Award, issuer: Issuer) -> Json:
    """What was achieved: name, criteria, picture."""
    name = told(award.title, language_of(award.title))
    words = told(award.description, language_of(award.description)) or name
    picture = base64.b64encode(medal(award.class_).encode()).decode()
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{issuer.path}/badges/{award.badge}").urn,
        "type": ["Achievement"],
        "name": name,
        "description": words,
        "criteria": {"narrative": words},
        "image": {"id": f"data:image/svg+xml;base64,{picture}", "type": "Image"},
    }


def _identity(member: str, salt: str) -> Json:
    digest = sha256((member + salt).encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "systemId",
        "salt": salt,
    }


def medal(class_: str) -> str:
    """A badge's picture: a medal in the colour of its class."""
    colour = _COLOURS.get(class_, "#2f6f5e")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<circle cx="50" cy="50" r="46" fill="{colour}"/>'
        '<circle cx="50" cy="50" r="39" fill="none" stroke="#fff" stroke-width="2"/>'
        '<path fill="#fff" d="M50 22l8.2 17.4 19.1 2.4-14 13.1 3.6 18.9L50 64.6 33.1 73.8l3.6-18.9'
        '-14-13.1 19.1-2.4z"/></svg>'
    )


def list_url(number: int, issuer: Issuer) -> str:
    """Where a status list stands."""
    return f"{issuer.path}/status/{number}"


def status(place: int, issuer: Issuer) -> Json:
    """Where a credential's status is to be looked up."""
    url, index = list_url(place // LIST_SIZE, issuer), str(place % LIST_SIZE)
    return {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index,
        "statusListCredential": url,
    }


def status_list(number: int, taken: Iterable[int], issuer: Issuer, now: int) -> Json:
    """The claims of a status list; `taken` are places in force no more."""
    url, since = list_url(number, issuer), now - now % clock.SECOND
    return {
        "@context": [W3C],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": clock.rfc3339(since),
        "validUntil": clock.rfc3339(since + FRESH),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(place % LIST_SIZE for place in taken),
        },
        "iss": issuer.did,
        "jti": url,
        "nbf": since // clock.SECOND,
        "exp": (since + FRESH) // clock.SECOND,
    }


def encoded(places: Iterable[int]) -> str:
    """A list of bits, the first the highest of the first byte, zipped, in base64url after a `u`."""
    bits = bytearray(LIST_SIZE // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    zipped = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(zipped).rstrip(b"=").decode()
