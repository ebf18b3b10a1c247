"""Which folders hold migrations of the shared schemas: every `migrations` in the tree."""

from pathlib import Path

import services
from services.kit.runtime import database

# The registry's schema first: others refer to its tables.
_FIRST = "registry"


def folders() -> list[Path]:
    """Every folder of migrations, in the order they are applied."""
    found = [Path(root) for root in services.__path__]
    paths = {path for root in found for path in root.rglob("migrations") if path.is_dir()}
    return sorted(paths, key=lambda path: (path.parent.name != _FIRST, path.as_posix()))


async def migrate(dsn: str) -> list[str]:
    """Bring the shared schemas up to date; the names of what was applied."""
    return await database.migrate(dsn, folders())
