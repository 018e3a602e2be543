"""Damage of a Matroska or WebM file that its own structure shows.

A reader passes over it without a word: it looks for the next part that it can read, and what was
lost may be the end of the clip. Elements and their sizes are those of RFC 8794 and RFC 9559.
"""

import zlib
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

HEAD: Final = b"\x1aE\xdf\xa3"
"""First bytes of a Matroska file."""

SEGMENT, CLUSTER, CRC, VOID = 0x18538067, 0x1F43B675, 0xBF, 0xEC
IN_SEGMENT: Final = frozenset({
    CLUSTER, CRC, VOID,
    0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367,
})  # fmt: skip
"""Elements of a segment; the last line: positions, info, tracks, cues, attachments, chapters,
tags."""

IN_CLUSTER: Final = frozenset({CRC, VOID, 0xE7, 0xA3, 0xA0, 0xA7, 0xAB, 0xAF, 0x5854})
"""Elements of a cluster: time, blocks, position, size of the one before, silent tracks."""

ID_BYTES: Final = 4  # of an element, at most
SIZE_BYTES: Final = 8
CRC_BYTES: Final = 4
CHUNK: Final = 1 << 20


class _Element(NamedTuple):
    """Head of an element, and where its content lies in the file."""

    id: int
    start: int
    end: int | None  # None: unknown, as of a recording that is written while it is made


def damaged_parts(path: Path) -> int:
    """Return how many parts of a Matroska file are cut off, do not fit, or fail their checksum.

    Whatever follows the segment is ignored; a file of another container has no such parts.
    """
    with path.open("rb") as file:
        if file.read(len(HEAD)) != HEAD:
            return 0
        size = file.seek(0, 2)
        at = 0
        while (element := _element(file, at, size)) and element.id != SEGMENT:
            if element.end is None:
                return 1
            at = element.end
        return 0 if element is None else _in_segment(file, element, size)


def _in_segment(file: BinaryIO, segment: _Element, size: int) -> int:
    """Return the damaged parts of a segment, up to the first one after which nothing is sure."""
    end, damaged = size if segment.end is None else segment.end, 0
    at = segment.start
    while at < end:
        element = _element(file, at, size)
        if element is None or element.id not in IN_SEGMENT:
            return damaged + 1
        if element.id == CLUSTER:
            at, is_damaged = _after_cluster(file, element, end, size)
            damaged += is_damaged
        elif element.end is None:
            return damaged + 1
        else:
            at = element.end
    return damaged + (at != end or end > size)


def _after_cluster(file: BinaryIO, cluster: _Element, end: int, size: int) -> tuple[int, bool]:
    """Return where a cluster ends, and True if it is damaged."""
    at = cluster.start
    until = end if cluster.end is None else min(cluster.end, size)
    while at < until:
        element = _element(file, at, size)
        if element is None or element.end is None or element.id not in IN_CLUSTER:
            is_next = cluster.end is None and element is not None and element.id in IN_SEGMENT
            return (at if is_next or cluster.end is None else until), not is_next
        if element.id == CRC and at == cluster.start and not _is_intact(file, element, until):
            return until, True
        at = element.end
    return until, at != until


def _is_intact(file: BinaryIO, crc: _Element, end: int) -> bool:
    """Return True if a checksum is that of what follows it."""
    file.seek(crc.start)
    expected = int.from_bytes(file.read(CRC_BYTES), "little")
    at, value = crc.start + CRC_BYTES, 0
    while at < end and (chunk := file.read(min(CHUNK, end - at))):
        value, at = zlib.crc32(chunk, value), at + len(chunk)
    return value == expected


def _element(file: BinaryIO, at: int, size: int) -> _Element | None:
    """Return the element that begins at a position; None where none can."""
    file.seek(at)
    head = file.read(ID_BYTES + SIZE_BYTES)
    id_bytes = _length(head, 0)
    size_bytes = _length(head, id_bytes)
    start = at + id_bytes + size_bytes
    if not 0 < id_bytes <= ID_BYTES or not size_bytes or start > size:
        return None
    coded = int.from_bytes(head[id_bytes : id_bytes + size_bytes])
    length = coded & ((1 << 7 * size_bytes) - 1)
    is_unknown = length == (1 << 7 * size_bytes) - 1
    number = int.from_bytes(head[:id_bytes])
    return _Element(number, start, None if is_unknown else start + length)


def _length(head: bytes, at: int) -> int:
    """Return the number of bytes of a number of variable length; 0 where there is none."""
    return 9 - head[at].bit_length() if at < len(head) and head[at] else 0
