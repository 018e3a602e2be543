"""Landmarks to angles and lengths: pointwise in time, one picture or a clip.

Every function takes `xy_px` of shape (..., 33, 2) and returns (...), NaN where a landmark it
needs is NaN.
"""

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.geometry import signed_angle_deg, turned
from hipcv.core.landmarks import LEGS, Landmark, Side

_DOWN = np.array([0.0, 1.0])


def shank_px(xy_px: Floats, side: Side) -> Floats:
    """(..., 2) from knee to ankle."""
    leg = LEGS[side]
    vector: Floats = xy_px[..., leg.ankle, :] - xy_px[..., leg.knee, :]
    return vector


def shank_length_px(xy_px: Floats, side: Side) -> Floats:
    """Distance from knee to ankle."""
    return np.asarray(np.linalg.norm(shank_px(xy_px, side), axis=-1))


def shank_tilt_deg(xy_px: Floats, side: Side) -> Floats:
    """Shank against the picture's vertical; positive where the foot is away from the midline."""
    return LEGS[side].internal_sign * signed_angle_deg(_DOWN, shank_px(xy_px, side))


def shank_rotation_deg(xy_px: Floats, start_px: Floats, side: Side) -> Floats:
    """Turn of the shank since the start; internal rotation positive on both sides.

    Args:
        xy_px: (..., 33, 2)
        start_px: (33, 2) pose at the still start.
        side: the tested side.
    """
    turn = signed_angle_deg(shank_px(start_px, side), shank_px(xy_px, side))
    return LEGS[side].internal_sign * turn


def ruler_px(xy_px: Floats) -> Floats:
    """Mean length of both shanks: the ruler that every ratio is taken of."""
    return np.asarray(np.nanmean([shank_length_px(xy_px, side) for side in Side], axis=0))


def mid_hips_px(xy_px: Floats) -> Floats:
    """(..., 2) between the hips."""
    middle: Floats = (xy_px[..., Landmark.LEFT_HIP, :] + xy_px[..., Landmark.RIGHT_HIP, :]) / 2
    return middle


def mid_knees_px(xy_px: Floats) -> Floats:
    """(..., 2) between the knees."""
    middle: Floats = (xy_px[..., Landmark.LEFT_KNEE, :] + xy_px[..., Landmark.RIGHT_KNEE, :]) / 2
    return middle


def mid_shoulders_px(xy_px: Floats) -> Floats:
    """(..., 2) between the shoulders."""
    left, right = xy_px[..., Landmark.LEFT_SHOULDER, :], xy_px[..., Landmark.RIGHT_SHOULDER, :]
    middle: Floats = (left + right) / 2
    return middle


def trunk_length_px(xy_px: Floats) -> Floats:
    """Distance from mid-hips to mid-shoulders."""
    return np.asarray(np.linalg.norm(mid_shoulders_px(xy_px) - mid_hips_px(xy_px), axis=-1))


def pelvic_obliquity_deg(xy_px: Floats, side: Side) -> Floats:
    """Hip line against the horizontal, the tested side up positive. Drifts: a last resort."""
    leg, other = LEGS[side], LEGS[side.other]
    line = xy_px[..., leg.hip, :] - xy_px[..., other.hip, :]
    level = np.array([float(leg.outward_x), 0.0])
    return leg.internal_sign * signed_angle_deg(level, line)


def trunk_lean_deg(xy_px: Floats, start_px: Floats, side: Side) -> Floats:
    """Turn of the mid-shoulders about the start's mid-hips; away from the tested side positive."""
    pivot = mid_hips_px(start_px)
    turn = signed_angle_deg(mid_shoulders_px(start_px) - pivot, mid_shoulders_px(xy_px) - pivot)
    return LEGS[side].internal_sign * turn


def shift_by_lean_ratio(start_px: Floats, lean_deg: float) -> float:
    """How far a lean about the hips carries the upper trunk sideways, in shank lengths.

    Args:
        start_px: (33, 2) pose at the still start.
        lean_deg: lean of the trunk; the shift has its sign.
    """
    upper = 0.8 * trunk_length_px(start_px) / ruler_px(start_px)
    return float(upper * turned(np.array([0.0, -1.0]), lean_deg)[0])


def lateral_px(vector_px: Floats, side: Side) -> Floats:
    """Sideways part of a displacement, away from the midline on the tested side positive."""
    sideways: Floats = LEGS[side].outward_x * vector_px[..., 0]
    return sideways


def rise_px(vector_px: Floats) -> Floats:
    """Upward part of a displacement."""
    upward: Floats = -vector_px[..., 1]
    return upward
