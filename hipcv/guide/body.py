"""The person on a screen of the guided test, as in a mirror.

Landmarks are in pixels of the un-mirrored picture; they are mirrored in this module alone.
"""

from itertools import pairwise
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.frame_state import FrameState
from hipcv.core.geometry import rotate
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.view_model import GuideView
from hipcv.guide import icons
from hipcv.guide.layout import Layout
from hipcv.report import drawing, overlay, palette

_BONES: Final = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    *(
        pair
        for leg in LEGS.values()
        for pair in pairwise((leg.shoulder, leg.hip, leg.knee, leg.ankle, leg.toe))
    ),
)


def _mirrored_px(picture: Picture, xy_px: Floats) -> Floats:
    """Return points (..., 2) in pixels of the mirrored picture."""
    return np.asarray(np.array([picture.shape[1] - 1, 0]) + xy_px * np.array([-1, 1]))


def draw_skeleton(picture: Picture, view: GuideView) -> None:
    """Draw thin lines along the body, which show that the person is tracked."""
    xy = _mirrored_px(picture, view.pose.xy_px)
    width = 2.5 * drawing.scale(picture)
    for pair in _BONES:
        drawing.line(picture, xy[list(pair)], palette.SKY, width)


def draw_leg(picture: Picture, view: GuideView) -> None:
    """Draw trunk, start and present shank line, and the arc from the start to the target.

    External rotation has no target.
    """
    side, axis = view.side, view.axis
    if side is None or axis is None:
        draw_skeleton(picture, view)
        return
    points = _mirrored_px(picture, np.array([axis.knee_px, axis.end_px, axis.start_end_px]))
    overlay.draw_body(picture, [_frame_state(picture, view, side, points)])
    if view.external:
        return
    knee, hanging_px = points[0], points[2] - points[0]
    turns_deg = LEGS[side.other].internal_sign * np.linspace(0, view.target_deg, 16)
    unit = drawing.scale(picture)
    drawing.line(picture, knee + rotate(hanging_px, turns_deg), palette.WHITE, 1.5 * unit)
    tick = np.array([[0.93], [1.07]]) * rotate(hanging_px, turns_deg[-1])
    drawing.line(picture, knee + tick, palette.WHITE, 5 * unit)


def _frame_state(picture: Picture, view: GuideView, side: Side, points: Floats) -> FrameState:
    """Return what the annotated video would show; in a mirror a left leg is a right one.

    `points` (3, 2) are the knee, the end of the shank, and its end at the start, all mirrored. The
    rotation is left out: the dial shows it.
    """
    xy = _mirrored_px(picture, view.pose.xy_px)
    knee, end, start_end = points
    return FrameState(
        side=side.other,
        time_s=view.time_s,
        rotation_deg=float("nan"),
        target_deg=view.target_deg,
        phase="moving",
        rep=None,
        knee_px=knee,
        shank_px=end,
        start_shank_px=start_end,
        hips_px=xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]],
        shoulders_px=xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]],
        findings=(),
        finding_at_s=float("nan"),
    )


def draw_pointer(picture: Picture, view: GuideView) -> None:
    """Draw the shank of the next leg, and a large arrow from above to its knee."""
    side = view.side
    if side is None:
        return
    layout, leg = Layout.of(picture), LEGS[side]
    xy = _mirrored_px(picture, view.pose.xy_px)
    drawing.line(picture, xy[[leg.knee, leg.ankle]], palette.YELLOW, 8 * layout.unit)
    drawing.dot(picture, xy[leg.knee], palette.YELLOW, 10 * layout.unit)
    knee, radius = xy[leg.knee], layout.px(58)
    if not np.isfinite(knee).all():
        outward = -leg.outward_x  # as seen in a mirror
        knee = np.array([layout.width * (0.5 + 0.1 * outward), layout.height * 0.7])
    centre = knee - [0, radius + layout.px(34)]
    left, top = (round(corner) for corner in centre - 1.2 * radius)
    box = drawing.Box(left, top, round(2.4 * radius), round(2.4 * radius))
    drawing.plate(picture, box, radius=1.2 * radius)
    icons.arrow(picture, centre, 0.8 * radius, (0, 1))
