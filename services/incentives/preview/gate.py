"""What a policy asks of the one that is to follow it."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.kit.http.fault import Fault

APPROVER = "?approved_by"


class Gate(BaseModel):
    """What publishing has to pass once members have acted, beside the golden tests.

    The gate of the policy published last judges the next one: none can waive its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels_lost_at_most: float | None = Field(
        default=0.05,
        ge=0,
        le=1,
        description="Of the members above the first level, the share who may stand lower had it"
        " always held. Null: any.",
    )
    approver: Literal["required", "optional", "key"] = Field(
        default="required",
        description="Whether somebody besides the author has to approve it; `key`: by another key"
        " than the author's, and not by being named.",
    )


class Names(NamedTuple):
    """Who publishes, and who approved of it."""

    by: str
    approved_by: str | None = None


def disapproved(gate: Gate, names: Names) -> Iterator[Fault]:
    """What is wrong with who approved it."""
    approver = _bare(names.approved_by or "")
    if gate.approver == "required" and not approver:
        detail = "the policy published last asks for an approver; name who approved of this one"
        yield Fault(APPROVER, detail)
    if gate.approver == "key" and not approver:
        detail = (
            "the policy published last asks for an approval by another key than the author's: let"
            " its holder send this document to POST .../policies/approvals"
        )
        yield Fault(APPROVER, detail)
    if approver and approver == _bare(names.by):
        yield Fault(APPROVER, f"{names.by} is the author; the approver has to be somebody else")


def _bare(name: str) -> str:
    return name.strip().casefold()


def lowered(gate: Gate, lost: int, had: int) -> Iterator[Fault]:
    """What is wrong with how many lose a level: `lost` of the `had` who have one to lose."""
    most = gate.levels_lost_at_most
    allowed = had if most is None else int(most * had + 1e-9)
    if most is None or lost <= allowed:
        return
    detail = (
        f"{lost} of {had} members above the first level would lose one ({lost / had:.1%}), at most"
        f" {allowed} ({most:.1%}) may; the preview names them. Ask less of the levels or give more,"
        " or first publish the present policy with a higher gate.levels_lost_at_most"
    )
    yield Fault("/ladders", detail)
