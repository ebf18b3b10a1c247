"""How erasures are put together: who orders them, who carries them out, what signs receipts."""

from services.cli.home import Home, master_key
from services.cli.projections import projections
from services.kit.erasure.eraser import Eraser, Q
from services.kit.erasure.orders import Orders
from services.kit.erasure.receipt import PURPOSE
from services.kit.runtime.secrets import Vault
from services.kit.runtime.signing import Signer

TURN = Q.try_erasing
"""The question whether it is our turn to carry erasures out."""


def reading() -> list[str]:
    """The projections that open texts, by name."""
    return [name for name, projection in projections().items() if projection.reads_texts]


def orders(home: Home) -> Orders:
    """Takes orders."""
    return Orders(home.pool, home.actions, home.directory, Vault(master_key(home.settings)))


def signer(home: Home) -> Signer:
    """Signs receipts."""
    return Signer(Vault(master_key(home.settings)), PURPOSE)


def eraser(home: Home) -> Eraser:
    """Carries them out."""
    opening = [projections()[name] for name in reading()]
    return Eraser(home.dsn, home.sources, home.registry, opening, signer(home))
