"""The language that a read is answered in, by Accept-Language (RFC 9110, 12.5.4)."""

import re
from typing import Annotated

from fastapi import Depends, Request, Response

from services.incentives.why.view import LANGUAGES

_RANGE = re.compile(
    r"^\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$"
)
MOST = 50
"""Ranges looked at; nobody speaks more."""


def negotiated(accepted: str) -> str:
    """The language wanted most of those there are; the first of ours where none is.

    `zh-Hans-CN` asks for zh. Of equals the one named first; `*` is all that are not named.
    """
    wanted: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(accepted.split(",")[:MOST]):
        found = _RANGE.match(part)
        if found is None:
            continue
        language = found[1].partition("-")[0].lower()
        weight = float(found[2] or 1)
        if language not in wanted or wanted[language][0] < weight:
            wanted[language] = (weight, -place)
    rest = wanted.get("*", (0.0, -MOST))
    ranked = [(*wanted.get(each, rest), -number, each) for number, each in enumerate(LANGUAGES)]
    best = max(ranked)
    return best[-1] if best[0] > 0 else LANGUAGES[0]


def _language(request: Request, response: Response) -> str:
    chosen = negotiated(",".join(request.headers.getlist("accept-language")))
    response.headers["Content-Language"] = chosen
    response.headers["Vary"] = "Accept-Language"
    return chosen


Language = Annotated[str, Depends(_language)]
"""What `Content-Language` says; the answer varies with `Accept-Language`."""
