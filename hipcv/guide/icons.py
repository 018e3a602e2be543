"""Signs of the guided test: each tells by its shape what its colour says as well."""

from collections.abc import Callable
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.guide.layout import fitted, write_centred
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

TICK: Final = np.array([[-0.48, 0.02], [-0.14, 0.36], [0.5, -0.34]])
ARROW: Final = np.array(
    [[-0.9, -0.26], [0.1, -0.26], [0.1, -0.72], [0.95, 0], [0.1, 0.72], [0.1, 0.26], [-0.9, 0.26]]
)
"""To the right."""
TRIANGLE: Final = np.array([[0, -0.86], [0.98, 0.82], [-0.98, 0.82]])


def good(picture: Picture, centre: Floats, radius: float) -> None:
    """A tick on a green disc."""
    _disc(picture, centre, radius, palette.GREEN)
    drawing.stroke(picture, centre + radius * TICK, palette.WHITE, 0.24 * radius)


def bad(picture: Picture, centre: Floats, radius: float) -> None:
    """A cross on a vermillion disc."""
    _disc(picture, centre, radius, palette.VERMILLION)
    arm = 0.38 * radius
    for way in (1, -1):
        ends = centre + np.array([[-arm, -arm * way], [arm, arm * way]])
        drawing.stroke(picture, ends, palette.WHITE, 0.24 * radius)


def unknown(picture: Picture, centre: Floats, radius: float) -> None:
    """An empty ring."""
    drawing.arc(picture, centre, (0.78 * radius, radius), turn_deg=(0, 360), colour=palette.MUTED)


def warning(
    picture: Picture, centre: Floats, radius: float, colour: str = palette.VERMILLION
) -> None:
    """A triangle with a stroke and a dot."""
    sign = centre + radius * TRIANGLE
    drawing.shape(picture, sign, colour)
    drawing.stroke(picture, np.vstack([sign, sign[:1]]), colour, 0.2 * radius)
    dark = palette.WHITE if colour != palette.WHITE else palette.VERMILLION
    stem = centre + radius * np.array([[0, -0.34], [0, 0.26]])
    drawing.stroke(picture, stem, dark, 0.22 * radius)
    _disc(picture, centre + radius * np.array([0, 0.58]), 0.13 * radius, dark)


def warning_outline(picture: Picture, centre: Floats, radius: float) -> None:
    """The same, hollow."""
    sign = centre + radius * TRIANGLE
    drawing.stroke(picture, np.vstack([sign, sign[:2]]), palette.ORANGE, 0.2 * radius)
    stem = centre + radius * np.array([[0, -0.28], [0, 0.26]])
    drawing.stroke(picture, stem, palette.ORANGE, 0.22 * radius)
    _disc(picture, centre + radius * np.array([0, 0.54]), 0.13 * radius, palette.ORANGE)


def arrow(picture: Picture, centre: Floats, radius: float, way: tuple[float, float]) -> None:
    """A broad arrow; `way` is a unit vector of the picture, x right and y down."""
    x, y = way
    turn = np.array([[x, y], [-y, x]])
    drawing.shape(picture, centre + radius * ARROW @ turn, palette.WHITE)


def not_held(picture: Picture, centre: Floats, radius: float) -> None:
    """A hollow ring with a stroke."""
    drawing.arc(picture, centre, (0.8 * radius, radius), turn_deg=(0, 360), colour=palette.ORANGE)
    ends = centre + np.array([[-0.4 * radius, 0], [0.4 * radius, 0]])
    drawing.stroke(picture, ends, palette.ORANGE, 0.24 * radius)


def numbered(
    picture: Picture, centre: Floats, radius: float, *, text: str, colour: str = palette.PALE
) -> None:
    """A ring with a number or letter in it."""
    drawing.arc(picture, centre, (0.84 * radius, radius), turn_deg=(0, 360), colour=colour)
    write_centred(picture, fitted(text, 1.15 * radius, 2 * radius), centre, colour)


def key(picture: Picture, centre: Floats, radius: float, *, letter: str) -> None:
    """A key of the keyboard."""
    left, top = (round(corner) for corner in centre - 1.1 * radius)
    size = round(2.2 * radius)
    cap = Box(left, top, size, size)
    drawing.round_frame(picture, cap, palette.PALE, radius=0.5 * radius, width=0.16 * radius)
    write_centred(picture, fitted(letter, 1.6 * radius, size), centre, palette.PALE)


def pause(picture: Picture, centre: Floats, radius: float) -> None:
    """Two upright bars: be still."""
    for way in (-1, 1):
        x = 0.36 * radius * way
        ends = centre + np.array([[x, -0.55 * radius], [x, 0.55 * radius]])
        drawing.stroke(picture, ends, palette.WHITE, 0.34 * radius)


def filling(
    picture: Picture, centre: Floats, radius: float, share: float, *, hollow: float = 0.74
) -> None:
    """A ring that fills clockwise from the top; full, it holds a tick."""
    share = min(max(share, 0.0), 1.0)
    radii = (hollow * radius, radius)
    drawing.arc(picture, centre, radii, turn_deg=(0, 360), colour=palette.MUTED)
    full = share >= 1
    shade = palette.GREEN if full else palette.YELLOW
    drawing.arc(picture, centre, radii, turn_deg=(0, 360 * share), colour=shade)
    if full:
        drawing.stroke(picture, centre + 0.75 * radius * TICK, palette.WHITE, 0.16 * radius)


def record(picture: Picture, centre: Floats, radius: float) -> None:
    """The dot that says that it is recorded."""
    _disc(picture, centre, radius, palette.VERMILLION)


def _disc(picture: Picture, centre: Floats, radius: float, colour: str) -> None:
    drawing.arc(picture, centre, (0.0, radius), turn_deg=(0, 360), colour=colour)


Icon = Callable[[Picture, Floats, float], None]
"""Draws itself about a point, with a radius."""
