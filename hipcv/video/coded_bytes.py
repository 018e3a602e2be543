"""Damage that the bytes of a packet show: lost references of H.264, and zeros where none can be.

No encoder of HEVC or VP9 writes such zeros: they stand for blocks that were lost from a file.
"""

import re
from collections.abc import Callable
from typing import Final

from hipcv.video.h264_references import FrameNumbers
from hipcv.video.nal_units import split_units

FORBIDDEN: Final = re.compile(rb"\x00\x00[\x00-\x02]")
"""Bytes that are never within a unit of HEVC: a start code begins so. ITU-T H.265, 7.4.2.1."""

LOST: Final = bytes(32)
"""Zeros of which no picture of VP9 holds as many in a row; up to 9 were found."""

FIRST_PARAMETERS: Final = 32  # type of a unit; lower ones are parts of a picture
LENGTH_AT: Final = 21  # in `hvcC`

PacketCheck = Callable[[bytes], bool]
"""Check that returns True for a packet that shows damage; given every packet in decoding order."""


def packet_check(codec: str, extradata: bytes | None) -> PacketCheck | None:
    """Return the check of the packets of one stream; None for a codec that has none.

    Args:
        codec: canonical name.
        extradata: description of the stream by its container.
    """
    if codec == "h264":
        return FrameNumbers(extradata).has_gap
    if codec == "hevc":
        return HevcBytes(extradata).are_damaged
    return _has_lost_block if codec == "vp9" else None


def _has_lost_block(packet: bytes) -> bool:
    return LOST in packet.rstrip(b"\x00")


class HevcBytes:
    """Check of the packets of one stream of HEVC."""

    def __init__(self, extradata: bytes | None) -> None:
        """Set up with the container's description of the stream: `hvcC`, or units, or nothing."""
        self._length_bytes = 0  # of the length before each unit; 0: start codes separate them
        if extradata and extradata[0] == 1 and len(extradata) > LENGTH_AT:
            self._length_bytes = (extradata[LENGTH_AT] & 3) + 1

    def are_damaged(self, packet: bytes) -> bool:
        """Return True if a packet holds bytes that cannot belong to a coded picture."""
        return any(
            FORBIDDEN.search(unit.rstrip(b"\x00"))
            for unit in split_units(packet, self._length_bytes)
            if unit[0] >> 1 & 63 < FIRST_PARAMETERS
        )
