"""Only public addresses are reached, by name or literally, and what was checked is connected to."""

import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from services.alerts.notify.webhook.addresses import (
    CheckedResolver,
    ForbiddenAddressError,
    check,
    connector,
    is_public,
)
from services.alerts.notify.webhook.attempt import Result, attempt
from tests.alerts.notify.test_signing import SECRET


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.8", "192.88.99.1",  # noqa: S104
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1",
        "2002:a00:1::1", "2001:db8::1", "2001::1",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(ForbiddenAddressError):
        check(address, anywhere=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_public(address: str) -> None:
    assert is_public(address)


def test_loopback_only_where_it_is_allowed() -> None:
    check("127.0.0.1", anywhere=True)
    check("::1", anywhere=True)
    with pytest.raises(ForbiddenAddressError):
        check("10.0.0.1", anywhere=True)


class Fixed(AbstractResolver):
    """Resolves every name to these."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for each in self.hosts
        ]

    async def close(self) -> None:
        """Nothing to close."""


async def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(ForbiddenAddressError):
        await CheckedResolver(False, Fixed("8.8.8.8", "10.0.0.1")).resolve("mixed.example")


@pytest.mark.parametrize(
    "url", ["https://rebound.example/", "https://127.0.0.1:9/", "https://[::1]:9/"]
)
async def test_nothing_is_sent_to_a_private_address(url: str) -> None:
    async with aiohttp.ClientSession(connector=connector(False, Fixed("127.0.0.1"))) as session:
        found = await attempt(session, url, SECRET, "msg_1", b"{}", anywhere=False)
    assert found.result is Result.RETRY
    assert "not a public address" in found.said
