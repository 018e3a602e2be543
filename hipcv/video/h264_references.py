"""References of H.264 that were lost: gaps in the numbers of its frames.

A decoder conceals them without a word. Bit positions are those of ITU-T H.264, sections 7.3.2.1,
7.3.2.2, 7.3.3 and 7.4.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hipcv.video.nal_units import split_units

SLICE, SLICE_PART, KEY_SLICE, SEQUENCE, PICTURE = 1, 2, 5, 7, 8  # types of a NAL unit
SLICES: Final = {SLICE, SLICE_PART, KEY_SLICE}
WITH_CHROMA: Final = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}
"""Profiles whose sequence parameters describe the chroma."""

HEADER_BYTES: Final = 64
"""Bytes of a slice that surely hold the number of its frame."""

LONGEST_CODE: Final = 32  # zeros before the value in Exp-Golomb code
FULL_CHROMA: Final = 3  # as many samples as of brightness
SMALL_MATRICES: Final = 6  # of 4×4; those that follow are of 8×8
AVCC_HEADER_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parameters of a sequence of frames."""

    number_bits: int  # of a frame's number
    separate_planes: bool
    gaps_allowed: bool


class FrameNumbers:
    """Numbers of the frames of one stream, checked for gaps in decoding order."""

    def __init__(self, extradata: bytes | None) -> None:
        """Set up with the container's description of the stream: `avcC`, or units, or nothing."""
        self._length_bytes = 0  # of the length before each unit; 0: start codes separate them
        self._sequences: dict[int, Sequence] = {}
        self._sequence_of: dict[int, int] = {}  # by picture parameters
        self._previous: int | None = None  # number of the latest frame that others refer to
        if extradata and extradata[0] == 1 and len(extradata) > AVCC_HEADER_BYTES:
            self._length_bytes = (extradata[4] & 3) + 1
            units = _configured_units(extradata)
        else:
            units = split_units(extradata or b"", 0)
        for unit in units:
            self._learn(unit)

    def has_gap(self, packet: bytes) -> bool:
        """Return True if a frame that others refer to is missing before a packet's frame."""
        for unit in split_units(packet, self._length_bytes):
            kind = unit[0] & 31
            if kind in SLICES:
                return self._slice_has_gap(unit)
            self._learn(unit)
        return False

    def _learn(self, unit: bytes) -> None:
        """Keep the parameters in a unit; one that is malformed is ignored."""
        kind = unit[0] & 31
        if kind not in {SEQUENCE, PICTURE}:
            return
        bits = Bits(unit[1:])
        try:
            if kind == SEQUENCE:
                number, sequence = _sequence(bits)
                self._sequences[number] = sequence
            else:
                self._sequence_of[bits.unsigned()] = bits.unsigned()
        except (IndexError, ValueError):
            return

    def _slice_has_gap(self, unit: bytes) -> bool:
        bits = Bits(unit[1:HEADER_BYTES])
        try:
            bits.unsigned()  # first macroblock
            bits.unsigned()  # type
            sequence = self._sequences[self._sequence_of[bits.unsigned()]]
            if sequence.separate_planes:
                bits.fixed(2)
            number = bits.fixed(sequence.number_bits)
        except (IndexError, KeyError, ValueError):
            return False
        previous, is_key = self._previous, unit[0] & 31 == KEY_SLICE
        if is_key or unit[0] & 0x60:  # others refer to it
            self._previous = number
        if is_key or previous is None or sequence.gaps_allowed:
            return False
        return number not in {previous, (previous + 1) % (1 << sequence.number_bits)}


class Bits:
    """Reader of a unit's bits, without the bytes that keep start codes out of it.

    Raises:
        IndexError: when reading beyond the end.
        ValueError: a code is longer than any valid one.
    """

    def __init__(self, coded: bytes) -> None:
        self._content = coded.replace(b"\x00\x00\x03", b"\x00\x00")
        self._at = 0

    def fixed(self, count: int) -> int:
        """Return an unsigned number of so many bits."""
        value = 0
        for at in range(self._at, self._at + count):
            value = value << 1 | self._content[at >> 3] >> (7 - at & 7) & 1
        self._at += count
        return value

    def unsigned(self) -> int:
        """Return a number in Exp-Golomb code."""
        zeros = 0
        while not self.fixed(1):
            zeros += 1
            if zeros > LONGEST_CODE:
                raise ValueError("Expected an Exp-Golomb code.")
        return (1 << zeros) - 1 + self.fixed(zeros)

    def signed(self) -> int:
        """Return a signed number in Exp-Golomb code."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)


def _sequence(bits: Bits) -> tuple[int, Sequence]:
    """Return the number of a sequence and its parameters."""
    profile = bits.fixed(8)
    bits.fixed(16)  # constraints and level
    number, separate_planes = bits.unsigned(), False
    if profile in WITH_CHROMA:
        separate_planes = _pass_chroma(bits)
    number_bits = bits.unsigned() + 4
    _pass_order(bits)
    bits.unsigned()  # number of reference frames
    return number, Sequence(number_bits, separate_planes, bool(bits.fixed(1)))


def _pass_chroma(bits: Bits) -> bool:
    """Pass over the description of the chroma; return True if its planes are coded apart."""
    chroma = bits.unsigned()
    separate_planes = bool(bits.fixed(1)) if chroma == FULL_CHROMA else False
    bits.unsigned()  # bit depths
    bits.unsigned()
    bits.fixed(1)  # lossless
    if bits.fixed(1):
        for matrix in range(12 if chroma == FULL_CHROMA else 8):
            if bits.fixed(1):
                _pass_scaling(bits, 16 if matrix < SMALL_MATRICES else 64)
    return separate_planes


def _pass_scaling(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _pass_order(bits: Bits) -> None:
    """Pass over how the order of display is coded."""
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.fixed(1)
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()


def _configured_units(extradata: bytes) -> Iterator[bytes]:
    """Yield the parameter units of an `avcC` record."""
    at = 5
    for mask in (31, 255):
        if at >= len(extradata):
            return
        count, at = extradata[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2])
            if unit := extradata[at + 2 : at + 2 + size]:
                yield unit
            at += 2 + size
