"""Fonts of the computer, for characters that the font of the report lacks."""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont, TTLibError
from matplotlib.font_manager import findSystemFonts

MAX_FONTS: Final = 80
"""Fonts that are looked into, so that a computer with thousands of them does not wait."""

_OUTLINES: Final = ("glyf", "CFF ")
_NO_EMBEDDING: Final = 0x0002
"""Bit of `fsType` in the table OS/2 of a font whose licence forbids to embed it (OpenType 1.9)."""


def find_font(characters: Collection[int]) -> Path | None:
    """Return the font that has most of some code points; None where no font has any.

    Regular fonts without serifs come first, then large files, since these hold many scripts; the
    first font that has all code points ends the search.
    """
    wanted, best, most = frozenset(characters), None, 0
    for path in _candidates():
        found = len(wanted & _characters_of(path))
        if found > most:
            best, most = path, found
        if found == len(wanted):
            break
    return best


@cache
def _candidates() -> tuple[Path, ...]:
    return tuple(sorted((Path(name) for name in findSystemFonts()), key=_rank)[:MAX_FONTS])


def _rank(path: Path) -> tuple[int, int, Path]:
    name = path.name.lower()
    size = path.stat().st_size if path.exists() else 0
    return ("sans" not in name) + ("regular" not in name), -size, path


@cache
def _characters_of(path: Path) -> frozenset[int]:
    """Return the code points of a font; none where it cannot be read or embedded."""
    try:
        with path.open("rb") as file, TTFont(file, lazy=True, fontNumber=0) as font:
            drawn = any(table in font for table in _OUTLINES)
            if not drawn or font["OS/2"].fsType & _NO_EMBEDDING:
                return frozenset()
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError, KeyError, AssertionError):
        return frozenset()
