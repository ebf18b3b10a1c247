"""`/v1/webhooks/{community}/{source}`: where platforms post. Their signature is the key."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.ingest.context import Context
from services.ingest.platforms import Platform
from services.ingest.platforms.delivery import (
    Answer,
    Delivery,
    Secrets,
    Translation,
    UnreadableError,
    Verdict,
)
from services.ingest.receive import formats
from services.ingest.receive.accept import accept
from services.ingest.receive.endpoint import expected
from services.ingest.receive.intake import BusyError, Intake
from services.ingest.receive.metrics import ACTIONS, DELIVERIES, UNKNOWN
from services.ingest.receive.problems import in_time, told
from services.kit.actions.envelope import Action, UnknownData, parse_list
from services.kit.http.body import WEBHOOK_LIMIT, read_body
from services.kit.http.problem import ProblemError
from services.kit.registry.registry import UnknownCommunityError, UnknownSourceError

PATH = "/v1/webhooks/{community}/{source}"
NOT_CONNECTED = "none"
"""In the place of a platform's name, in metrics."""
log = logging.getLogger(__name__)
_NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,128}")
_encode = msgspec.json.Encoder().encode


class ReceiveWebhooks:
    """The endpoint. What is delivered is always live, never part of an import."""

    def __init__(self, context: Context, intake: Intake) -> None:
        self._context = context
        self._intake = intake
        self._room = context.webhook_room()

    def routes(self) -> list[Route]:
        """Where it is found; GET for the platforms that shake hands so."""
        return [Route(PATH, self.deliver, methods=["GET", "POST"], name="receive_webhook")]

    async def deliver(self, request: Request) -> Response:
        """Verify the raw bytes, translate, append, answer."""
        slug, name = request.path_params["community"], request.path_params["source"]
        async with told(self._intake):
            source = await self._source(slug, name)
            counted = DELIVERIES.labels
            platform = source[0].name if source else NOT_CONNECTED
            try:
                with self._room.take(expected(request, WEBHOOK_LIMIT)):
                    async with in_time(self._context.limits.reading):
                        raw = await read_body(request, WEBHOOK_LIMIT)
                    delivery = delivery_of(request, raw, self._context.now())
                    if source is None or not _genuine(*source, delivery):
                        raise _not_genuine(slug, name)
                    translation = _translated(*source, delivery)
                    count = await self._append(slug, name, translation)
            except Exception as error:
                counted(platform, _result(error)).inc()
                raise
            counted(platform, _outcome(translation)).inc()
        return _answer(translation.answer, count)

    async def _source(self, slug: str, name: str) -> tuple[Platform, Secrets] | None:
        """The connection; None where there is none, which nobody is told who has not signed."""
        try:
            if not (_NAME.fullmatch(slug) and _NAME.fullmatch(name)):
                raise UnknownSourceError(name)  # such as a database cannot even be asked for
            community = await self._context.registry.community(slug)
            source = await self._context.registry.source(community.key, name)
            platform = self._context.platforms[source.platform]
        except (UnknownCommunityError, UnknownSourceError, KeyError):
            return None
        return platform, Secrets(source.secrets, source.settings)

    async def _append(self, slug: str, name: str, translation: Translation) -> int:
        if not translation.actions:
            return 0
        actions = actions_of(translation.actions, slug, name)
        await accept(self._context, self._intake, slug, actions, live=True)
        ACTIONS.labels("accepted").inc(len(actions))
        UNKNOWN.inc(sum(type(action.data) is UnknownData for action in actions))
        return len(actions)


def delivery_of(request: Request, raw: bytes, now: int) -> Delivery:
    """What the platform's functions are given of a request."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Delivery(request.method, headers, dict(request.query_params), raw, now)


def _genuine(platform: Platform, source: Secrets, delivery: Delivery) -> bool:
    """Whether the platform sent it. A check that stumbles over what was sent has not succeeded."""
    try:
        verdict = platform.verify(delivery, source)
    except Exception as error:  # noqa: BLE001 - whatever the headers hold, the answer is 401
        log.warning("%s: the check raised %s", platform.name, type(error).__name__)
        return False
    if verdict is not Verdict.GENUINE:
        log.info("%s: not genuine: %s", platform.name, verdict)
    return verdict is Verdict.GENUINE


def _not_genuine(slug: str, name: str) -> ProblemError:
    """401, the same whether something is connected there or not: who asks has shown no key."""
    detail = (
        f"Nothing that is connected at {slug}/{name} has signed this. Connect it with"
        f" PUT /v1/communities/{slug}/sources/{name}, or see that both sides have the same secret."
    )
    return ProblemError(401, "Not genuine", detail)


def _translated(platform: Platform, source: Secrets, delivery: Delivery) -> Translation:
    try:
        return platform.translate(delivery, source)
    except UnreadableError as error:
        raise ProblemError(422, "Unreadable delivery", str(error)) from None


def actions_of(told: tuple[Mapping[str, Any], ...], slug: str, source: str) -> list[Action]:
    """Checked actions of what a platform told; `source` is the connection's name.

    An import into the same source that uses the same ids is known to be the same.
    """
    named = [{**action, "community": slug, "source": source} for action in told]
    try:
        return parse_list(_encode(named))
    except ValidationError as error:
        raise formats.invalid(error) from None


def _answer(answer: Answer | None, count: int) -> Response:
    if answer is None:
        return Response(_encode({"accepted": count}), 200, media_type="application/json")
    return Response(answer.body, answer.status, media_type=answer.content_type)


def _outcome(translation: Translation) -> str:
    if not translation.known:
        return "unknown"
    return "accepted" if translation.actions else "ignored"


def _result(error: Exception) -> str:
    if isinstance(error, ProblemError):
        return "forged" if error.status == HTTPStatus.UNAUTHORIZED else "refused"
    return "busy" if isinstance(error, BusyError) else "unavailable"
