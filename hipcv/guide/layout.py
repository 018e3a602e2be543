"""Layout of a screen of the guided test, and words fitted into boxes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

CAPITAL: Final = 0.75
"""Height of a capital letter, relative to the size of its type."""

LINE: Final = 1.22
"""Distance of two base lines, relative to the size of the type."""

_WIDE: Final = 0.95  # width / height from which there is space beside the person
_SMALLEST: Final = 7.0  # type size in pixels
_PAUSES: Final = (", ", ": ", ". ", "; ", "? ")


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes of one picture size. Lengths are given for 720 pixels of its shorter side."""

    width: int
    height: int

    @classmethod
    def of(cls, picture: Picture) -> "Layout":
        """Return the layout of a picture."""
        return cls(picture.shape[1], picture.shape[0])

    @property
    def unit(self) -> float:
        """Pixels for one pixel of a 720 pixel picture."""
        return min(self.width, self.height) / 720

    @property
    def wide(self) -> bool:
        """True where there is space beside the person."""
        return self.width >= _WIDE * self.height

    @property
    def gap(self) -> int:
        """Gap between boxes, and to the edge."""
        return self.px(16)

    def px(self, length: float) -> int:
        """Return a length in whole pixels of this picture, at least 1."""
        return max(round(length * self.unit), 1)

    @property
    def band(self) -> Box:
        """Box across the top."""
        height = self.px(150 if self.wide else 250)
        return Box(self.gap, self.gap, self.width - 2 * self.gap, height)

    def panel(self, side: Side | None) -> Box:
        """Return the box away from the foot that swings; at the bottom where it is narrow."""
        if not self.wide:
            high = self.px(260)
            width = self.width - 2 * self.gap
            return Box(self.gap, self.height - self.gap - high, width, high)
        top = self.below_band
        width = min(self.px(380), round(0.36 * self.width))
        left = self.gap if side is Side.RIGHT else self.width - self.gap - width
        return Box(left, top, width, self.height - top - self.gap)

    @property
    def below_band(self) -> int:
        """Top of the area under the band."""
        return self.band.y + self.band.height + self.gap

    @property
    def centre(self) -> tuple[float, float]:
        """Centre of the area that the band, and a panel below the person, leave free."""
        top = self.band.y + self.band.height
        bottom = self.height if self.wide else self.panel(None).y
        return self.width / 2, (top + bottom) / 2


def inside(box: Box, margin: float) -> Box:
    """Return a box without a margin on every side."""
    cut = round(margin)
    return Box(box.x + cut, box.y + cut, max(box.width - 2 * cut, 1), max(box.height - 2 * cut, 1))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words broken into lines, and the type size at which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def height_px(self) -> float:
        """Height from the top of the first line's capitals to the last base line."""
        return self.size * (CAPITAL + LINE * (len(self.lines) - 1))

    @property
    def width_px(self) -> int:
        """Width of the longest line."""
        return max((drawing.text_width(line, self.size) for line in self.lines), default=0)


@lru_cache(maxsize=512)
def fitted(
    text: str, size: float, width: float, lines: int = 1, *, height: float = math.inf
) -> Fitted:
    """Return words in at most so many lines, at the given size or the largest that fits."""

    def fits(size: float) -> bool:
        block = Fitted(wrapped(text, size, width), size)
        return len(block.lines) <= lines and block.width_px <= width and block.height_px <= height

    size = largest_size(size, fits)
    return Fitted(wrapped(text, size, width)[:lines], size)


def largest_size(
    size: float, fits: Callable[[float], bool], *, smallest: float = _SMALLEST
) -> float:
    """Return the largest type size up to `size` at which words fit; else about the smallest."""
    while size > smallest and not fits(size):
        size *= 0.95
    return size


@lru_cache(maxsize=512)
def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """Return words in lines of about the same length, none wider than `width` if possible.

    Two lines are broken where the sentence pauses, if both halves fit.
    """
    count = len(_greedy(text, size, width))
    if count == 2 and (halves := _at_pause(text, size, width)):  # noqa: PLR2004 - halves
        return halves
    narrow = width
    while count > 1 and narrow > width / 2 and len(_greedy(text, size, 0.96 * narrow)) == count:
        narrow *= 0.96
    return _greedy(text, size, narrow)


def _at_pause(text: str, size: float, width: float) -> tuple[str, ...]:
    """Return the most even halves, broken after a mark, that both fit; empty where none do."""
    halves = [
        (text[: index + 1], text[index + 2 :])
        for index in range(len(text) - 1)
        if text[index : index + 2] in _PAUSES
    ]
    fit = [pair for pair in halves if all(drawing.text_width(half, size) <= width for half in pair)]
    return min(fit, key=lambda pair: max(map(len, pair)), default=())


def _greedy(text: str, size: float, width: float) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and drawing.text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def write_block(
    picture: Picture, block: Fitted, corner: tuple[float, float], colour: str = palette.WHITE
) -> float:
    """Write lines from an upper left corner; return the last base line."""
    lefts = [corner[0]] * len(block.lines)
    _write_lines(picture, block, lefts, top=corner[1], colour=colour)
    return corner[1] + block.height_px


def write_centred(
    picture: Picture,
    block: Fitted,
    centre: Floats | tuple[float, float],
    colour: str = palette.WHITE,
) -> None:
    """Write lines centred about a point."""
    lefts = [centre[0] - drawing.text_width(line, block.size) / 2 for line in block.lines]
    top = centre[1] - block.height_px / 2
    _write_lines(picture, block, lefts, top=top, colour=colour)


def _write_lines(
    picture: Picture, block: Fitted, lefts: list[float], *, top: float, colour: str
) -> None:
    for index, (line, left) in enumerate(zip(block.lines, lefts, strict=True)):
        base = top + (CAPITAL + index * LINE) * block.size
        drawing.write(picture, line, (left, base), size=block.size, colour=colour)
