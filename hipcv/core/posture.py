"""Frames in which the patient sits in the clip's usual place and posture.

Standing up from a chair, or sitting down, turns both shanks by 6 to 17 degrees and would read as
rotation. Frames in another posture are therefore never part of a repetition.
"""

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_knees_px
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import running_median


def posture_is_usual(track: PoseTrack, protocol: MeasurementProtocol) -> Bools:
    """Return (T,) True where hips and thighs are near their usual position and slope.

    Frames without visible hips or knees count as usual; their absence is reported elsewhere.
    """
    hips = mid_hips_px(track.xy_px)
    slope_px = (mid_knees_px(track.xy_px) - hips)[:, 1]
    if not np.isfinite(slope_px).any():
        return np.ones(len(track.time_s), dtype=bool)
    shank_px = float(np.nanmedian(mean_shank_px(track.xy_px[track.visible])))
    travel = np.hypot(*(_from_usual(hips[:, axis], track, protocol) for axis in (0, 1))) / shank_px
    change = np.abs(_from_usual(slope_px, track, protocol)) / shank_px
    away = (travel > protocol.hips_travel_ratio) | (change > protocol.thigh_change_ratio)
    return np.asarray(~away)


def _from_usual(value: Floats, track: PoseTrack, protocol: MeasurementProtocol) -> Floats:
    """Return the smoothed difference, (T,), from the clip's median."""
    smoothed = running_median(value, track.time_s, protocol.median_window_s)
    return smoothed - np.nanmedian(value)
