"""Drawing on a picture: lines, arcs and text that stay visible on any background.

Every line is bright over a wider dark one. Colours are hex, points (x, y) in pixels; a point
with NaN draws nothing. Pictures are (H, W, 3) uint8 BGR and are drawn on in place.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.report import palette

_BITS: Final = 4  # sub-pixel bits of OpenCV's drawing
_BOLD: Final = 700

_Fixed = np.ndarray[tuple[int, ...], np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels."""

    x: int
    y: int
    width: int
    height: int


def mirrored(picture: Picture) -> Picture:
    """Return a new picture, mirrored left to right."""
    return np.asarray(cv2.flip(picture, 1), dtype=np.uint8)


def scale(picture: Picture) -> float:
    """Return the scale of marks: 1 where the shorter side has 720 pixels, never under 0.6."""
    shorter: int = min(picture.shape[:2])
    return max(shorter / 720, 0.6)


def line(picture: Picture, points: Floats, colour: str, width: float) -> None:
    """Draw an open line through (N, 2) points, with its halo."""
    if not np.isfinite(points).all():
        return
    fixed = _fixed(points)
    for shade, thick in ((palette.BLACK, width + _halo(picture)), (colour, width)):
        _polyline(picture, fixed, shade, thick)


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
    points = np.vstack([centre, rim])
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(points.min(axis=0)).astype(int) - 2, 0, (width, height))
    right, bottom = np.clip(np.ceil(points.max(axis=0)).astype(int) + 3, 0, (width, height))
    area = picture[top:bottom, left:right]
    if not area.size:
        return
    tint = area.copy()
    cv2.fillPoly(tint, [_fixed(points - [left, top])], palette.bgr(colour), cv2.LINE_AA, _BITS)
    area[:] = cv2.addWeighted(tint, 0.28, area, 0.72, 0)


def dot(picture: Picture, centre: Floats, colour: str, radius: float) -> None:
    """Draw a dot."""
    if not np.isfinite(centre).all():
        return
    x, y = _fixed(centre).tolist()
    for shade, size in ((palette.BLACK, radius + _halo(picture) / 2), (colour, radius)):
        fixed = round(size * 2**_BITS)
        cv2.circle(picture, (x, y), fixed, palette.bgr(shade), -1, cv2.LINE_AA, _BITS)


def shade(picture: Picture, box: Box, strength: float = 0.6) -> None:
    """Darken a rectangle, so that bright text on it can be read."""
    area = picture[max(box.y, 0) : box.y + box.height, max(box.x, 0) : box.x + box.width]
    if area.size:
        area[:] = cv2.LUT(area, (np.arange(256) * (1 - strength)).astype(np.uint8))


def fill(picture: Picture, box: Box, colour: str) -> None:
    """Fill a rectangle."""
    if box.width > 0 and box.height > 0:
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        cv2.rectangle(picture, (box.x, box.y), corner, palette.bgr(colour), -1)


def frame(picture: Picture, box: Box, colour: str, width: float) -> None:
    """Draw the edge of a rectangle."""
    corner = (box.x + box.width - 1, box.y + box.height - 1)
    cv2.rectangle(picture, (box.x, box.y), corner, palette.bgr(colour), max(round(width), 1))


