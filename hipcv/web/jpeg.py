"""The size of a JPEG from its header, before it is decoded."""

from typing import Final

START: Final = b"\xff\xd8"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers, whose segment has the size."""


def size_px(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG; None if it has no frame header or is no JPEG."""
    if not content.startswith(START):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - of every marker
        marker = content[at + 1]
        if marker in FRAMES:
            height = int.from_bytes(content[at + 5 : at + 7])
            width = int.from_bytes(content[at + 7 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
