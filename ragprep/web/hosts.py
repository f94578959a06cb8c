"""By which names and addresses a server is asked, and by which one this machine opens it."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address

LOOPBACK = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost", "[::1]")
"""What this machine calls itself."""

HTTP_PORT = 80
"""Which browsers leave out of an address, and so of the header Host."""


class Hosts:
    """The values of the header Host that lead to a server.

    A server that listens on every address of its machine is asked by any of them: a page elsewhere
    can point a name at this machine, but no address.
    """

    def __init__(self, host: str, port: int) -> None:
        """Name the server that listens on `host`, a name or an address, and on `port`."""
        self._port = port
        self._everywhere = _is_everywhere(host)
        also = socket.gethostname() if self._everywhere else to_open(host)
        self._names = frozenset((*NAMES, also.lower()))

    def __contains__(self, value: object) -> bool:
        """Return whether `value`, in lower case, leads to the server."""
        if not isinstance(value, str):
            return False
        name, port = split(value)
        if port != self._port:
            return False
        return name in self._names or (self._everywhere and _is_address(name))


def split(value: str) -> tuple[str, int | None]:
    """Return name and port of a header Host: its port is that of HTTP where none is named."""
    name, colon, port = value.rpartition(":")
    if not colon or port.endswith("]"):
        return value, HTTP_PORT
    return name, int(port) if port.isdecimal() and len(port) < 6 else None


def to_open(host: str) -> str:
    """Return what stands for a server on `host` in an address that this machine opens."""
    if _is_everywhere(host):
        host = "::1" if ":" in host else LOOPBACK
    return f"[{host}]" if ":" in host else host


def _is_everywhere(host: str) -> bool:
    """Return whether who listens on `host` listens on every address of the machine."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        address = ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return isinstance(address, IPv6Address) == name.startswith("[")
