"""Angles and lengths from landmarks, pointwise in time: of one picture or a clip.

Every function takes `xy_px` of shape (..., 33, 2) and returns (...), NaN where a landmark it needs
is NaN. `start_px` (33, 2) is the pose at the still start.
"""

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.landmarks import LEGS, Landmark, Side

_DOWN = np.array([0.0, 1.0])


def shank_px(xy_px: Floats, side: Side) -> Floats:
    """Return the vector from knee to ankle, (..., 2)."""
    leg = LEGS[side]
    return np.asarray(xy_px[..., leg.ankle, :] - xy_px[..., leg.knee, :])


def shank_length_px(xy_px: Floats, side: Side) -> Floats:
    """Return the distance from knee to ankle."""
    return np.asarray(np.linalg.norm(shank_px(xy_px, side), axis=-1))


def shank_tilt_deg(xy_px: Floats, side: Side) -> Floats:
    """Return the shank's angle to the vertical; positive with the foot away from the midline."""
    return LEGS[side].internal_sign * signed_angle_deg(_DOWN, shank_px(xy_px, side))


def shank_rotation_deg(xy_px: Floats, start_px: Floats, side: Side) -> Floats:
    """Return the turn of the shank since the start; internal rotation positive on both sides."""
    turn = signed_angle_deg(shank_px(start_px, side), shank_px(xy_px, side))
    return LEGS[side].internal_sign * turn


def mean_shank_px(xy_px: Floats) -> Floats:
    """Return the mean length of both shanks, the unit of every ratio; of one where one is NaN."""
    left, right = (shank_length_px(xy_px, side) for side in Side)
    return np.asarray((np.fmax(left, right) + np.fmin(left, right)) / 2)  # nanmean is slow on two


def mid_hips_px(xy_px: Floats) -> Floats:
    """Return the midpoint of the hips, (..., 2)."""
    return _midpoint(xy_px, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)


def mid_knees_px(xy_px: Floats) -> Floats:
    """Return the midpoint of the knees, (..., 2)."""
    return _midpoint(xy_px, Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)


def mid_shoulders_px(xy_px: Floats) -> Floats:
    """Return the midpoint of the shoulders, (..., 2)."""
    return _midpoint(xy_px, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)


def _midpoint(xy_px: Floats, left: Landmark, right: Landmark) -> Floats:
    return np.asarray((xy_px[..., left, :] + xy_px[..., right, :]) / 2)


def trunk_length_px(xy_px: Floats) -> Floats:
    """Return the distance from mid-hips to mid-shoulders."""
    return np.asarray(np.linalg.norm(mid_shoulders_px(xy_px) - mid_hips_px(xy_px), axis=-1))


def pelvic_obliquity_deg(xy_px: Floats, side: Side) -> Floats:
    """Return the hip line's angle to the horizontal, tested side up positive; landmarks drift."""
    leg, other = LEGS[side], LEGS[side.other]
    line = xy_px[..., leg.hip, :] - xy_px[..., other.hip, :]
    level = np.array([float(leg.outward_x), 0.0])
    return leg.internal_sign * signed_angle_deg(level, line)


def trunk_lean_deg(xy_px: Floats, start_px: Floats, side: Side) -> Floats:
    """Return the trunk's turn about the start's mid-hips; away from the tested side positive."""
    pivot = mid_hips_px(start_px)
    turn = signed_angle_deg(mid_shoulders_px(start_px) - pivot, mid_shoulders_px(xy_px) - pivot)
    return LEGS[side].internal_sign * turn


def lateral_px(vector_px: Floats, side: Side) -> Floats:
    """Return the sideways part of a displacement, outwards on the tested side positive."""
    return np.asarray(LEGS[side].outward_x * vector_px[..., 0])


def rise_px(vector_px: Floats) -> Floats:
    """Return the upward part of a displacement."""
    return np.asarray(-vector_px[..., 1])
