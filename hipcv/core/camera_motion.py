"""Motion of the camera, read from the background, to be subtracted from all other motion."""

from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.closeup import Region, RegionMotion
from hipcv.core.geometry import rotate
from hipcv.core.span import Span

BACKGROUND_POINTS: Final = 20
"""With fewer points of the background the camera's motion is unknown, and taken as none."""


ZOOM_POINTS: Final = 12
ZOOM_INLIERS: Final = 0.5
"""Fewest points of the background, and share of them that agree, to read its size from."""


def subtract_background_motion(motion: RegionMotion) -> tuple[Floats, Floats]:
    """Return turns (F, R) and shifts (F, R, 2) without the background's motion."""
    back, tracked = Region.BACKGROUND, background_is_tracked(motion)
    camera_turn = np.where(tracked, motion.turn_deg[:, back], 0.0)
    camera_shift = np.where(tracked[:, None], motion.shift_px[:, back], 0.0)
    arm = motion.centre_px - motion.centre_px[back]  # (R, 2)
    carried = camera_shift[:, None] + rotate(arm[None], camera_turn[:, None]) - arm
    return motion.turn_deg - camera_turn[:, None], motion.shift_px - carried


def flow_began_before(motion: RegionMotion, span: Span) -> bool:
    """Return True where the motion was followed from before a span, which then is not its zero."""
    return bool(len(motion.time_s)) and float(motion.time_s[0]) < span.start_s


def camera_turn_deg(motion: RegionMotion, span: Span) -> float:
    """Return the background's median turn in a span, clockwise as displayed; 0 if not tracked."""
    inside = background_is_tracked(motion) & span.contains(motion.time_s)
    return float(np.median(motion.turn_deg[inside, Region.BACKGROUND])) if inside.any() else 0.0


def camera_shift_px(motion: RegionMotion, at_s: Floats) -> Floats:
    """Return the background's shift at given times, (K, 2); 0 if it was never tracked."""
    tracked = background_is_tracked(motion)
    if not tracked.any():
        return np.zeros((len(at_s), 2))
    shift = motion.shift_px[tracked, Region.BACKGROUND]
    return np.stack([np.interp(at_s, motion.time_s[tracked], axis) for axis in shift.T], axis=-1)


def largest_camera_shift_px(motion: RegionMotion) -> float:
    """Return the largest shift of the background; NaN if it was never tracked."""
    tracked = background_is_tracked(motion)
    length = np.linalg.norm(motion.shift_px[tracked, Region.BACKGROUND], axis=-1)
    return float(np.nanmax(length)) if np.isfinite(length).any() else float("nan")


def largest_zoom_share(motion: RegionMotion) -> float:
    """Return the largest change of the background's size, as share; NaN if it was never read."""
    back = Region.BACKGROUND
    read = (motion.points[:, back] >= ZOOM_POINTS) & (motion.inliers[:, back] >= ZOOM_INLIERS)
    change = np.abs(motion.scale[read, back] - 1)
    return float(np.nanmax(change)) if np.isfinite(change).any() else float("nan")


def background_loss(motion: RegionMotion) -> tuple[float, float]:
    """Return the largest share of the background that went from one step to the next, and when.

    A cut, a zoom or a flash takes it all at once. NaN where the background was too plain to follow.
    """
    back = Region.BACKGROUND
    if len(motion.time_s) < 2 or motion.points[0, back] < BACKGROUND_POINTS:  # noqa: PLR2004
        return float("nan"), float("nan")
    lost = -np.diff(motion.kept[:, back])
    row = int(np.argmax(lost))
    return float(lost[row]), float(motion.time_s[row + 1])


def background_is_tracked(motion: RegionMotion) -> Bools:
    """Return (F,) True where enough of the background was tracked to show the camera's motion."""
    back = Region.BACKGROUND
    enough = motion.points[:, back] >= BACKGROUND_POINTS
    return np.asarray(enough & np.isfinite(motion.turn_deg[:, back]))
