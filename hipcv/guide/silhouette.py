"""The place to sit in: a pale outline of a seated person, seen from the front at knee height."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.guide.layout import Layout
from hipcv.report import drawing, palette

_TRUNK: Final = (
    (0, 0.150), (0.030, 0.150), (0.034, 0.178), (0.080, 0.192), (0.135, 0.208), (0.160, 0.245),
    (0.176, 0.36), (0.184, 0.46), (0.180, 0.545), (0.160, 0.592), (0.10, 0.605), (0, 0.605),
)  # fmt: skip
"""Half of the trunk, with an arm whose hand is under the thigh. Height of the whole person 1."""

_LEG: Final = (
    (0.094, 0.512), (0.150, 0.525), (0.168, 0.585), (0.152, 0.645), (0.146, 0.720), (0.138, 0.800),
    (0.126, 0.880), (0.136, 0.940), (0.134, 0.985), (0.094, 1.004), (0.054, 0.985), (0.052, 0.940),
    (0.062, 0.880), (0.050, 0.800), (0.042, 0.720), (0.036, 0.645), (0.020, 0.585), (0.038, 0.525),
)  # fmt: skip
"""A thigh seen end-on, and from it the hanging shank and foot."""

_HEAD: Final = (0.0, 0.073, 0.052, 0.072)  # centre, half axes
_ARM: Final = ((0.116, 0.30), (0.126, 0.40), (0.130, 0.495))
_SEAT: Final = ((0.190, 0.600), (0.330, 0.600))
_KNEE: Final = 0.585
"""Height of the knees; they belong in the middle of the picture of a camera at knee height."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sprite:
    """A translucent piece of a picture: its place, what shows through, and what is added."""

    left: int
    top: int
    through: Picture  # (h, w, 3) 255 = all of the ground
    added: Picture  # (h, w, 3)


def draw(picture: Picture) -> None:
    """Draw the outline, in place."""
    height, width = picture.shape[:2]
    sprite = _sprite(width, height)
    rows, columns = sprite.through.shape[:2]
    area = picture[sprite.top : sprite.top + rows, sprite.left : sprite.left + columns]
    area[:] = cv2.add(cv2.multiply(area, sprite.through, scale=1 / 255), sprite.added)


@lru_cache(maxsize=4)
def _sprite(width: int, height: int) -> _Sprite:
    """The outline for one size of picture."""
    layout = Layout(width, height)
    tall = min(0.70 * height, 0.95 * width)
    knee_px = (0.60 if layout.wide else 0.555) * height
    top = max(round(knee_px - _KNEE * tall) - layout.px(10), 0)
    low = min(round(knee_px + (1.01 - _KNEE) * tall) + layout.px(10), height)
    half = round(0.36 * tall)
    size = (low - top, 2 * half, 3)
    fine, wide, body = (np.zeros(size, dtype=np.uint8) for _ in range(3))
    origin = np.array([half, knee_px - _KNEE * tall - top])
    for part, closed in _parts():
        line = origin + tall * part
        for layer in (fine, wide) if closed else ():
            drawing.shape(layer, line, palette.BLACK)  # what lies behind is hidden
        if closed:
            drawing.shape(body, line, palette.WHITE)
        drawing.stroke(wide, line, palette.WHITE, 9 * layout.unit)
        drawing.stroke(fine, line, palette.WHITE, 4 * layout.unit)
    dark = np.maximum.reduce([0.5 * wide, 0.85 * fine, 0.14 * body])
    light = np.maximum(0.85 * fine, 0.14 * body)
    return _Sprite(
        round(width / 2) - half, top, (255 - dark).astype(np.uint8), light.astype(np.uint8)
    )


@lru_cache(maxsize=1)
def _parts() -> tuple[tuple[Floats, bool], ...]:
    """Lines from back to front, and whether they are closed."""
    half = np.array(_TRUNK)
    trunk = np.vstack([half, half[::-1] * [-1, 1]])
    turn = np.linspace(0, 2 * np.pi, 48)
    x, y, wide, high = _HEAD
    head = np.column_stack([x + wide * np.cos(turn), y + high * np.sin(turn)])
    closed = [_smooth(trunk), head]
    opened = []
    for way in ([1, 1], [-1, 1]):
        closed.append(_smooth(np.array(_LEG)) * way)
        opened += [np.array(_ARM) * way, np.array(_SEAT) * way]
    return (*((line, True) for line in closed), *((line, False) for line in opened))


def _smooth(corners: Floats) -> Floats:
    """A closed line through about (N, 2) corners, which are cut three times (Chaikin)."""
    for _ in range(3):
        after = np.roll(corners, -1, axis=0)
        cut = np.stack([0.75 * corners + 0.25 * after, 0.25 * corners + 0.75 * after], axis=1)
        corners = cut.reshape(-1, 2)
    return np.vstack([corners, corners[:1]])
