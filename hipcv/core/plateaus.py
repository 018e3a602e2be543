"""Rotation of the shank at the plateau of one repetition."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.camera_motion import camera_turn_deg
from hipcv.core.closeup import START, Closeup
from hipcv.core.geometry import view_corrected_deg
from hipcv.core.kinematics import shank_rotation_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.span import Span

FRAMES_MIN: Final = 3
"""A plateau is the median of at least so many registered frames."""


@dataclass(frozen=True, slots=True, eq=False)
class Plateau:
    """Measurement at one repetition's plateau; NaN where nothing was measured."""

    rotation_deg: float  # view-corrected, from the start; internal positive
    picture_deg: float  # before the view correction
    landmarks_deg: float  # by knee and ankle landmarks alone, for comparison
    patch_gap_deg: float  # between the two shank patches; NaN unless both were registered
    residual_px: float  # of the registration
    registered: bool  # False: by landmarks alone


@dataclass(frozen=True, slots=True)
class ViewAngles:
    """Angles that the view correction needs."""

    start_tilt_deg: float  # the shank against vertical, at the start
    thigh_deg: float  # test thigh against the line of sight


def plateau_from_closeup(closeup: Closeup, rep: int, view: ViewAngles) -> Plateau:
    """Measure a plateau by registration, or by landmarks of its key frames where that failed."""
    inside, start = closeup.window == rep, closeup.window == START
    roll = _camera_roll_deg(closeup, inside)
    landmarks = _landmarks_deg(closeup.xy_px, closeup.side, inside, start) - roll
    patches = np.array(
        [_median(column[inside]) - _median(column[start]) for column in closeup.rotation_deg.T]
    )
    patches = patches - roll
    registered = np.isfinite(patches)
    if not registered.any():
        return plateau_from_landmarks(landmarks, view)
    picture = float(np.mean(patches[registered]))
    return Plateau(
        rotation_deg=_view_corrected_deg(picture, view),
        picture_deg=picture,
        landmarks_deg=landmarks,
        patch_gap_deg=float(np.ptp(patches)) if registered.all() else float("nan"),
        residual_px=_median(closeup.residual_px[inside].ravel()),
        registered=True,
    )


def plateau_from_landmarks(landmarks_deg: float, view: ViewAngles) -> Plateau:
    """Measure a plateau by landmarks alone, which underestimate the rotation."""
    return Plateau(
        rotation_deg=_view_corrected_deg(landmarks_deg, view),
        picture_deg=landmarks_deg,
        landmarks_deg=landmarks_deg,
        patch_gap_deg=float("nan"),
        residual_px=float("nan"),
        registered=False,
    )


def _view_corrected_deg(picture_deg: float, view: ViewAngles) -> float:
    """Return a rotation with start and end corrected for the view."""
    thigh = view.thigh_deg if np.isfinite(view.thigh_deg) else 0.0
    ends = np.array([view.start_tilt_deg, view.start_tilt_deg + picture_deg])
    start, end = view_corrected_deg(ends, thigh)
    return float(end - start)


def _camera_roll_deg(closeup: Closeup, inside: Bools) -> float:
    """Return the shank's apparent rotation by the camera's roll since the start."""
    if closeup.motion is None or not inside.any():
        return 0.0
    at_s = closeup.time_s[inside]
    turn = camera_turn_deg(closeup.motion, Span.through(at_s[0], at_s[-1]))
    return LEGS[closeup.side].internal_sign * turn


def _landmarks_deg(xy_px: Floats, side: Side, inside: Bools, start: Bools) -> float:
    visible = np.isfinite(xy_px).all(axis=(1, 2))
    if not ((inside & visible).any() and (start & visible).any()):
        return float("nan")
    zero = np.median(xy_px[start & visible], axis=0)
    return float(np.median(shank_rotation_deg(xy_px[inside & visible], zero, side)))


def _median(value: Floats) -> float:
    """Return the median of the finite values; NaN where there are too few."""
    finite = value[np.isfinite(value)]
    return float(np.median(finite)) if len(finite) >= FRAMES_MIN else float("nan")
