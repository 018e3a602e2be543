"""The number of one repetition: the shank's rotation at the plateau, from the closer look."""

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
    """What was found at one repetition's plateau; NaN where nothing was measured."""

    rotation_deg: float  # view-corrected, from the start; internal positive
    picture_deg: float  # before the view correction
    landmarks_deg: float  # by knee and ankle landmarks alone, for comparison
    patch_gap_deg: float  # between the two shank patches; NaN unless both were registered
    residual_px: float  # of the registration
    registered: bool  # False: landmarks were the last resort


@dataclass(frozen=True, slots=True)
class ViewAngles:
    """What the picture's angles must be corrected for."""

    start_tilt_deg: float  # the shank against vertical, at the start
    thigh_deg: float  # test thigh against the line of sight


def plateau_from_closeup(closeup: Closeup, rep: int, view: ViewAngles) -> Plateau:
    """One repetition, by silhouette registration; by landmarks of its key frames if that failed."""
    here, start = closeup.window == rep, closeup.window == START
    roll = _camera_roll_deg(closeup, here)
    landmarks = _landmarks_deg(closeup.xy_px, closeup.side, here, start) - roll
    patches = np.array(
        [_median(column[here]) - _median(column[start]) for column in closeup.rotation_deg.T]
    )
    patches = patches - roll
    found = np.isfinite(patches)
    if not found.any():
        return plateau_from_landmarks(landmarks, view)
    picture = float(np.mean(patches[found]))
    return Plateau(
        rotation_deg=_seen_from_front(picture, view),
        picture_deg=picture,
        landmarks_deg=landmarks,
        patch_gap_deg=float(np.ptp(patches)) if found.all() else float("nan"),
        residual_px=_median(closeup.residual_px[here].ravel()),
        registered=True,
    )


def plateau_from_landmarks(landmarks_deg: float, view: ViewAngles) -> Plateau:
    """One repetition by landmarks alone: the last resort, which reads low."""
    return Plateau(
        rotation_deg=_seen_from_front(landmarks_deg, view),
        picture_deg=landmarks_deg,
        landmarks_deg=landmarks_deg,
        patch_gap_deg=float("nan"),
        residual_px=float("nan"),
        registered=False,
    )


def _seen_from_front(picture_deg: float, view: ViewAngles) -> float:
    """Rotation with both ends of it corrected for the view."""
    thigh = view.thigh_deg if np.isfinite(view.thigh_deg) else 0.0
    ends = np.array([view.start_tilt_deg, view.start_tilt_deg + picture_deg])
    start, end = view_corrected_deg(ends, thigh)
    return float(end - start)


def _camera_roll_deg(closeup: Closeup, here: Bools) -> float:
    """How far the camera's roll since the start turns the shank, internal positive."""
    if closeup.motion is None or not here.any():
        return 0.0
    at_s = closeup.time_s[here]
    turn = camera_turn_deg(closeup.motion, Span.through(at_s[0], at_s[-1]))
    return LEGS[closeup.side].internal_sign * turn


def _landmarks_deg(xy_px: Floats, side: Side, here: Bools, start: Bools) -> float:
    seen = np.isfinite(xy_px).all(axis=(1, 2))
    if not ((here & seen).any() and (start & seen).any()):
        return float("nan")
    zero = np.median(xy_px[start & seen], axis=0)
    return float(np.median(shank_rotation_deg(xy_px[here & seen], zero, side)))


def _median(value: Floats) -> float:
    """Median of what is there; NaN where that is too little."""
    seen = value[np.isfinite(value)]
    return float(np.median(seen)) if len(seen) >= FRAMES_MIN else float("nan")
