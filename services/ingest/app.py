"""Ingest's routes, to be served alone or in one process with the gateway."""

from starlette.applications import Starlette
from starlette.routing import Route

from services.ingest.context import Context
from services.ingest.receive.endpoint import ReceiveActions
from services.ingest.receive.intake import Intake
from services.ingest.receive.webhooks import ReceiveWebhooks
from services.kit.http.problem import install


def build(context: Context, intake: Intake) -> list[Route]:
    """The routes. They raise ProblemError alone: the app that takes them installs the problems."""
    return [
        *ReceiveActions(context, intake).routes(),
        *ReceiveWebhooks(context, intake).routes(),
    ]


def app(context: Context, intake: Intake) -> Starlette:
    """An application of nothing but ingest."""
    app = Starlette(routes=list(build(context, intake)))
    install(app)
    return app
