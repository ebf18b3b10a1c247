"""Drafts of policies, and the communities they are for, as commands name them."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from services.api.policies.document import check as faults_of
from services.cli.errors import CommandFailedError
from services.cli.home import Home
from services.kit.http.fault import Fault
from services.kit.policy import library
from services.kit.policy.document import UnreadablePolicyError, read
from services.kit.registry.registry import Community, UnknownCommunityError

File = Annotated[Path, Parameter(help="YAML or JSON; or the name of a shipped policy.")]


def text_of(file: Path) -> str:
    """What a file says, or the shipped policy of that name. Raises CommandFailedError."""
    path = file if file.exists() or file.name not in library.names() else _shipped(file.name)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailedError(f"{file} cannot be read: {error}") from error


def _shipped(name: str) -> Path:
    return library.FOLDER / f"{name}.yaml"


def checked(text: str) -> tuple[dict[str, Any], list[Fault]]:
    """A document, and what is wrong with it."""
    try:
        document = read(text)
    except UnreadablePolicyError as error:
        return {}, error.faults
    return document, faults_of(document)


def sound(file: Path) -> dict[str, Any]:
    """A document without a fault. Raises CommandFailedError."""
    document, found = checked(text_of(file))
    if found:
        raise CommandFailedError(f"{file} is refused; see: hearth policy check {file}")
    return document


async def community_of(home: Home, slug: str) -> Community:
    """A community by its name. Raises CommandFailedError."""
    try:
        return await home.registry.community(slug)
    except UnknownCommunityError as error:
        detail = f"there is no community {slug!r}; create it with PUT /v1/communities/{slug}"
        raise CommandFailedError(detail) from error
