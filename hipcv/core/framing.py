"""Is this a good place, camera and light for the test, and if not, what to do about it.

Judged on the median pose of the last half second, by the functions that judge a recorded clip
(core.quality, core.view), with limits a little inside those: what the guide lets pass, the
analysis must not refuse. Only a swing that is still to come is foreseen here and nowhere else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg
from hipcv.core.geometry import signed_angle_deg, turned
from hipcv.core.kinematics import (
    lateral_px,
    mid_hips_px,
    mid_shoulders_px,
    rise_px,
    ruler_px,
    trunk_length_px,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import foot_room, knees_aside, shoulder_width, thigh_drop
from hipcv.core.view_model import FramingCheck

SWING_DEG: Final = 55.0
"""How far out a foot must be able to go without leaving the picture."""

FOOT_LENGTH_RATIO: Final = 1.3
"""From the knee to the toes of a hanging foot, in shank lengths."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What the camera has seen of late."""

    xy_px: Floats  # (33, 2) median pose; NaN = not seen
    size_px: tuple[int, int]  # width, height
    luminance: float  # 0 black .. 1 white
    people: int  # in the picture; -1 = not counted
    sides: tuple[Side, ...]  # the legs that will swing


def judge(view: View, protocol: MeasurementProtocol) -> tuple[FramingCheck, ...]:
    """Every rule, the most important first. What cannot be told of an unseen person is not good."""
    codes = {"in_view": _in_view(view, protocol), "light": _light(view, protocol)}
    codes["alone"] = "others" if view.people > 1 else ""
    if codes["in_view"] == "nobody":
        unknown = dict.fromkeys(_OF_POSE)
        return tuple(_check(rule, (unknown | codes)[rule]) for rule in RULES)
    codes |= {rule: judged(view, protocol) for rule, judged in _OF_POSE.items()}
    return tuple(_check(rule, codes[rule]) for rule in RULES)


def first_broken(checks: tuple[FramingCheck, ...]) -> FramingCheck | None:
    """The most important rule that is broken, with what mends it; None where all is well.

    A rule without a code is one that cannot be told; then another, of which it can, is broken.
    """
    return next((check for check in checks if not check.good and check.code), None)


def _check(rule: str, code: str | None) -> FramingCheck:
    return FramingCheck(rule, good=code == "", code=code or "")


def _in_view(view: View, protocol: MeasurementProtocol) -> str:
    """From shoulders to feet, and the way out of each foot that will swing."""
    if not np.isfinite(view.xy_px).all():
        return "nobody"
    margin = protocol.guide_margin_share
    height = view.size_px[1]
    feet = view.xy_px[[row for side in Side for row in (LEGS[side].heel, LEGS[side].toe)]]
    if 1 - feet[:, 1].max() / height < margin:
        return "feet_cut"
    shoulders = view.xy_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    trunk = trunk_length_px(view.xy_px) / ruler_px(view.xy_px)
    if shoulders[:, 1].min() / height < margin or trunk < protocol.guide_trunk_ratio:
        return "shoulders_cut"
    return next(_swings_out(view, margin), "")


def _swings_out(view: View, margin: float) -> Iterator[str]:
    """To the person's right where the left foot would leave the picture, and the other way."""
    width = view.size_px[0]
    feet = {Side.LEFT: False, Side.RIGHT: False} | dict.fromkeys(view.sides, True)
    for side, swings in feet.items():
        reach = [foot_room(view.xy_px, side, view.size_px)]
        if swings:
            x = _swung_px(view.xy_px, side)[0] / width
            reach += [x, 1 - x]
        if min(reach) < margin:
            yield "move_right" if side is Side.LEFT else "move_left"


def _swung_px(xy_px: Floats, side: Side) -> Floats:
    """(2,) where the toes will be at the end of a far swing."""
    down = np.array([0.0, FOOT_LENGTH_RATIO * float(ruler_px(xy_px))])
    knee: Floats = xy_px[LEGS[side].knee]
    return knee + turned(down, LEGS[side].internal_sign * SWING_DEG)


