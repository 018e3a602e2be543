"""Addresses of this machine in its local networks; nothing is sent, and no name is asked for."""

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

ROUTED: Final = ("192.0.2.1", 9)
"""An address of no machine, by which the system says from which address it would send."""

_READ_ADDRESS: Final = 0xC0206921 if sys.platform == "darwin" else 0x8915  # SIOCGIFADDR
_INTERFACE: Final = struct.Struct("16s16x")
_ADDRESS: Final = slice(20, 24)


def local_addresses() -> tuple[str, ...]:
    """Return the private IPv4 addresses of this machine, the one of its usual route first.

    Public addresses are left out: a link is for the local network alone.
    """
    found = [*_routed(), *_of_interfaces()]
    return tuple(dict.fromkeys(address for address in found if is_local(address)))


def is_local(address: str) -> bool:
    """Return True for a private address that other machines of the network can reach."""
    parsed = ipaddress.ip_address(address)
    elsewhere = parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified
    return parsed.is_private and not elsewhere


def _routed() -> Iterator[str]:
    """Yield the address from which the system would send; connecting UDP sends no packet."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(ROUTED)
        yield probe.getsockname()[0]


def _of_interfaces() -> Iterator[str]:
    """Yield the address of each network interface."""
    if sys.platform == "win32":  # there, the own name is answered without asking the network
        with suppress(OSError):
            yield from socket.gethostbyname_ex(socket.gethostname())[2]
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _index, name in socket.if_nameindex():
            with suppress(OSError):  # one without an address
                request = _INTERFACE.pack(name.encode()[:15])
                yield socket.inet_ntoa(fcntl.ioctl(asked, _READ_ADDRESS, request)[_ADDRESS])
