"""Moving figure of the test: a seated person, as in a mirror, whose foot swings and returns.

It swings out to the side; before the external repetitions, inwards.
"""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.geometry import rotate
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import GuideView
from hipcv.guide import framing
from hipcv.guide.layout import Layout, inside
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

_SWING_S: Final = 1.0  # the way out, and the way back
_REST_S: Final = 0.8
_HOLD_S: Final = MeasurementProtocol().guide_hold_s
_CYCLE_S: Final = 2 * _SWING_S + _HOLD_S + _REST_S
_END_DEG: Final = 40.0

_WIDTH: Final = 0.95
"""Width of the figure with its swinging foot, as a share of its height."""

_BEND: Final = 0.10
"""Distance below the knee over which the outline of the leg bends, as a share of the figure."""


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the figure at the time of a view, in place, in the panel away from the swinging foot."""
    layout = Layout.of(picture)
    box = _panel(layout, view.side)
    drawing.plate(picture, box, radius=layout.px(14), strength=0.82)
    area = inside(box, layout.px(16))
    tall = min(area.height, area.width / _WIDTH)
    top = area.y + (area.height - tall) / 2
    origin = np.array([area.x + area.width / 2, top])
    side = view.side or swinging_side(view.time_s)
    for part, closed in framing.parts_without_legs():
        _draw_part(picture, origin + tall * part, layout, closed=closed)
    way = -1 if view.before_external else 1
    turns_deg = {side.other: 0.0, side: way * swing_deg(view.time_s)}
    for leg, turn_deg in turns_deg.items():
        colour = palette.YELLOW if leg is side else palette.PALE
        outline = origin + tall * leg_outline(leg, turn_deg)
        drawing.shape(picture, outline, palette.INK)
        drawing.stroke(picture, outline, colour, 5 * layout.unit)
    knee = origin + tall * _knee(side)
    drawing.dot(picture, knee, palette.WHITE, 7 * layout.unit)


def _panel(layout: Layout, side: Side | None) -> Box:
    """Return the panel, only as wide as the figure where it is low."""
    box = layout.panel(side)
    wide = min(box.width, round(_WIDTH * box.height))
    return replace(box, x=box.x + (box.width - wide) // 2, width=wide)


def swing_deg(time_s: float) -> float:
    """Return how far the foot has swung at a time: to its end, held, back, at rest, and again."""
    ends_s = np.cumsum([0.0, _SWING_S, _HOLD_S, _SWING_S, _REST_S])
    share = float(np.interp(time_s % _CYCLE_S, ends_s, [0.0, 1.0, 1.0, 0.0, 0.0]))
    return _END_DEG * (1 - math.cos(math.pi * share)) / 2


def swinging_side(time_s: float) -> Side:
    """Return the leg that swings where either may be tested: one after the other."""
    return list(Side)[int(time_s // _CYCLE_S) % 2]


def leg_outline(side: Side, turn_deg: float) -> Floats:
    """Return the outline (N, 2) of a leg whose foot has swung, about a knee that stays.

    A positive turn takes the foot out to the side, a negative one inwards.
    In shares of the figure's height, x right and y down from its middle and top.
    """
    outward = -LEGS[side].outward_x  # as seen in a mirror
    outline, knee = framing.leg_outline() * [outward, 1], _knee(side)
    turned = knee + rotate(outline - knee, -outward * turn_deg)
    share = np.clip((outline[:, 1] - knee[1]) / _BEND, 0, 1)[:, None]
    return np.asarray((1 - share) * outline + share * turned)


def _knee(side: Side) -> Floats:
    return np.array([-LEGS[side].outward_x * framing.KNEE[0], framing.KNEE[1]])


def _draw_part(picture: Picture, line: Floats, layout: Layout, *, closed: bool) -> None:
    if closed:
        drawing.shape(picture, line, palette.INK)
    drawing.stroke(picture, line, palette.PALE, 4 * layout.unit)
