"""What a JPEG says of its size, before anything is made of it."""

from typing import Final

START: Final = b"\xff\xd8"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers whose segment tells the size."""


def size_px(content: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG; None where it does not say, or is none."""
    if not content.startswith(START):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - as every marker
        marker = content[at + 1]
        if marker in FRAMES:
            height = int.from_bytes(content[at + 5 : at + 7])
            width = int.from_bytes(content[at + 7 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
