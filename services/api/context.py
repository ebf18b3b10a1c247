"""What the gateway's routes stand on, made once by whoever starts the process."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from services.api.certificates.press import Press
from services.api.events import Events
from services.api.policies.previews import Previews
from services.api.reading.live import Views
from services.api.reading.progress import Progress
from services.api.stream.hub import Hub
from services.incentives.rewards.commands import Desk
from services.kit.access.keys import Keys
from services.kit.actions.journal import Journal
from services.kit.erasure.orders import Orders
from services.kit.erasure.receipt import PURPOSE
from services.kit.log.port import Log
from services.kit.members.directory import Directory
from services.kit.projection.replay import Sources
from services.kit.registry.registry import Registry
from services.kit.runtime import database
from services.kit.runtime.secrets import Vault
from services.kit.runtime.signing import PublicKey, Signer


@dataclass(frozen=True)
class Context:
    """Everything that a route may need. `dsn` and `pool` are of the one database."""

    dsn: str
    pool: database.Pool
    registry: Registry
    directory: Directory
    keys: Keys
    journal: Journal
    log: Log
    """The actions log, started."""
    vault: Vault
    """Seals what receivers' messages are signed with."""
    platforms: frozenset[str] = frozenset()
    """Names that a connection may have; empty where that is not known here."""
    ingest_url: str | None = None
    """Where actions and webhooks are forwarded; None where ingest is in this process."""
    webhooks_anywhere: bool = False
    """Whether outgoing webhooks may go to this host by plain http, for tests."""
    public_url: str | None = None
    """How the world reaches us; None: as a request called us."""
    views: Views = field(init=False)
    progress: Progress = field(init=False)
    hub: Hub = field(init=False)
    events: Events = field(init=False)
    previews: Previews = field(init=False)
    desk: Desk = field(init=False)
    orders: Orders = field(init=False)
    """Takes orders to erase members."""
    receipt_key: PublicKey = field(init=False)
    """Checks the receipts of that."""
    press: Press = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "views", Views(self.pool))
        object.__setattr__(self, "progress", Progress(self.pool))
        object.__setattr__(self, "hub", Hub(self.dsn))
        object.__setattr__(self, "events", Events(self.log, self.directory))
        sources = Sources(self.log, self.registry, self.directory)
        object.__setattr__(self, "previews", Previews(self.dsn, sources))
        object.__setattr__(self, "desk", Desk(self.dsn, self.journal, self.log))
        orders = Orders(self.pool, self.log, self.directory, self.vault)
        object.__setattr__(self, "orders", orders)
        object.__setattr__(self, "receipt_key", Signer(self.vault, PURPOSE).public)
        object.__setattr__(self, "press", Press())

    async def start(self) -> None:
        """Begin to listen for facts, and to send what was decided. Registry, keys and log are
        started by their owner."""
        await self.hub.start()
        await self.desk.start()

    async def stop(self) -> None:
        """End the streams and stop waiting. Stopping twice is safe."""
        await self.press.stop()
        await self.desk.stop()
        await self.hub.stop()
        await self.progress.stop()


async def _context(request: Request) -> Context:
    # A function that is not async would be run in a thread, for every request.
    context: Context = request.app.state.context
    return context


Here = Annotated[Context, Depends(_context)]
"""A route's parameter of this type is the process's context."""
