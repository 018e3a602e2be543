"""How the camera moved, by the background: what must be taken from every other motion."""

from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.closeup import Region, RegionMotion
from hipcv.core.geometry import turned
from hipcv.core.span import Span

BACKGROUND_POINTS: Final = 20
"""Fewer points of the background do not tell how the camera moved."""


def without_camera(motion: RegionMotion) -> tuple[Floats, Floats]:
    """Turns (F, R) and shifts (F, R, 2) with the background's own motion taken away.

    Where too little background could be followed the camera is taken to have stood still.
    """
    back, told = Region.BACKGROUND, background_told(motion)
    camera_turn = np.where(told, motion.turn_deg[:, back], 0.0)
    camera_shift = np.where(told[:, None], motion.shift_px[:, back], 0.0)
    arm = motion.centre_px - motion.centre_px[back]  # (R, 2)
    carried = camera_shift[:, None] + turned(arm[None], camera_turn[:, None]) - arm
    return motion.turn_deg - camera_turn[:, None], motion.shift_px - carried


def camera_turn_deg(motion: RegionMotion, span: Span) -> float:
    """Median turn of the background in a span of time, clockwise as displayed; 0 if not told."""
    here = background_told(motion) & span.contains(motion.time_s)
    return float(np.median(motion.turn_deg[here, Region.BACKGROUND])) if here.any() else 0.0


def camera_shifts_px(motion: RegionMotion, at_s: Floats) -> Floats:
    """(K, 2) shift of the background at given times; 0 where it was not followed."""
    told = background_told(motion)
    if not told.any():
        return np.zeros((len(at_s), 2))
    shift = motion.shift_px[told, Region.BACKGROUND]
    return np.stack([np.interp(at_s, motion.time_s[told], axis) for axis in shift.T], axis=-1)


def camera_shift_px(motion: RegionMotion) -> float:
    """Largest shift of the background; NaN where too little of it could be followed."""
    told = background_told(motion)
    length = np.linalg.norm(motion.shift_px[told, Region.BACKGROUND], axis=-1)
    return float(np.nanmax(length)) if np.isfinite(length).any() else float("nan")


def background_told(motion: RegionMotion) -> Bools:
    """(F,) whether enough of the background was followed to tell how the camera moved."""
    back = Region.BACKGROUND
    enough = motion.points[:, back] >= BACKGROUND_POINTS
    return np.asarray(enough & np.isfinite(motion.turn_deg[:, back]))
