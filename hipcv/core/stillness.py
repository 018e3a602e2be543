"""How a person has been sitting of late: where, and how still."""

from collections.abc import Sequence

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.kinematics import mid_hips_px, ruler_px, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol


def median_pose_px(poses: Sequence[Pose]) -> Floats:
    """(33, 2) median pose; NaN where the person was seen in less than half of them."""
    xy = np.array([pose.xy_px for pose in poses])
    there = np.isfinite(xy).all(axis=(1, 2))
    if 2 * there.sum() <= len(there):
        return np.full(xy.shape[1:], np.nan)
    middle: Floats = np.median(xy[there], axis=0)
    return middle


def still_for_s(poses: Sequence[Pose], protocol: MeasurementProtocol) -> float:
    """For how long, up to the last pose, no shank turned and the hips stayed in place.

    Args:
        poses: in time order.
        protocol: how far a still shank and still hips may stray.
    """
    if not poses or not np.isfinite(poses[-1].xy_px).all():
        return 0.0
    xy = np.array([pose.xy_px for pose in poses])[::-1]
    hips = mid_hips_px(xy) / float(ruler_px(xy[0]))
    turns = [shank_tilt_deg(xy, side) / (2 * protocol.still_band_deg) for side in Side]
    moves = [hips[:, axis] / protocol.guide_still_ratio for axis in (0, 1)]
    span = np.max([_growing_range(each) for each in (*turns, *moves)], axis=0)
    still = np.flatnonzero(~(span <= 1))
    last = int(still[0]) if len(still) else len(poses)
    return poses[-1].time_s - poses[len(poses) - last].time_s


def turning_deg_s(before: Pose, now: Pose) -> float:
    """How fast the quicker shank turned from one pose to the next; NaN where one was not seen."""
    turned = [
        abs(float(shank_tilt_deg(now.xy_px, side) - shank_tilt_deg(before.xy_px, side)))
        for side in Side
    ]
    return float(np.max(turned)) / (now.time_s - before.time_s)


def _growing_range(value: Floats) -> Floats:
    """(N,) largest less smallest of the first 1, 2, ... values."""
    return np.maximum.accumulate(value) - np.minimum.accumulate(value)
