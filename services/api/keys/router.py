"""`/v1/keys`: API keys. A key's secret is in the answer that makes it, and nowhere after."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.api.bodies import StrictRoute
from services.api.callers import Administrator
from services.api.communities.models import Text
from services.api.context import Here
from services.api.openapi import READS, WRITES
from services.kit.access.key import Key, Scope
from services.kit.actions.envelope import Slug
from services.kit.http.problem import ProblemError
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)


class KeyWanted(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Text, Field(min_length=1, max_length=128)]
    scopes: Annotated[set[Scope], Field(min_length=1)]
    communities: Annotated[set[Slug], Field(max_length=1000)] | None = Field(
        None, description="Those it may touch; all where absent."
    )
    expires_at: AwareDatetime | None = None


class KeyShown(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    communities: list[str] | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class KeyMade(KeyShown):
    """A fresh key, with what to send as `Authorization: Bearer`."""

    key: str


class KeyList(BaseModel):
    """Keys that were not revoked, newest first."""

    items: list[KeyShown]


@router.get("", responses=READS)
async def list_keys(here: Here, caller: Administrator) -> KeyList:
    """The keys within reach of the caller's."""
    listed = [key for key in await here.keys.listed() if _within(caller, key.communities)]
    return KeyList(items=[KeyShown(**_shown(key)) for key in listed])


@router.post("", status_code=201, responses=WRITES)
async def create_key(here: Here, caller: Administrator, body: KeyWanted) -> KeyMade:
    """Make a key that reaches no further than the caller's."""
    if not _within(caller, body.communities):
        raise ProblemError(403, "Not allowed", "A key cannot reach further than the one it is of.")
    until = None if body.expires_at is None else clock.instant(body.expires_at)
    token, key = await here.keys.create(body.name, body.scopes, body.communities, until)
    return KeyMade(**_shown(key), key=token)


@router.delete("/{id}", status_code=204, response_class=Response, responses=WRITES)
async def revoke_key(
    here: Here, caller: Administrator, id_: Annotated[str, Path(alias="id", max_length=64)]
) -> Response:
    """Take a key back; other processes notice within seconds."""
    listed = {key.id: key for key in await here.keys.listed()}
    if id_ not in listed or not _within(caller, listed[id_].communities):
        raise ProblemError(404, "No such key", "There is no such key; GET /v1/keys lists them.")
    await here.keys.revoke(id_)
    return Response(status_code=204)


def _within(caller: Key, communities: "frozenset[str] | set[str] | None") -> bool:
    if caller.communities is None:
        return True
    return communities is not None and caller.communities >= communities


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "communities": None if key.communities is None else sorted(key.communities),
        "created_at": clock.rfc3339(key.created_at),
        "expires_at": _time(key.expires_at),
        "last_used_at": _time(key.last_used_at),
    }


def _time(at: int | None) -> str | None:
    return None if at is None else clock.rfc3339(at)
