"""Checks of position, camera and light before the guided test records.

They use the median pose of the last half second and the functions that check a recorded clip
(core.quality, core.camera_angle), with slightly stricter limits: the analysis must not refuse a
clip that passed here. Only the space for the swing to come is checked here alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg
from hipcv.core.geometry import rotate, signed_angle_deg
from hipcv.core.kinematics import (
    lateral_px,
    mean_shank_px,
    mid_hips_px,
    mid_shoulders_px,
    rise_px,
    trunk_length_px,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import (
    camera_height_ratio,
    foot_margin_share,
    knee_offset_ratio,
    shoulder_width_ratio,
    thigh_drop_ratio,
)
from hipcv.core.view_model import FramingCheck

SWING_DEG: Final = 55.0
"""Rotation at which a foot must still be inside the picture."""

FOOT_LENGTH_RATIO: Final = 1.3
"""Distance from the knee to the toes of a hanging foot, in shank lengths."""


@dataclass(frozen=True, slots=True, eq=False)
class FramingInput:
    """Median of what the camera has observed recently."""

    xy_px: Floats  # (33, 2) median pose; NaN = not seen
    size_px: tuple[int, int]  # width, height
    luminance: float  # 0 black .. 1 white
    people: int  # in the picture; -1 = not counted
    sides: tuple[Side, ...]  # the legs that will swing


def check_framing(framing: FramingInput, protocol: MeasurementProtocol) -> tuple[FramingCheck, ...]:
    """Return the check of every rule, in the order of `RULES`.

    A rule that cannot be checked, because nobody is seen, is not good and has no code.
    """
    codes: dict[str, str | None] = {
        "in_view": _in_view(framing, protocol),
        "light": "more_light" if framing.luminance < protocol.low_light_luminance else "",
        "alone": "others" if framing.people > 1 else "",
    }
    for rule, check in _POSE_RULES.items():
        codes[rule] = None if codes["in_view"] == "nobody" else check(framing, protocol)
    return tuple(FramingCheck(rule, codes[rule] == "", codes[rule] or "") for rule in RULES)


def first_broken(checks: tuple[FramingCheck, ...]) -> FramingCheck | None:
    """Return the most important broken rule that can be corrected; None where all are good."""
    return next((check for check in checks if not check.good and check.code), None)


def _in_view(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    """Check shoulders, feet and the space into which each tested foot will swing."""
    if not np.isfinite(framing.xy_px).all():
        return "nobody"
    margin = protocol.guide_margin_share
    height = framing.size_px[1]
    feet = framing.xy_px[[row for side in Side for row in (LEGS[side].heel, LEGS[side].toe)]]
    if 1 - feet[:, 1].max() / height < margin:
        return "feet_cut"
    shoulders = framing.xy_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    trunk = trunk_length_px(framing.xy_px) / mean_shank_px(framing.xy_px)
    if shoulders[:, 1].min() / height < margin or trunk < protocol.guide_trunk_ratio:
        return "shoulders_cut"
    return next(_missing_space(framing, margin), "")


def _missing_space(framing: FramingInput, margin: float) -> Iterator[str]:
    """Yield the direction to move in, for each foot that is too near to the edge.

    A tested foot needs the space of its swing, the other one only the space it is in.
    """
    width = framing.size_px[0]
    for side in Side:
        reach = [foot_margin_share(framing.xy_px, side, framing.size_px)]
        if side in framing.sides:
            x = _swung_toes_px(framing.xy_px, side)[0] / width
            reach += [x, 1 - x]
        if min(reach) < margin:
            yield "move_right" if LEGS[side].outward_x > 0 else "move_left"


def _swung_toes_px(xy_px: Floats, side: Side) -> Floats:
    """Return (2,) the position of the toes after a rotation by `SWING_DEG`."""
    down = np.array([0.0, FOOT_LENGTH_RATIO * float(mean_shank_px(xy_px))])
    knee: Floats = xy_px[LEGS[side].knee]
    return knee + rotate(down, LEGS[side].internal_sign * SWING_DEG)


def _facing(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    yaw = camera_yaw_deg(framing.xy_px, protocol)
    frontal = shoulder_width_ratio(framing.xy_px) >= protocol.side_view_shoulder_ratio
    if frontal and abs(yaw) <= protocol.oblique_yaw_deg:
        return ""
    return "turn_left" if yaw > 0 else "turn_right"


def _level(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    """Check the roll: it tilts trunk, hip and shoulder line alike, a lean only the trunk."""
    xy = framing.xy_px
    trunk = signed_angle_deg(np.array([0.0, -1.0]), mid_shoulders_px(xy) - mid_hips_px(xy))
    right = np.array([1.0, 0.0])
    hips = signed_angle_deg(right, xy[Landmark.LEFT_HIP] - xy[Landmark.RIGHT_HIP])
    shoulders = signed_angle_deg(right, xy[Landmark.LEFT_SHOULDER] - xy[Landmark.RIGHT_SHOULDER])
    roll = float(np.median([trunk, hips, shoulders]))
    if abs(roll) <= protocol.guide_roll_deg:
        return ""
    return "camera_clockwise" if roll > 0 else "camera_anticlockwise"


def _height(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    """Check the height: from below, the knees hide the lap and the trunk looks short."""
    drop = thigh_drop_ratio(framing.xy_px)
    if drop > protocol.guide_standing_ratio:
        return ""  # standing: a rule of its own
    if drop > protocol.sloping_thigh_ratio:
        return "lower_camera"
    low = camera_height_ratio(framing.xy_px) < protocol.guide_low_camera_ratio
    return "raise_camera" if low else ""


def _distance(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    xy = framing.xy_px
    tall_px = xy[[Landmark.LEFT_TOE, Landmark.RIGHT_TOE], 1].max() - mid_shoulders_px(xy)[1]
    if tall_px > protocol.guide_near_share * framing.size_px[1]:
        return "move_back"
    return "come_closer" if tall_px < protocol.guide_far_share * min(framing.size_px) else ""


def _seated(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    standing = thigh_drop_ratio(framing.xy_px) > protocol.guide_standing_ratio
    frontal = knee_offset_ratio(framing.xy_px) < protocol.side_view_shift_ratio
    return "sit" if standing and frontal else ""


def _hands(framing: FramingInput, protocol: MeasurementProtocol) -> str:
    """Check that the wrists are outside of the hips and below them."""
    under = float(np.mean([_wrist_under(framing.xy_px, side) for side in Side]))
    return "" if under >= protocol.guide_wrist_ratio else "hands_under"


def _wrist_under(xy_px: Floats, side: Side) -> float:
    """Return how far a wrist is outwards of its hip plus how far below; in shank lengths."""
    leg = LEGS[side]
    apart = xy_px[leg.wrist] - xy_px[leg.hip]
    return float((lateral_px(apart, side) - rise_px(apart)) / mean_shank_px(xy_px))


_POSE_RULES: Final[dict[str, Callable[[FramingInput, MeasurementProtocol], str]]] = {
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
