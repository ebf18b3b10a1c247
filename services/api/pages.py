"""The calls as a page to read and try: Swagger UI out of an installed package.

FastAPI's own page loads scripts from a host that is not ours, which an installation need not reach
and a reader need not trust.
"""

from functools import cache
from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
# What a browser holds the page to. It begins by a script within it, and Swagger UI writes styles.
POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; font-src data:;"
    " script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def publish(app: FastAPI) -> None:
    """Serve the page at /docs. Its links are relative, so that it works behind a prefix too."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url="docs/swagger-ui-bundle.js",
        swagger_css_url="docs/swagger-ui.css",
        swagger_favicon_url="docs/favicon.png",
        swagger_ui_parameters={"validatorUrl": None, "persistAuthorization": True},
    )

    async def shown(_request: Request) -> Response:
        headers = {"Content-Security-Policy": POLICY}
        return Response(page.body, media_type="text/html", headers=headers)

    app.router.routes += [Route("/docs", shown), Route("/docs/{name}", _file)]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES:
        raise HTTPException(404)
    return Response(_content(name), media_type=FILES[name])


@cache
def _content(name: str) -> bytes:
    return (files("fastapi_offline") / "static" / name).read_bytes()
