"""`hearth demo --address`: a server that is not there is one line, not a traceback."""

import pytest

from services.cli.demo.command import app
from services.cli.errors import CommandFailedError
from tests.importers.fake import KEY


def test_no_server_says_what_to_start(unused_tcp_port: int) -> None:
    nobody = f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(CommandFailedError, match="make run"):
        app(["--address", nobody, "--key", KEY], result_action="return_value")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(CommandFailedError, match="is no address"):
        app(["--address", "tea", "--key", KEY], result_action="return_value")
