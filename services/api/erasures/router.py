"""Erasing a member, and the receipts. What is promised: docs/erasure.md."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from services.api.callers import Operating
from services.api.context import Here
from services.api.openapi import READS, SCHEMAS, WRITES
from services.api.reading import paging
from services.api.reading.asked import NO_NUL
from services.api.tokens import unknown_member
from services.kit.erasure.orders import Erasure
from services.kit.http.problem import ProblemError
from services.kit.runtime import clock

router = APIRouter(prefix="/v1", tags=["erasures"])
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]
Id = Annotated[str, Path(min_length=1, max_length=64, pattern=NO_NUL)]
Whose = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=256,
        pattern=NO_NUL,
        description="Of this id alone: its keyed digest is compared, the id is kept nowhere.",
    ),
]


class Proof(BaseModel):
    """What was done, signed."""

    receipt: dict[str, Any] = Field(description="What is signed: its canonical JSON.")
    algorithm: str = Field(description="Ed25519")
    key: str = Field(description="Which key: `id` of /v1/receipt-key.")
    signature: str = Field(description="base64")


class ErasureShown(BaseModel):
    """An erasure: `ordered` until the key is destroyed, then `erased`, with a receipt."""

    erasure: str
    state: str = Field(description="ordered or erased")
    ordered_at: str
    ordered_by: str
    proof: Proof | None = Field(description="The signed receipt, once it is done.")


class Erasures(BaseModel):
    """The newest erasures first."""

    items: list[ErasureShown]


class ReceiptKey(BaseModel):
    """What checks a receipt's signature."""

    id: str
    algorithm: str = Field(description="Ed25519")
    public_key: str = Field(description="base64 of the raw 32 bytes")


@router.post(
    "/communities/{community}/members/{member:path}/erase", status_code=202, responses=WRITES
)
async def erase_member(tenant: Operating, member: Member) -> ErasureShown:
    """Forget the member, for ever. From this answer on nobody can tell whose the records are; the
    key of the member's words is destroyed once what they had decided is written down. Repeated, it
    is the same erasure."""
    found = await tenant.here.orders.order(tenant.community, member, tenant.key.name)
    if found is None:
        raise unknown_member(tenant.community.slug)
    return shown(found)


@router.get("/communities/{community}/erasures", responses=READS)
async def list_erasures(
    tenant: Operating, member: Whose = None, limit: paging.Limit = 50
) -> Erasures:
    """The erasures of the community, or of one id in it, newest first."""
    found = await tenant.here.orders.listed(tenant.community, member, limit)
    return Erasures(items=[shown(each) for each in found])


@router.get("/communities/{community}/erasures/{erasure}", responses=READS)
async def show_erasure(tenant: Operating, erasure: Id) -> ErasureShown:
    """One erasure; its receipt as soon as there is one."""
    found = await tenant.here.orders.one(tenant.community, erasure)
    if found is None:
        slug = tenant.community.slug
        detail = f"There is no such erasure; GET /v1/communities/{slug}/erasures lists them."
        raise ProblemError(404, "No such erasure", detail)
    return shown(found)


@router.get("/receipt-key", responses=SCHEMAS)
async def receipt_key(here: Here) -> ReceiptKey:
    """The public key of receipts. Takes no key."""
    return ReceiptKey(
        id=here.receipt_key.id, algorithm="Ed25519", public_key=here.receipt_key.value
    )


def shown(erasure: Erasure) -> ErasureShown:
    """As it is answered."""
    return ErasureShown(
        erasure=erasure.id,
        state="erased" if erasure.done else "ordered",
        ordered_at=clock.rfc3339(erasure.ordered_at),
        ordered_by=erasure.ordered_by,
        proof=None if erasure.receipt is None else Proof(**erasure.receipt),
    )
