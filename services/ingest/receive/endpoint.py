"""`POST /v1/actions`: one action or a list, answered once the log has it."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.ingest.context import Context
from services.ingest.receive import formats
from services.ingest.receive.accept import accept
from services.ingest.receive.admission import Admission, admit
from services.ingest.receive.intake import Intake
from services.ingest.receive.metrics import ACTIONS, UNKNOWN
from services.ingest.receive.problems import in_time, told
from services.kit.access.key import Key, NotAllowedError, NotAuthenticatedError, Scope
from services.kit.access.problems import no_community, no_key, not_allowed
from services.kit.actions.envelope import Checked
from services.kit.http.body import BATCH_LIMIT, read_body
from services.kit.http.problem import ProblemError

_encode = msgspec.json.Encoder().encode


class ReceiveActions:
    """The endpoint. Nothing in it awaits per action."""

    def __init__(self, context: Context, intake: Intake) -> None:
        self._context = context
        self._intake = intake
        self._room = context.room()

    def routes(self) -> list[Route]:
        """Where it is found."""
        return [Route("/v1/actions", self.post, methods=["POST"], name="receive_actions")]

    async def post(self, request: Request) -> Response:
        """202 {accepted, position, unknown}; raises ProblemError otherwise."""
        try:
            return await self._post(request)
        except ProblemError as problem:
            ACTIONS.labels(_result(problem.status)).inc(getattr(request.state, "count", 1))
            raise

    async def _post(self, request: Request) -> Response:
        async with told(self._intake):
            key = await self._key(request)
            with self._room.take(expected(request, BATCH_LIMIT)):
                async with in_time(self._context.limits.reading):
                    raw = await read_body(request, BATCH_LIMIT)
                actions, one = formats.read(request.headers, raw)
                request.state.count = len(actions)
                admission = self._admit(actions, one, key)
                slug = actions[0].community
                position = await accept(self._context, self._intake, slug, actions)
        ACTIONS.labels("accepted").inc(len(actions))
        UNKNOWN.inc(sum(admission.unknown.values()))
        return _taken(len(actions), position, admission.unknown)

    async def _key(self, request: Request) -> Key:
        try:
            key = await self._context.keys.identify(request.headers.get("authorization"))
            key.require(Scope.WRITE)
        except NotAuthenticatedError as error:
            raise no_key(error) from None
        except NotAllowedError as error:
            raise not_allowed(error) from None
        return key

    def _admit(self, actions: Sequence[Checked], one: bool, key: Key) -> Admission:
        admission = admit(actions, one, key.has(Scope.OPERATE), self._context.now())
        if admission.faults:
            status, title = (403, "Not allowed") if admission.lacks_scope else (422, "Refused")
            first = admission.faults[0]
            detail = f"{first.pointer or 'the action'}: {first.detail}"
            raise ProblemError(status, title, detail, admission.faults)
        if not key.reaches(actions[0].community):
            raise no_community(LookupError(actions[0].community))
        return admission


def expected(request: Request, limit: int) -> int:
    """Bytes to make room for: what is declared, the limit where nothing is (or it is packed)."""
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or "content-encoding" in request.headers:
        return limit
    return min(int(declared[:20]), limit)


def _taken(count: int, position: int, unknown: dict[str, int]) -> Response:
    body = _encode({"accepted": count, "position": position, "unknown": unknown})
    headers = {"Hearth-Position": str(position)}
    return Response(body, HTTPStatus.ACCEPTED, headers, "application/json")


def _result(status: int) -> str:
    return {429: "busy", 503: "unavailable"}.get(status, "refused")