def _facing(view: View, protocol: MeasurementProtocol) -> str:
    yaw = camera_yaw_deg(view.xy_px)
    frontal = shoulder_width(view.xy_px) >= protocol.side_view_shoulder_ratio
    if frontal and abs(yaw) <= protocol.oblique_yaw_deg:
        return ""
    return "turn_left" if yaw > 0 else "turn_right"


def _level(view: View, protocol: MeasurementProtocol) -> str:
    """Trunk and hip line lean alike where the camera does; a person leans with the trunk alone."""
    xy = view.xy_px
    trunk = signed_angle_deg(np.array([0.0, -1.0]), mid_shoulders_px(xy) - mid_hips_px(xy))
    right = np.array([1.0, 0.0])
    hips = signed_angle_deg(right, xy[Landmark.LEFT_HIP] - xy[Landmark.RIGHT_HIP])
    shoulders = signed_angle_deg(right, xy[Landmark.LEFT_SHOULDER] - xy[Landmark.RIGHT_SHOULDER])
    roll = float(np.median([trunk, hips, shoulders]))
    if abs(roll) <= protocol.guide_roll_deg:
        return ""
    return "camera_clockwise" if roll > 0 else "camera_anticlockwise"


def _height(view: View, protocol: MeasurementProtocol) -> str:
    """Seen from below, the knees hide the lap and the trunk is short for its shoulders."""
    drop = thigh_drop(view.xy_px)
    if drop > protocol.guide_standing_ratio:
        return ""  # standing: that is told as such
    if drop > protocol.sloping_thigh_ratio:
        return "lower_camera"
    low = drop - shoulder_width(view.xy_px) < protocol.guide_low_camera_ratio
    return "raise_camera" if low else ""


def _distance(view: View, protocol: MeasurementProtocol) -> str:
    xy = view.xy_px
    tall_px = xy[[Landmark.LEFT_TOE, Landmark.RIGHT_TOE], 1].max() - mid_shoulders_px(xy)[1]
    if tall_px > protocol.guide_near_share * view.size_px[1]:
        return "move_back"
    return "come_closer" if tall_px < protocol.guide_far_share * min(view.size_px) else ""


def _light(view: View, protocol: MeasurementProtocol) -> str:
    return "more_light" if view.luminance < protocol.low_light_luminance else ""


def _seated(view: View, protocol: MeasurementProtocol) -> str:
    standing = thigh_drop(view.xy_px) > protocol.guide_standing_ratio
    frontal = knees_aside(view.xy_px) < protocol.side_view_shift_ratio
    return "sit" if standing and frontal else ""


def _hands(view: View, protocol: MeasurementProtocol) -> str:
    """Wrists outside of the hips and below them; on the lap or in the air they are neither."""
    under = float(np.mean([_wrist_under(view.xy_px, side) for side in Side]))
    return "" if under >= protocol.guide_wrist_ratio else "hands_under"


def _wrist_under(xy_px: Floats, side: Side) -> float:
    """How far a wrist is outwards of its hip, and below it, added up; in shank lengths."""
    leg = LEGS[side]
    apart = xy_px[leg.wrist] - xy_px[leg.hip]
    return float((lateral_px(apart, side) - rise_px(apart)) / ruler_px(xy_px))


_OF_POSE: Final[dict[str, Callable[[View, MeasurementProtocol], str]]] = {
    "facing": _facing,
    "level": _level,
    "height": _height,
    "distance": _distance,
    "seated": _seated,
    "hands": _hands,
}

RULES: Final = (
    "in_view", "facing", "level", "height", "distance", "light", "alone", "seated", "hands",
)  # fmt: skip
CODES: Final = (
    "nobody", "feet_cut", "shoulders_cut", "move_left", "move_right", "turn_left", "turn_right",
    "camera_clockwise", "camera_anticlockwise", "raise_camera", "lower_camera", "move_back",
    "come_closer", "more_light", "others", "sit", "hands_under",
)  # fmt: skip
"""Every way in which a rule can be broken."""
