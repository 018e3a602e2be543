"""NAL units of a packet of H.264 or HEVC."""

import re
from collections.abc import Iterator
from typing import Final

START_CODE: Final = re.compile(rb"\x00\x00\x01")


def split_units(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    """Yield the units of a packet.

    Args:
        packet: the packet.
        length_bytes: size of the length before each unit; 0: start codes separate them.
    """
    return _measured_units(packet, length_bytes) if length_bytes else _separated_units(packet)


def _measured_units(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    at = 0
    while at + length_bytes < len(packet):
        size = int.from_bytes(packet[at : at + length_bytes])
        at += length_bytes
        if unit := packet[at : at + size]:
            yield unit
        at += size


def _separated_units(packet: bytes) -> Iterator[bytes]:
    starts = START_CODE.finditer(packet)
    at = next((start.end() for start in starts), len(packet))
    for start in starts:
        if unit := packet[at : start.start()]:
            yield unit
        at = start.end()
    if unit := packet[at:]:
        yield unit
