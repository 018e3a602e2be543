"""The person on a screen of the guided test: as in a mirror.

Landmarks come in pixels of the un-mirrored picture; here, and nowhere else, they are mirrored.
"""

from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.frame_state import FrameState
from hipcv.core.geometry import turned
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
        for pair in (
            (leg.shoulder, leg.hip),
            (leg.hip, leg.knee),
            (leg.knee, leg.ankle),
            (leg.ankle, leg.toe),
        )
    ),
)


def mirrored(points: Floats, picture: Picture) -> Floats:
    """Points (..., 2) of the un-mirrored picture where they are in the mirrored one."""
    width = picture.shape[1]
    return np.asarray(np.array([width - 1, 0]) + points * np.array([-1, 1]))


def draw_seen(picture: Picture, scene: GuideView) -> None:
    """Thin lines along the body: you are seen."""
    xy = mirrored(scene.pose.xy_px, picture)
    width = 2.5 * drawing.scale(picture)
    for pair in _BONES:
        drawing.line(picture, xy[list(pair)], palette.SKY, width)


def draw_leg(picture: Picture, scene: GuideView) -> None:
    """Trunk, the line of the shank, where it started, and how far it has turned."""
    side = scene.side
    if side is None or scene.start_px is None:
        draw_seen(picture, scene)
        return
    overlay.draw_body(picture, [_reading(picture, scene, side, scene.start_px)])
    _draw_target(picture, scene, side, scene.start_px)


def _reading(picture: Picture, scene: GuideView, side: Side, start_px: Floats) -> FrameState:
    """What the annotated video would show of this instant; in a mirror a left leg is a right one.

    Its number is left out: it stands on the dial, large and without decimals.
    """
    leg, xy = LEGS[side], mirrored(scene.pose.xy_px, picture)
    knee = xy[leg.knee]
    hung = _hung(start_px, side)
    turned_by = LEGS[side.other].internal_sign * scene.rotation_deg
    nan = float("nan")
    return FrameState(
        side=side.other,
        time_s=scene.time_s,
        rotation_deg=nan,
        target_deg=scene.target_deg,
        phase="moving",
        rep=None,
        knee_px=knee,
        shank_px=knee + turned(hung, turned_by),
        start_shank_px=knee + hung,
        hips_px=xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]],
        shoulders_px=xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]],
        findings=(),
        finding_at_s=nan,
    )


def _hung(start_px: Floats, side: Side) -> Floats:
    """(2,) from knee to ankle at the start, as seen in the mirror."""
    leg = LEGS[side]
    hung: Floats = (start_px[leg.ankle] - start_px[leg.knee]) * np.array([-1, 1])
    return hung


def _draw_target(picture: Picture, scene: GuideView, side: Side, start_px: Floats) -> None:
    """The way of the ankle from the start to the target angle, with a mark at its end."""
    knee = mirrored(scene.pose.xy_px, picture)[LEGS[side].knee]
    sign = LEGS[side.other].internal_sign
    hung = _hung(start_px, side)
    way = knee + turned(hung, sign * np.linspace(0, scene.target_deg, 16))
    unit = drawing.scale(picture)
    drawing.line(picture, way, palette.WHITE, 1.5 * unit)
    ends = np.array([[0.93], [1.07]]) * turned(hung, sign * scene.target_deg)
    drawing.line(picture, knee + ends, palette.WHITE, 5 * unit)


def draw_pointer(picture: Picture, scene: GuideView) -> None:
    """The shank of the leg whose turn it is, and a large arrow from above to its knee."""
    side = scene.side
    if side is None:
        return
    layout, leg = Layout.of(picture), LEGS[side]
    xy = mirrored(scene.pose.xy_px, picture)
    drawing.line(picture, xy[[leg.knee, leg.ankle]], palette.YELLOW, 8 * layout.unit)
    drawing.dot(picture, xy[leg.knee], palette.YELLOW, 10 * layout.unit)
    knee, radius = xy[leg.knee], layout.px(58)
    if not np.isfinite(knee).all():
        out = -1 if side is Side.LEFT else 1  # as seen in a mirror
        knee = np.array([layout.width * (0.5 + 0.1 * out), layout.height * 0.7])
    place = knee - [0, radius + layout.px(34)]
    left, top = (round(corner) for corner in place - 1.2 * radius)
    box = drawing.Box(left, top, round(2.4 * radius), round(2.4 * radius))
    drawing.plate(picture, box, radius=1.2 * radius)
    icons.arrow(picture, place, 0.8 * radius, (0, 1))
