"""The parts that people and platforms talk to: ingest and the gateway."""

from services.api.context import Context as ApiContext
from services.api.service import Api
from services.cli.home import Home, master_key
from services.ingest.context import Context as IngestContext
from services.ingest.platforms import discover
from services.ingest.receive.intake import Limits
from services.ingest.service import Ingest
from services.kit.http.management import Check
from services.kit.runtime.lifecycle import Part
from services.kit.runtime.secrets import Vault

Made = tuple[list[Part], dict[str, Check]]


def ingest_context(home: Home) -> IngestContext:
    """What ingest is built from."""
    limits = Limits(deadline=home.settings.append_deadline)
    return IngestContext(home.actions, home.registry, home.recorder, home.keys, limits)


def api_context(home: Home, ingest_url: str | None) -> ApiContext:
    """What the gateway is built from."""
    return ApiContext(
        dsn=home.dsn,
        pool=home.pool,
        registry=home.registry,
        directory=home.directory,
        keys=home.keys,
        journal=home.journal,
        log=home.actions,
        vault=Vault(master_key(home.settings)),
        webhooks_anywhere=home.settings.webhooks_anywhere,
        public_url=home.settings.public_url,
        platforms=frozenset(discover()),
        ingest_url=ingest_url,
    )


def ingest(home: Home, address: tuple[str, int]) -> Made:
    """Ingest alone, on an address of its own."""
    part = Ingest(ingest_context(home), address)
    return [part], {"ingest": part.ready}


def gateway(home: Home, address: tuple[str, int]) -> Made:
    """The gateway alone; what is ingest's is forwarded."""
    part = Api(api_context(home, home.settings.ingest_url), *address)
    return [part], {"api": part.ready}


def one_address(home: Home) -> Made:
    """Gateway and ingest in one application on one address."""
    part = Ingest(ingest_context(home))
    context = api_context(home, None)
    address = (home.settings.host, home.settings.port)
    return [part, Api(context, *address, part.routes())], {"ingest": part.ready}
