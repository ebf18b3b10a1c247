"""`hearth import stackexchange`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.importers.command import WRONG, failed, run
from services.importers.options import Address, Community, Json, Key
from services.importers.sender import Place
from services.importers.stackexchange.dump import DumpError
from services.importers.stackexchange.history import TIME_ZONE, shipment
from services.importers.target import TargetError, resolve
from services.kit.runtime.settings import load


def command(
    folder: Annotated[Path, Parameter(help="The folder the dump was unpacked into.")],
    /,
    *,
    community: Community,
    policy: Annotated[str, Parameter(help="What its members earn.")] = "stackexchange",
    site: Annotated[
        str | None, Parameter(help="The site's address, where the dump does not show it.")
    ] = None,
    address: Address = None,
    key: Key = None,
    as_json: Json = False,
) -> int:
    """Bring in a Stack Exchange data dump: questions, answers, comments, votes, bounties, users.

    Run twice it changes nothing; broken off and run again it goes on. Nobody is notified of what
    is history. The dump's Posts.xml is needed; Users, Comments and Votes are read where they are.

    Example: hearth import stackexchange ./quantum --community quantum --policy stackexchange-2018
    """
    try:
        target = resolve(load(), address, key)
        history = shipment(folder.expanduser(), community, site)
    except (DumpError, TargetError) as error:
        return failed(str(error), as_json=as_json, status=WRONG)
    place = Place(community, policy, "knowledge", TIME_ZONE)
    try:
        return run(place, history, target, as_json=as_json)
    except DumpError as error:
        return failed(str(error), as_json=as_json)
