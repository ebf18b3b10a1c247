"""`/v1/schemas`: the JSON Schemas of what can be sent. They take no key."""

from typing import Any

from fastapi import APIRouter

from services.api.openapi import SCHEMAS
from services.api.policies import document
from services.kit.actions import envelope

router = APIRouter(prefix="/v1/schemas", tags=["schemas"])


@router.get("/policy", responses=SCHEMAS)
async def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy."""
    return document.json_schema()


@router.get("/action", responses=SCHEMAS)
async def action_schema() -> dict[str, Any]:
    """The JSON Schema of an action."""
    return envelope.json_schema()
