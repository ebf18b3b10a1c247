"""One attempt to deliver, and what its outcome means. Says only: done, again, or never."""

import asyncio
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import urlsplit

import aiohttp

from services.alerts.notify.webhook.addresses import ForbiddenAddressError, check, is_address
from services.alerts.notify.webhook.signing import headers
from services.kit.runtime import clock

TIMEOUT = 10.0
"""Seconds a receiver has."""
PATIENCE = 24 * 3600.0
"""The longest wait, in seconds, that a Retry-After is believed."""


class Result(StrEnum):
    """What is to be done next."""

    DELIVERED = "delivered"
    RETRY = "retry"
    GONE = "gone"
    """The receiver wants no more: its webhook is disabled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of an attempt; `said` is for people, `wait` what the receiver asked for, in seconds."""

    result: Result
    said: str
    wait: float = 0.0


def refused(url: str, anywhere: bool) -> str | None:
    """Why an address cannot be used at all, or None. Names are resolved when it is connected to."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        literal = is_address(host or "")
        if parts.scheme == "https" and host:
            if literal:
                check(host, anywhere)
            return None
    except (ValueError, ForbiddenAddressError) as error:
        return f"{error}; give a public https:// address"
    if anywhere and parts.scheme == "http" and host in ("127.0.0.1", "::1", "localhost"):
        return None
    return "outgoing webhooks go to https:// addresses only"


async def attempt(
    session: aiohttp.ClientSession, url: str, secret: str, id_: str, body: bytes, *, anywhere: bool
) -> Outcome:
    """Send once. Never raises for what a receiver or a network does."""
    why = refused(url, anywhere)
    if why is not None:
        return Outcome(Result.RETRY, why)
    now = clock.now() // clock.SECOND
    signed = {"content-type": "application/json", **headers(secret, id_, now, body)}
    try:
        async with session.post(
            url,
            data=body,
            headers=signed,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        ) as response:
            return classify(response.status, response.headers.get("Retry-After"), now)
    except TimeoutError:
        return Outcome(Result.RETRY, f"no answer within {TIMEOUT:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError, asyncio.IncompleteReadError) as error:
        return Outcome(Result.RETRY, _said(error))


def _said(error: BaseException) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    named = str(cause) if isinstance(cause, ForbiddenAddressError) else ""
    return named or f"{type(error).__name__}: {error}"


def classify(status: int, retry_after: str | None, now: int) -> Outcome:
    """What a status means. A redirect is a failure: it could lead anywhere."""
    if 200 <= status < 300:
        return Outcome(Result.DELIVERED, f"answered {status}")
    if status == 410:
        return Outcome(Result.GONE, "answered 410 Gone")
    return Outcome(Result.RETRY, f"answered {status}", _wait(retry_after, now))


def _wait(retry_after: str | None, now: int) -> float:
    """Seconds of a Retry-After, given as seconds or as a date; 0 for none or nonsense."""
    if not retry_after:
        return 0.0
    try:
        seconds = float(retry_after) if retry_after.strip().isdigit() else _until(retry_after, now)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(seconds, 0.0), PATIENCE)


def _until(date: str, now: int) -> float:
    return parsedate_to_datetime(date).timestamp() - now
