"""Ink on a picture: lines, arcs and words that stay visible on any background.

Every mark is bright ink over a wider dark one. Colours are hex, points (x, y) in pixels; a point
with NaN draws nothing. Pictures are (H, W, 3) uint8 BGR and are drawn on in place.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.ports import Picture
from hipcv.report import palette

_BITS: Final = 4  # sub-pixel bits of OpenCV's drawing
_BOLD: Final = 700


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels."""

    x: int
    y: int
    width: int
    height: int


def scale(picture: Picture) -> float:
    """How large marks are drawn: 1 where the shorter side has 720 pixels, never under 0.6."""
    shorter: int = min(picture.shape[:2])
    return max(shorter / 720, 0.6)


def line(picture: Picture, points: Floats, colour: str, width: float) -> None:
    """Draw an open line through (N, 2) points, with its halo."""
    if not np.isfinite(points).all():
        return
    fixed = [_fixed(points)]
    for shade, thick in ((palette.BLACK, width + _halo(picture)), (colour, width)):
        cv2.polylines(
            picture,
            fixed,
            isClosed=False,
            color=palette.bgr(shade),
            thickness=max(round(thick), 1),
            lineType=cv2.LINE_AA,
            shift=_BITS,
        )


def dashes(picture: Picture, ends: Floats, colour: str, width: float) -> None:
    """Draw a dashed straight line between two points, (2, 2)."""
    begin, end = ends
    length = float(np.hypot(*(end - begin)))
    if not math.isfinite(length) or length < 1:
        return
    count = max(round(length / (9 * width)), 2)
    for dash in range(count):
        share = np.array([[dash / count], [(dash + 0.55) / count]])
        line(picture, begin + share * (end - begin), colour, width)


def wedge(picture: Picture, centre: Floats, rim: Floats, colour: str) -> None:
    """Tint the area between a centre (2,) and the points of a rim (N, 2)."""
    if not np.isfinite(rim).all():
        return
    tint = picture.copy()
    cv2.fillPoly(tint, [_fixed(np.vstack([centre, rim]))], palette.bgr(colour), cv2.LINE_AA, _BITS)
    cv2.addWeighted(tint, 0.28, picture, 0.72, 0, dst=picture)


def dot(picture: Picture, centre: Floats, colour: str, radius: float) -> None:
    """Draw a dot."""
    if not np.isfinite(centre).all():
        return
    place = _fixed(centre[None])[0]
    for shade, size in ((palette.BLACK, radius + _halo(picture) / 2), (colour, radius)):
        cv2.circle(
            picture,
            _pair(place),
            round(size * 2**_BITS),
            palette.bgr(shade),
            -1,
            cv2.LINE_AA,
            _BITS,
        )


def shade(picture: Picture, box: Box, strength: float = 0.6) -> None:
    """Darken a rectangle, so that bright words on it can be read."""
    area = picture[max(box.y, 0) : box.y + box.height, max(box.x, 0) : box.x + box.width]
    area[:] = (area * (1 - strength)).astype(np.uint8)


def fill(picture: Picture, box: Box, colour: str) -> None:
    """Fill a rectangle."""
    if box.width > 0 and box.height > 0:
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        cv2.rectangle(picture, (box.x, box.y), corner, palette.bgr(colour), -1)


def frame(picture: Picture, box: Box, colour: str, width: float) -> None:
    """Draw the edge of a rectangle."""
    corner = (box.x + box.width - 1, box.y + box.height - 1)
    cv2.rectangle(picture, (box.x, box.y), corner, palette.bgr(colour), max(round(width), 1))


def text_width(text: str, size: float) -> int:
    """Width in pixels of words of a given size."""
    _, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), _face(), round(size), _BOLD)
    return int(width)


def fitting(text: str, size: float, width: float) -> float:
    """The size, or the smaller one at which the words are no wider than `width`."""
    needed = text_width(text, size)
    return size if needed <= width else max(size * width / needed, 6)


def write(
    picture: Picture, text: str, corner: tuple[float, float], *, size: float, colour: str
) -> None:
    """Write words; `corner` is the left end of their base line."""
    origin = (round(corner[0]), round(corner[1]))
    cv2.putText(picture, text, origin, palette.bgr(colour), _face(), round(size), _BOLD)


def label(picture: Picture, text: str, centre: Floats, *, size: float, colour: str) -> Box:
    """Write words on a dark ground about a point, moved so that they stay in the picture.

    Returns:
        The ground that was covered; empty where the point is NaN.
    """
    if not np.isfinite(centre).all():
        return Box(0, 0, 0, 0)
    height, width = picture.shape[:2]
    size = fitting(text, size, 0.9 * width)
    pad = round(0.3 * size)
    wide, high = text_width(text, size) + 2 * pad, round(size) + 2 * pad
    left = int(np.clip(centre[0] - wide / 2, 0, max(width - wide, 0)))
    top = int(np.clip(centre[1] - high / 2, 0, max(height - high, 0)))
    ground = Box(left, top, wide, high)
    shade(picture, ground, 0.72)
    write(picture, text, (left + pad, top + high - 1.35 * pad), size=size, colour=colour)
    return ground


def _halo(picture: Picture) -> float:
    return 4 * scale(picture)


def _fixed(points: Floats) -> "np.ndarray[tuple[int, ...], np.dtype[np.int32]]":
    return np.round(points * 2**_BITS).astype(np.int32)


def _pair(place: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> tuple[int, int]:
    return int(place[0]), int(place[1])


@cache
def _face() -> cv2.FontFace:
    return cv2.FontFace("sans")
