"""The application: every call of the API, and ingest's routes beside them on one address."""

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.routing import BaseRoute

from services.api import openapi, pages, problems
from services.api.boards.router import router as boards
from services.api.certificates.router import of_members as certificates
from services.api.certificates.router import public as verifying
from services.api.communities.router import router as communities
from services.api.communities.sources import router as sources
from services.api.context import Context
from services.api.credentials.router import of_members as credentials
from services.api.credentials.router import public as issuers
from services.api.dead_letters.router import router as dead_letters
from services.api.erasures.router import router as erasures
from services.api.health.router import router as health
from services.api.incidents.router import router as incidents
from services.api.keys.router import router as keys
from services.api.members.explanation import router as explanation
from services.api.members.router import router as members
from services.api.metrics import Timed
from services.api.pending.router import router as pending
from services.api.policies.router import router as policies
from services.api.policies.shadows import router as shadows
from services.api.reading.etag import Etags
from services.api.receivers.router import router as receivers
from services.api.reversals.router import router as reversals
from services.api.rewards.router import router as rewards
from services.api.schemas import router as schemas
from services.api.segments.router import router as segments
from services.api.spaces.router import router as spaces
from services.api.stars.router import router as stars
from services.api.stream.router import router as stream
from services.api.superusers.router import router as superusers
from services.api.terms.router import router as terms
from services.api.tiers.router import router as tiers
from services.kit.http.problem import install

ROUTERS = (
    communities,
    sources,
    shadows,  # before policies, whose versions stand in the same place
    policies,
    certificates,
    verifying,
    credentials,
    issuers,
    rewards,  # before members, whose ids may hold slashes; so do the next
    spaces,
    terms,
    tiers,
    superusers,
    segments,
    erasures,
    members,
    explanation,
    pending,
    reversals,
    boards,
    stars,
    health,
    incidents,
    receivers,
    stream,
    dead_letters,
    keys,
    schemas,
)


def create(context: Context, ingest: Iterable[BaseRoute] = ()) -> FastAPI:
    """The application. `ingest` are the routes that take actions in: its own, or a Forward's."""
    app = FastAPI(
        title="Hearth", version="1", redirect_slashes=False, docs_url=None, redoc_url=None
    )
    app.state.context = context
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.extend(ingest)
    app.add_middleware(Etags)
    install(app, problems.MAPPERS)
    app.add_middleware(Timed)
    openapi.publish(app)
    pages.publish(app)
    return app
