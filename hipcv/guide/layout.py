"""Where things are on a screen of the guided test, and how words are fitted into their places."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

CAPITAL: Final = 0.75
"""Height of a capital letter, as share of the size of its type."""

LINE: Final = 1.22
"""From one base line to the next, as share of the size of the type."""

_WIDE: Final = 0.95  # width by height, from which on there is room beside the person


@dataclass(frozen=True, slots=True)
class Layout:
    """Places on one size of picture. Lengths are given for 720 pixels of its shorter side."""

    width: int
    height: int

    @classmethod
    def of(cls, picture: Picture) -> "Layout":
        """The places on this picture."""
        return cls(picture.shape[1], picture.shape[0])

    @property
    def unit(self) -> float:
        """Pixels for one pixel of a 720 pixel picture."""
        return min(self.width, self.height) / 720

    @property
    def wide(self) -> bool:
        """Whether there is room beside the person."""
        return self.width >= _WIDE * self.height

    @property
    def gap(self) -> int:
        """Between things, and to the edge."""
        return self.px(16)

    def px(self, length: float) -> int:
        """A length in whole pixels of this picture."""
        return max(round(length * self.unit), 1)

    @property
    def band(self) -> Box:
        """Across the top: what to do now."""
        height = self.px(150 if self.wide else 190)
        return Box(self.gap, self.gap, self.width - 2 * self.gap, height)

    def panel(self, side: Side | None) -> Box:
        """Beside the person, away from the foot that swings; at the bottom where it is narrow."""
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
        """Where the place under the band begins."""
        return self.band.y + self.band.height + self.gap

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of what the band leaves free."""
        top = self.band.y + self.band.height
        return self.width / 2, top + (self.height - top) / 2


def inside(box: Box, margin: float) -> Box:
    """A box with a margin taken off on every side."""
    cut = round(margin)
    return Box(box.x + cut, box.y + cut, max(box.width - 2 * cut, 1), max(box.height - 2 * cut, 1))


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words broken into lines, and the size at which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def height_px(self) -> float:
        """From the top of the first line's capitals to the last base line."""
        return self.size * (CAPITAL + LINE * (len(self.lines) - 1))

    @property
    def width_px(self) -> int:
        """Of the longest line."""
        return max((drawing.text_width(line, self.size) for line in self.lines), default=0)


@lru_cache(maxsize=512)
def fitted(
    text: str, size: float, width: float, lines: int = 1, *, height: float = math.inf
) -> Fitted:
    """Words in at most so many lines: as large as told, or as much smaller as it takes."""
    while size > _SMALLEST:
        block = Fitted(wrapped(text, size, width), size)
        if len(block.lines) <= lines and block.width_px <= width and block.height_px <= height:
            return block
        size *= 0.95
    return Fitted(wrapped(text, size, width)[:lines], size)


_SMALLEST: Final = 7.0


@lru_cache(maxsize=512)
def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """Words broken into lines of about the same length, none wider than told if it can be.

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
    """The text broken after a comma, colon or full stop, where both halves fit; or nothing."""
    places = [
        place + 1 for place, mark in enumerate(text[:-1]) if mark + text[place + 1] in _PAUSES
    ]
    halves = [(text[:place], text[place + 1 :]) for place in places]
    fit = [pair for pair in halves if all(drawing.text_width(half, size) <= width for half in pair)]
    return min(fit, key=lambda pair: max(map(len, pair)), default=())


_PAUSES: Final = (", ", ": ", ". ", "; ")


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
    """Write lines from an upper left corner on; returns where the last base line is."""
    base = corner[1] + CAPITAL * block.size
    for place, line in enumerate(block.lines):
        at = (corner[0], base + place * LINE * block.size)
        drawing.write(picture, line, at, size=block.size, colour=colour)
    return corner[1] + block.height_px


def write_centred(
    picture: Picture,
    block: Fitted,
    centre: Floats | tuple[float, float],
    colour: str = palette.WHITE,
) -> None:
    """Write lines centred about a point."""
    base = centre[1] - block.height_px / 2 + CAPITAL * block.size
    for place, line in enumerate(block.lines):
        left = centre[0] - drawing.text_width(line, block.size) / 2
        at = (left, base + place * LINE * block.size)
        drawing.write(picture, line, at, size=block.size, colour=colour)
