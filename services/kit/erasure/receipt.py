"""The receipt: what was done, signed.

It names the member by a keyed digest alone: who holds the id and the installation's key can show
that it is theirs, and nobody can find the id by trying.
"""

import hashlib
from typing import Any

from services.kit.erasure.collecting import Found
from services.kit.erasure.orders import Erasure
from services.kit.runtime import clock
from services.kit.runtime.signing import Signer

PURPOSE = "receipts"


def receipt(
    erasure: Erasure,
    community: str,
    key: bytes,
    found: Found,
    verdicts: int,
    position: int,
    erased_at: int,
) -> dict[str, Any]:
    """What is signed. `position` is that of `member.erased` in the log."""
    return {
        "erasure": erasure.id,
        "community": community,
        "subject": erasure.subject.hex(),
        "ordered_at": clock.rfc3339(erasure.ordered_at),
        "ordered_by": erasure.ordered_by,
        "erased_at": clock.rfc3339(erased_at),
        "key_fingerprint": f"sha256:{hashlib.sha256(key).hexdigest()}",
        "records": found.records,
        "texts": found.texts,
        "verdicts": verdicts,
        "dead_letters": len(found.dead),
        "partition": erasure.partition,
        "before": erasure.cut,
        "position": position,
    }


def signed(document: dict[str, Any], signer: Signer) -> dict[str, Any]:
    """The receipt with its signature."""
    return {
        "receipt": document,
        "algorithm": "Ed25519",
        "key": signer.public.id,
        "signature": signer.sign(document),
    }
