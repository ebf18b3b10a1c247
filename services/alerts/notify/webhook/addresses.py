"""Which addresses an outgoing webhook may reach: public ones only, checked as it connects.

Every address a name resolves to is checked, and the socket is opened to the very address that
was checked, so that a name cannot mean one thing to the check and another to the connection.
"""

import ipaddress
import socket
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What `is_global` lets pass, or judges by the wrapping and not by what is wrapped.
_MORE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "fec0::/10",
        "ff00::/8",
    )
)  # fmt: skip


class ForbiddenAddressError(OSError):
    """The address is private, local or otherwise not public."""


def is_public(text: str) -> bool:
    """Whether an address may be reached."""
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(str(address.ipv4_mapped))
    refused = any(address in net for net in _MORE if net.version == address.version)
    return address.is_global and not refused


def is_address(host: str) -> bool:
    """Whether a host is an address as it stands, and no name."""
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True


def check(text: str, anywhere: bool) -> None:
    """Raises ForbiddenAddressError. `anywhere` allows loopback too, for development."""
    address = ipaddress.ip_address(text.split("%")[0])
    if is_public(text) or (anywhere and address.is_loopback):
        return
    raise ForbiddenAddressError(f"{text} is not a public address")


class CheckedResolver(AbstractResolver):
    """Resolves a name and refuses it when any of its addresses may not be reached."""

    def __init__(self, anywhere: bool, inner: AbstractResolver | None = None) -> None:
        self._anywhere = anywhere
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses. Raises ForbiddenAddressError."""
        found = await self._inner.resolve(host, port, family)
        for each in found:
            check(each["host"], self._anywhere)
        return found

    async def close(self) -> None:
        """Close the resolver underneath."""
        await self._inner.close()


def connector(anywhere: bool, resolver: AbstractResolver | None = None) -> TCPConnector:
    """Connects to checked addresses only; literal addresses, which no resolver sees, too."""

    def checked_socket(info: Any) -> socket.socket:
        family, kind, proto, _, address = info
        check(address[0], anywhere)
        return socket.socket(family, kind, proto)

    return TCPConnector(
        resolver=CheckedResolver(anywhere, resolver),
        socket_factory=checked_socket,
        use_dns_cache=False,
        force_close=True,
    )
