"""Discourse signs: `X-Discourse-Event-Signature: sha256=` and the hex HMAC of the body."""

import hashlib
import hmac

from services.ingest.platforms.delivery import Delivery, Secrets, Verdict

HEADER = "x-discourse-event-signature"


def verify(delivery: Delivery, source: Secrets) -> Verdict:
    """Whether one of the secrets signed the body. An empty secret signs nothing."""
    secrets = [secret for secret in source.secrets if secret]
    if not secrets:
        return Verdict.NO_SECRET
    sent = delivery.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
    if not sent:
        return Verdict.UNSIGNED
    # Every secret is compared, so that the time taken does not tell which one came close.
    matches = [hmac.compare_digest(sent, _signature(secret, delivery.body)) for secret in secrets]
    return Verdict.GENUINE if any(matches) else Verdict.FORGED


def _signature(secret: str, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
