"""Signatures and times of attempts; the Standard Webhooks package is the oracle."""

import base64
import json

import pytest
from standardwebhooks.webhooks import Webhook

from services.alerts.notify.webhook import backoff
from services.alerts.notify.webhook.attempt import Result, classify, refused
from services.alerts.notify.webhook.signing import WrongSecretError, headers, key_of
from services.kit.runtime import clock

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def test_the_oracle_accepts_our_signature() -> None:
    body = json.dumps({"type": "incident.opened", "why": "吐槽"}).encode()
    now = clock.now() // clock.SECOND
    made = headers(SECRET, "msg_1", now, body)
    assert Webhook(SECRET).verify(body, made) == json.loads(body)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "plain", "whsec_!!!!"])
def test_wrong_secrets_are_refused(secret: str) -> None:
    with pytest.raises(WrongSecretError, match="whsec_"):
        key_of(secret)


@pytest.mark.parametrize(
    ("status", "retry_after", "result", "wait"),
    [
        (200, None, Result.DELIVERED, 0),
        (204, None, Result.DELIVERED, 0),
        (301, None, Result.RETRY, 0),
        (307, None, Result.RETRY, 0),
        (400, None, Result.RETRY, 0),
        (410, None, Result.GONE, 0),
        (429, "120", Result.RETRY, 120),
        (503, "Thu, 01 Jan 1970 00:05:00 GMT", Result.RETRY, 290),
        (503, "soon", Result.RETRY, 0),
        (503, "-5", Result.RETRY, 0),
        (503, "99999999", Result.RETRY, 86_400),
    ],
)
def test_what_a_status_means(
    status: int, retry_after: str | None, result: Result, wait: float
) -> None:
    found = classify(status, retry_after, 10)
    assert (found.result, found.wait) == (result, wait)


def test_waits_grow_are_spread_and_end() -> None:
    waits = [backoff.wait("msg_1", n, 0) for n in range(1, len(backoff.WAITS) + 1)]
    assert all(wait is not None for wait in waits)
    assert waits == sorted(waits, key=lambda wait: wait or 0)
    assert backoff.wait("msg_1", len(backoff.WAITS) + 1, 0) is None
    assert backoff.wait("msg_1", 3, 0) == backoff.wait("msg_1", 3, 0)
    assert backoff.wait("msg_1", 3, 0) != backoff.wait("msg_2", 3, 0)
    assert backoff.wait("msg_1", 1, 900) == 900


@pytest.mark.parametrize(
    ("url", "anywhere", "fits"),
    [
        ("https://example.com/hook", False, True),
        ("http://example.com/hook", False, False),
        ("http://example.com/hook", True, False),
        ("http://127.0.0.1:8000/", False, False),
        ("http://127.0.0.1:8000/", True, True),
        ("ftp://example.com", False, False),
        ("https://", False, False),
    ],
)
def test_only_https(url: str, anywhere: bool, fits: bool) -> None:
    assert (refused(url, anywhere) is None) is fits
