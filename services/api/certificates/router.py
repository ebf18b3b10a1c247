"""Certificates of stars and badges, as pictures; and their verification by anybody."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from services.api.callers import Reading, Tenant, refuse_unknown
from services.api.certificates.honours import find_badge, find_star, of_issued
from services.api.certificates.issuing import Issued, find, issue
from services.api.certificates.wording import Honour, Lang, cleaned, language_of, told, words
from services.api.context import Here
from services.api.members.router import Member
from services.api.openapi import PUBLIC, READS
from services.api.reading.asked import NO_NUL
from services.api.stars.router import PERIOD
from services.api.tokens import token_of
from services.kit.http.problem import ProblemError
from services.kit.runtime import clock

of_members = APIRouter(prefix="/v1/communities/{community}/members", tags=["certificates"])
public = APIRouter(prefix="/v1/certificates", tags=["certificates"])

Format = Annotated[Literal["svg", "pdf", "png"], Query()]
Language = Annotated[Lang | None, Query(description="By default that of the title.")]
Name = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=NO_NUL,
        description="The name to be written on it; the member's id by default.",
    ),
]
Slug = Annotated[str, Path(min_length=1, max_length=64, pattern=NO_NUL)]
TYPES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
PICTURE: dict[int | str, dict[str, Any]] = {
    **READS,
    200: {"content": {kind: {} for kind in TYPES.values()}, "description": "The certificate."},
}


class CertificateShown(BaseModel):
    """What a certificate says, and that it is genuine."""

    certificate: str
    community: str
    title: Any
    name: str
    date: str = Field(description="The local day of it.")
    period: str | None = None
    rank: int | None = None
    score: int | None = None


@of_members.get(
    "/{member:path}/stars/{star}/{period}/certificate",
    responses=PICTURE,
    response_class=Response,
)
async def show_star_certificate(
    request: Request,
    tenant: Reading,
    member: Member,
    star: Slug,
    period: Annotated[str, Path(pattern=PERIOD)],
    format: Format = "svg",  # noqa: A002 - the parameter's name
    name: Name = None,
    lang: Language = None,
) -> Response:
    """The certificate of a star 证书, with a link by which anybody can verify it."""
    token = await token_of(tenant.here.directory, tenant.community, member)
    written = cleaned(name or member)
    about, honour = await find_star(tenant.here, tenant.community, (star, period), token, written)
    issued = Issued(tenant.community.key, token, about, written)
    return await _printed(request, tenant, (issued, honour, member), format, lang)


@of_members.get(
    "/{member:path}/badges/{badge}/certificate", responses=PICTURE, response_class=Response
)
async def show_badge_certificate(
    request: Request,
    tenant: Reading,
    member: Member,
    badge: Slug,
    format: Format = "svg",  # noqa: A002
    name: Name = None,
    lang: Language = None,
) -> Response:
    """The certificate of a badge, where the policy gives one."""
    token = await token_of(tenant.here.directory, tenant.community, member)
    written = cleaned(name or member)
    about, honour = await find_badge(tenant.here, tenant.community, badge, token, written)
    issued = Issued(tenant.community.key, token, about, written)
    return await _printed(request, tenant, (issued, honour, member), format, lang)


async def _printed(
    request: Request,
    tenant: Tenant,
    certified: tuple[Issued, Honour, str],
    format_: str,
    lang: Lang | None,
) -> Response:
    here, (issued, honour, member) = tenant.here, certified
    id_ = await issue(here.pool, here.directory, here.vault, issued, member)
    address = f"{public_url(request, here.public_url)}/v1/certificates/"
    said = words(honour, lang or language_of(honour.title), address, id_)
    made = await here.press.printed(said, format_)
    # A browser that opens it must take it for a picture: it runs and loads nothing.
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "Hearth-Certificate": id_,
    }
    return Response(made, media_type=TYPES[format_], headers=headers)


def public_url(request: Request, known: str | None) -> str:
    """How the world reaches us, without a slash at the end."""
    return (known or str(request.base_url)).rstrip("/")


@public.get("/{certificate}", responses=PUBLIC)
async def verify_certificate(
    request: Request,
    here: Here,
    certificate: Annotated[str, Path(pattern="^[a-z2-7]{26}$")],
) -> CertificateShown:
    """Verify a certificate: what it says, and nothing else. Needs no key."""
    refuse_unknown(request)
    issued = await find(here.pool, here.directory, certificate)
    honour = None if issued is None else await of_issued(here, issued)
    if honour is None:
        raise ProblemError(404, "No such certificate", "No certificate with this id is in force.")
    starred = honour.period is not None
    lang = language_of(honour.title)
    return CertificateShown(
        certificate=certificate,
        community=honour.community,
        title=told(honour.title, lang),
        name=honour.name,
        date=clock.as_date(honour.day).isoformat(),
        period=honour.period,
        rank=honour.rank if starred else None,
        score=honour.score if starred else None,
    )
