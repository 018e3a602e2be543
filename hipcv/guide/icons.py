"""Signs of the guided test; shape and colour mean the same, for colour-blind eyes."""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView
from hipcv.guide.layout import fitted, write_centred
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

TICK: Final = np.array([[-0.48, 0.02], [-0.14, 0.36], [0.5, -0.34]])
ARROW: Final = np.array(
    [[-0.9, -0.26], [0.1, -0.26], [0.1, -0.72], [0.95, 0], [0.1, 0.72], [0.1, 0.26], [-0.9, 0.26]]
)
"""Pointing right."""
TRIANGLE: Final = np.array([[0, -0.86], [0.98, 0.82], [-0.98, 0.82]])


Icon = Callable[[Picture, Floats, float], None]
"""Draws a sign about a centre (2,), with a radius in pixels."""


def good(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a tick on a green disc."""
    _disc(picture, centre, radius, palette.GREEN)
    drawing.stroke(picture, centre + radius * TICK, palette.WHITE, 0.24 * radius)


def bad(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a cross on a vermillion disc."""
    _disc(picture, centre, radius, palette.VERMILLION)
    arm = 0.38 * radius
    for slope in (1, -1):
        ends = centre + np.array([[-arm, -arm * slope], [arm, arm * slope]])
        drawing.stroke(picture, ends, palette.WHITE, 0.24 * radius)


def unknown(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw an empty ring."""
    drawing.arc(picture, centre, (0.78 * radius, radius), turn_deg=(0, 360), colour=palette.MUTED)


def warning(
    picture: Picture, centre: Floats, radius: float, colour: str = palette.VERMILLION
) -> None:
    """Draw a triangle with a stroke and a dot."""
    sign = centre + radius * TRIANGLE
    drawing.shape(picture, sign, colour)
    drawing.stroke(picture, np.vstack([sign, sign[:1]]), colour, 0.2 * radius)
    dark = palette.WHITE if colour != palette.WHITE else palette.VERMILLION
    stem = centre + radius * np.array([[0, -0.34], [0, 0.26]])
    drawing.stroke(picture, stem, dark, 0.22 * radius)
    _disc(picture, centre + radius * np.array([0, 0.58]), 0.13 * radius, dark)


def warning_outline(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a hollow warning triangle."""
    sign = centre + radius * TRIANGLE
    drawing.stroke(picture, np.vstack([sign, sign[:2]]), palette.ORANGE, 0.2 * radius)
    stem = centre + radius * np.array([[0, -0.28], [0, 0.26]])
    drawing.stroke(picture, stem, palette.ORANGE, 0.22 * radius)
    _disc(picture, centre + radius * np.array([0, 0.54]), 0.13 * radius, palette.ORANGE)


def arrow(picture: Picture, centre: Floats, radius: float, direction: tuple[float, float]) -> None:
    """Draw a broad arrow along a unit vector of the picture, x right and y down."""
    x, y = direction
    turn = np.array([[x, y], [-y, x]])
    drawing.shape(picture, centre + radius * ARROW @ turn, palette.WHITE)


def either_way(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw two arrows, to the left and to the right."""
    for x in (-1, 1):
        arrow(picture, centre + np.array([0.52 * x * radius, 0]), 0.5 * radius, (x, 0))


def not_held(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a hollow ring with a stroke."""
    drawing.arc(picture, centre, (0.8 * radius, radius), turn_deg=(0, 360), colour=palette.ORANGE)
    ends = centre + np.array([[-0.4 * radius, 0], [0.4 * radius, 0]])
    drawing.stroke(picture, ends, palette.ORANGE, 0.24 * radius)


def numbered(
    picture: Picture, centre: Floats, radius: float, *, text: str, colour: str = palette.PALE
) -> None:
    """Draw a ring with a number or letter in it."""
    drawing.arc(picture, centre, (0.84 * radius, radius), turn_deg=(0, 360), colour=colour)
    write_centred(picture, fitted(text, 1.15 * radius, 2 * radius), centre, colour)


def asked(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a question mark in a ring: what a camera cannot check."""
    numbered(picture, centre, radius, text="?")


def key(picture: Picture, centre: Floats, radius: float, *, letter: str) -> None:
    """Draw a key of the keyboard."""
    left, top = (round(corner) for corner in centre - 1.1 * radius)
    size = round(2.2 * radius)
    cap = Box(left, top, size, size)
    drawing.round_frame(picture, cap, palette.PALE, radius=0.5 * radius, width=0.16 * radius)
    write_centred(picture, fitted(letter, 1.6 * radius, size), centre, palette.PALE)


def bullet(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw the dot before a line of a list."""
    _disc(picture, centre, radius, palette.PALE)


def stop(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw a square: the end."""
    size = round(1.2 * radius)
    left, top = (round(corner) for corner in centre - size / 2)
    drawing.round_box(picture, Box(left, top, size, size), palette.WHITE, radius=0.14 * radius)


def end(view: GuideView) -> Icon:
    """Return a tick where every repetition that was asked for counts, as far as is known live."""
    counted = sum(rep.counts and not rep.practice for rep in view.reps_this_way)
    return good if counted >= view.reps else stop


def pause(picture: Picture, centre: Floats, radius: float) -> None:
    """Draw two upright bars: sit still."""
    for x in (-0.36 * radius, 0.36 * radius):
        ends = centre + np.array([[x, -0.55 * radius], [x, 0.55 * radius]])
        drawing.stroke(picture, ends, palette.WHITE, 0.34 * radius)


def filling(
    picture: Picture, centre: Floats, radius: float, share: float, *, hollow: float = 0.74
) -> None:
    """Draw a ring filled clockwise from the top by a share 0..1; a full one has a tick."""
    share = min(max(share, 0.0), 1.0)
    radii = (hollow * radius, radius)
    drawing.arc(picture, centre, radii, turn_deg=(0, 360), colour=palette.MUTED)
    colour = palette.GREEN if share >= 1 else palette.YELLOW
    drawing.arc(picture, centre, radii, turn_deg=(0, 360 * share), colour=colour)
    if share >= 1:
        drawing.stroke(picture, centre + 0.75 * radius * TICK, palette.WHITE, 0.16 * radius)


def _disc(picture: Picture, centre: Floats, radius: float, colour: str) -> None:
    drawing.arc(picture, centre, (0.0, radius), turn_deg=(0, 360), colour=colour)


record: Final[Icon] = partial(_disc, colour=palette.VERMILLION)
"""Dot of a recording under way."""
