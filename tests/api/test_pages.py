"""The page of all calls comes from here alone."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.api.world import World


class Loads(HTMLParser):
    """What a page loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


async def test_the_page_names_no_other_host_and_finds_all_it_loads(world: World) -> None:
    answer = await world.client_with(None).get("/docs")
    assert answer.status_code == 200
    assert re.findall(r"(?:\w+:)?//[\w.-]+", answer.text) == []
    loads = Loads(answer.text).found
    assert {load.rpartition(".")[2] for load in loads} == {"js", "css", "png"}
    document = re.findall(r"url: '(.*?)'", answer.text)
    for load in [*loads, *document]:
        found = await world.client_with(None).get(urljoin("http://hearth/docs", load))
        assert found.status_code == 200, load
        assert len(found.content) > 500


async def test_browsers_are_told_to_load_nothing_from_elsewhere(world: World) -> None:
    policy = (await world.client.get("/docs")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources <= {"'none'", "'self'", "'unsafe-inline'", "data:"}


async def test_there_is_no_other_page_and_no_other_file(world: World) -> None:
    for path in (
        "/redoc",
        "/docs/redoc.standalone.js",
        "/docs/..%2fcore.py",
        "/docs/oauth2-redirect",
    ):
        answer = await world.client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
