"""Median pose, and time without movement, of the latest poses."""

from collections.abc import Sequence

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol


def median_pose_px(poses: Sequence[Pose]) -> Floats:
    """Return the median pose (33, 2); NaN where at most half of the poses are complete."""
    xy = np.array([pose.xy_px for pose in poses])
    complete = np.isfinite(xy).all(axis=(1, 2))
    if 2 * complete.sum() <= len(complete):
        return np.full(xy.shape[1:], np.nan)
    middle: Floats = np.median(xy[complete], axis=0)
    return middle


def still_for_s(poses: Sequence[Pose], protocol: MeasurementProtocol) -> float:
    """Return the time, up to the last pose, in which no shank turned and the hips did not move."""
    if not poses or not np.isfinite(poses[-1].xy_px).all():
        return 0.0
    xy = np.array([pose.xy_px for pose in poses])[::-1]
    hips = mid_hips_px(xy) / float(mean_shank_px(xy[0]))
    turns = [shank_tilt_deg(xy, side) / (2 * protocol.still_band_deg) for side in Side]
    moves = [hips[:, axis] / protocol.guide_still_ratio for axis in (0, 1)]
    span = np.max([_growing_range(value) for value in (*turns, *moves)], axis=0)
    still = np.flatnonzero(~(span <= 1))
    last = int(still[0]) if len(still) else len(poses)
    return poses[-1].time_s - poses[len(poses) - last].time_s


def _growing_range(value: Floats) -> Floats:
    """Return (N,) the maximum minus the minimum of the first 1, 2, ... values."""
    return np.maximum.accumulate(value) - np.minimum.accumulate(value)