def plate(picture: Picture, box: Box, *, radius: float, strength: float = 0.8) -> None:
    """Darken a rectangle with rounded corners, so that bright text on it can be read."""
    left, top = max(box.x, 0), max(box.y, 0)
    area = picture[top : box.y + box.height, left : box.x + box.width]
    if not area.size:
        return
    dark = cv2.addWeighted(area, 1 - strength, _tint(*area.shape[:2], strength), 1, 0)
    size = min(round(radius), *(length // 2 for length in area.shape[:2]))
    for rows, columns, outside in _corners(size):
        ground = cv2.multiply(area[rows, columns], outside, scale=1 / 255)
        plated = cv2.multiply(dark[rows, columns], 255 - outside, scale=1 / 255)
        dark[rows, columns] = cv2.add(ground, plated)
    area[:] = dark


def round_box(picture: Picture, box: Box, colour: str, *, radius: float) -> None:
    """Fill a rectangle with rounded corners."""
    shape(picture, _rounded(box, radius), colour)


def round_frame(picture: Picture, box: Box, colour: str, *, radius: float, width: float) -> None:
    """Draw the edge of a rectangle with rounded corners, without a halo."""
    edge = _rounded(box, radius)
    stroke(picture, np.vstack([edge, edge[:1]]), colour, width)


def shape(picture: Picture, points: Floats, colour: str) -> None:
    """Fill the area within (N, 2) points."""
    if np.isfinite(points).all():
        cv2.fillPoly(picture, [_fixed(points)], palette.bgr(colour), cv2.LINE_AA, _BITS)


def stroke(picture: Picture, points: Floats, colour: str, width: float) -> None:
    """Draw an open line through (N, 2) points without a halo, for dark backgrounds."""
    if np.isfinite(points).all():
        _polyline(picture, _fixed(points), colour, width)


def arc(
    picture: Picture,
    centre: Floats,
    radii: tuple[float, float],
    *,
    turn_deg: tuple[float, float],
    colour: str,
) -> None:
    """Fill a piece of a ring between two radii.

    Convention:
        Angles are clockwise as displayed, from twelve o'clock.
    """
    if not np.isfinite([*centre, *turn_deg]).all() or turn_deg[0] == turn_deg[1]:
        return
    along = np.radians(np.linspace(*turn_deg, 2 + round(abs(turn_deg[1] - turn_deg[0]) / 4)))
    ray = np.column_stack([np.sin(along), -np.cos(along)])
    shape(picture, centre + np.vstack([radii[1] * ray, radii[0] * ray[::-1]]), colour)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> int:
    """Return the width of a text in pixels."""
    _, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), _face(), round(size), _BOLD)
    return int(width)


def fitting(text: str, size: float, width: float) -> float:
    """Return `size`, or the smaller one at which the text is no wider than `width`."""
    needed = text_width(text, size)
    return size if needed <= width else max(size * width / needed, 6)


def write(
    picture: Picture, text: str, corner: tuple[float, float], *, size: float, colour: str
) -> None:
    """Write a text; `corner` is the left end of its base line."""
    origin = (round(corner[0]), round(corner[1]))
    cv2.putText(picture, text, origin, palette.bgr(colour), _face(), round(size), _BOLD)


def label(picture: Picture, text: str, centre: Floats, *, size: float, colour: str) -> Box:
    """Write a text on a dark background about a point, moved so that it stays in the picture.

    Returns:
        The area that was covered; empty where the point is NaN.
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


def _polyline(picture: Picture, fixed: _Fixed, colour: str, width: float) -> None:
    shade, thick = palette.bgr(colour), max(round(width), 1)
    cv2.polylines(picture, [fixed], False, shade, thick, cv2.LINE_AA, _BITS)  # noqa: FBT003 - open


def _fixed(points: Floats) -> _Fixed:
    """Return points in OpenCV's fixed-point pixels."""
    return np.round(points * 2**_BITS).astype(np.int32)


def _rounded(box: Box, radius: float) -> Floats:
    """Return the outline (N, 2) of a rectangle with rounded corners."""
    size = min(radius, box.width / 2, box.height / 2)
    turn = np.radians(np.linspace(0, 90, 9))
    parts = []
    for right, low, begin in ((1, 1, 0), (0, 1, 90), (0, 0, 180), (1, 0, 270)):
        x = box.x + (box.width - 1 - size if right else size)
        y = box.y + (box.height - 1 - size if low else size)
        along = turn + math.radians(begin)
        parts.append(np.column_stack([x + size * np.cos(along), y + size * np.sin(along)]))
    return np.vstack(parts)


@cache
def _corners(size: int) -> tuple[tuple[slice, slice, Picture], ...]:
    """Return the corners of a plate, with each pixel's share of the background, 0..255."""
    if size < 1:
        return ()
    away = np.arange(size)[::-1] + 0.5
    share = np.clip(np.hypot(away[:, None], away[None]) - size + 0.5, 0, 1)[..., None]
    outside = np.round(255 * np.repeat(share, 3, axis=2)).astype(np.uint8)
    near, far = slice(0, size), slice(-size, None)
    return (
        (near, near, outside),
        (near, far, outside[:, ::-1]),
        (far, near, outside[::-1]),
        (far, far, outside[::-1, ::-1]),
    )


@lru_cache(maxsize=24)
def _tint(height: int, width: int, strength: float) -> Picture:
    """Return what a dark plate adds to the picture below it, (height, width, 3)."""
    ground = 0.7 * strength * np.array(palette.bgr(palette.INK))
    return np.tile(np.round(ground).astype(np.uint8), (height, width, 1))


@cache
def _face() -> cv2.FontFace:
    return cv2.FontFace("sans")
