"""Certificates that were made: kept so that they can be verified, and found by an id.

The id is a keyed digest of what the certificate says: nobody can guess it, and the same one has the
same. The name on it is sealed under the member's key: with the member erased it is gone.
"""

import base64
import hmac
import json
from typing import NamedTuple

import msgspec

from services.kit.members.directory import Directory
from services.kit.members.sealing import opened, seal
from services.kit.runtime import database, sql
from services.kit.runtime.secrets import Vault

Q = sql.load(__file__)


class Issued(NamedTuple):
    """A certificate: the community's number, the member's token, what about, the name on it."""

    community: int
    member: int
    about: str
    name: str


def id_of(vault: Vault, issued: Issued) -> str:
    """26 letters and digits, 128 bits."""
    said = json.dumps(issued).encode()
    digest = hmac.digest(vault.derived("certificates"), said, "sha256")
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


async def issue(
    pool: database.Pool, directory: Directory, vault: Vault, issued: Issued, member: str
) -> str:
    """Keep a certificate of a member (the platform's id); its id."""
    entry = (await directory.members(issued.community, [member]))[member]
    sealed = seal(entry, msgspec.json.encode({"name": issued.name}))
    made = id_of(vault, issued)
    await pool.execute(Q.put, made, issued.community, issued.member, issued.about, sealed)
    return made


async def find(pool: database.Pool, directory: Directory, id_: str) -> Issued | None:
    """The certificate of an id; None where there is none, or its member was erased."""
    row = await pool.fetchrow(Q.one, id_)
    if row is None:
        return None
    id_of_member = (await directory.names([row["member"]])).get(row["member"])
    if id_of_member is None:
        return None
    entries = await directory.members(row["community"], [id_of_member])
    said = opened(entries[id_of_member], row["sealed"].partition(":")[2])
    if "name" not in said:
        return None
    return Issued(row["community"], row["member"], row["about"], str(said["name"]))
