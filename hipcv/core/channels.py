"""Compensations over time, as change from the still start.

Where the closer look followed regions of the picture, their motion is used: landmarks of the hips
and knees drift by more than the movement they should show. A channel that could not be measured is
NaN, never zero.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.camera_motion import (
    background_is_tracked,
    camera_shift_px,
    subtract_background_motion,
)
from hipcv.core.closeup import START, Closeup, Region, RegionMotion
from hipcv.core.kinematics import (
    lateral_px,
    mean_shank_px,
    mid_shoulders_px,
    pelvic_obliquity_deg,
    rise_px,
    shank_rotation_deg,
    trunk_lean_deg,
)
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import fill_gaps, running_median
from hipcv.core.span import Span

CHANNELS: Final = (
    "pelvic_obliquity_deg",
    "trunk_lean_deg",
    "trunk_shift_ratio",
    "knee_rise_ratio",
    "knee_drift_ratio",
    "other_shank_deg",
    "wrist_rise_ratio",
    "waist_tilt_deg",
    "knee_rise_outline_ratio",
    "knee_drift_outline_ratio",
    "foot_reach_ratio",
)


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One quantity over the clip, as change from the start. T is the number of frames.

    Signs: pelvic obliquity and waist tilt positive with the tested side up; trunk lean and shift
    positive away from the tested side; knee drift positive outwards; rises positive.
    """

    value: Floats  # (T,) NaN where it was not measured
    source: str  # "flow", "landmarks", or "outline": by the registered shank, at plateaus alone


def channels(
    track: PoseTrack,
    start_px: Floats,
    side: Side,
    *,
    closeup: Closeup | None,
    protocol: MeasurementProtocol,
) -> dict[str, Channel]:
    """Every compensation channel of one side.

    Args:
        track: the first look.
        start_px: (33, 2) pose at the still start.
        side: the tested side.
        closeup: the closer look, if there was one.
        protocol: gates and windows.
    """
    read = {
        name: Channel(_calm(value, track, protocol), "landmarks")
        for name, value in landmark_channels(track.xy_px, start_px, side).items()
    }
    ruler = float(mean_shank_px(start_px))
    if closeup is not None and closeup.motion is not None and len(closeup.motion.time_s):
        motion = closeup.motion
        for name, value in _from_flow(motion, side, ruler, protocol).items():
            read[name] = Channel(_on(track.time_s, motion.time_s, value, protocol), "flow")
    if closeup is not None:
        for name, value in _from_outline(closeup, track.time_s, ruler).items():
            read[name] = Channel(value, "outline")
    return {name: read[name] for name in CHANNELS if name in read}


def _calm(value: Floats, track: PoseTrack, protocol: MeasurementProtocol) -> Floats:
    filled, _ = fill_gaps(value, track.time_s, protocol.gap_fill_s)
    return running_median(filled, track.time_s, protocol.median_window_s)


def landmark_channels(xy_px: Floats, start_px: Floats, side: Side) -> dict[str, Floats]:
    """What landmarks can tell, pointwise: of a clip afterwards, of one pose while it is recorded.

    Knee rise and drift are beyond them: they slide along the leg.

    Args:
        xy_px: (..., 33, 2)
        start_px: (33, 2) pose at the still start.
        side: the tested side.

    Returns:
        Channels by name, each (...), as change from the start.
    """
    ruler = mean_shank_px(start_px)
    wrists = [LEGS[each].wrist for each in Side]
    shoulders = mid_shoulders_px(xy_px) - mid_shoulders_px(start_px)
    return {
        "pelvic_obliquity_deg": pelvic_obliquity_deg(xy_px, side)
        - pelvic_obliquity_deg(start_px, side),
        "trunk_lean_deg": trunk_lean_deg(xy_px, start_px, side),
        "trunk_shift_ratio": -lateral_px(shoulders, side) / ruler,
        "other_shank_deg": shank_rotation_deg(xy_px, start_px, side.other),
        "wrist_rise_ratio": rise_px(xy_px[..., wrists, :] - start_px[wrists]).max(axis=-1) / ruler,
    }


def _from_flow(
    motion: RegionMotion, side: Side, ruler: float, protocol: MeasurementProtocol
) -> dict[str, Floats]:
    """Turns and shifts of the regions, less those of the background; NaN where a gate is shut."""
    turn, shift = subtract_background_motion(motion)
    sign = LEGS[side].internal_sign
    lap = np.where(lap_is_tracked(motion, protocol), sign * turn[:, Region.LAP], np.nan)
    waist = np.where(_open(motion, Region.WAIST, protocol), sign * turn[:, Region.WAIST], np.nan)
    upper = _open(motion, Region.UPPER_TRUNK, protocol)
    knee = knee_is_tracked(motion, turn[:, Region.KNEE], protocol)
    sideways = lateral_px(shift, side) / ruler
    return {
        "pelvic_obliquity_deg": lap,
        "waist_tilt_deg": waist,
        "trunk_lean_deg": np.where(upper, sign * turn[:, Region.UPPER_TRUNK], np.nan),
        "trunk_shift_ratio": np.where(upper, -sideways[:, Region.UPPER_TRUNK], np.nan),
        "knee_rise_ratio": np.where(knee, (rise_px(shift) / ruler)[:, Region.KNEE], np.nan),
        "knee_drift_ratio": np.where(knee, sideways[:, Region.KNEE], np.nan),
    }


def _from_outline(closeup: Closeup, time_s: Floats, ruler: float) -> dict[str, Floats]:
    """Where the registered shank puts the knee, between the key frames of each plateau."""
    foot = _changed_foot(closeup)
    read = {"foot_reach_ratio": _at_plateaus(closeup, time_s, foot)}
    knee = np.mean(closeup.knee_px, axis=1)  # (K, 2); NaN unless both patches were registered
    at_start = (closeup.window == START) & np.isfinite(knee).all(axis=-1)
    if not at_start.any():
        return read
    moved = knee - np.median(knee[at_start], axis=0)
    if closeup.motion is not None:
        moved = moved - camera_shift_px(closeup.motion, closeup.time_s)
    told = {
        "knee_rise_outline_ratio": rise_px(moved) / ruler,
        "knee_drift_outline_ratio": lateral_px(moved, closeup.side) / ruler,
    }
    return read | {name: _at_plateaus(closeup, time_s, value) for name, value in told.items()}


def _changed_foot(closeup: Closeup) -> Floats:
    """(K,) by how much less or more the foot reaches below the knee than at the start."""
    at_start = closeup.foot_ratio[closeup.window == START]
    seen = at_start[np.isfinite(at_start)]
    return closeup.foot_ratio - (np.median(seen) if len(seen) else np.nan)


def _at_plateaus(closeup: Closeup, time_s: Floats, value: Floats) -> Floats:
    """(T,) the key frames' values, between the first and the last of each plateau."""
    placed = np.full(len(time_s), np.nan)
    for rep in {int(window) for window in closeup.window if window != START}:
        keys = (closeup.window == rep) & np.isfinite(value)
        if keys.any():
            at_s = closeup.time_s[keys]
            inside = Span.through(at_s[0], at_s[-1]).contains(time_s)
            placed[inside] = np.interp(time_s[inside], at_s, value[keys])
    return placed


def reliable_regions(motion: RegionMotion, protocol: MeasurementProtocol) -> Bools:
    """(F, R) which regions were followed well enough to be believed."""
    gates = [_open(motion, region, protocol) for region in Region]
    gates[Region.LAP] = lap_is_tracked(motion, protocol)
    gates[Region.KNEE] = knee_is_tracked(
        motion, subtract_background_motion(motion)[0][:, Region.KNEE], protocol
    )
    gates[Region.BACKGROUND] = background_is_tracked(motion)
    return np.stack(gates, axis=-1)


def _open(motion: RegionMotion, region: Region, protocol: MeasurementProtocol) -> Bools:
    """(F,) whether a region was followed well enough to be believed."""
    return np.asarray(
        (motion.points[:, region] >= 8)  # noqa: PLR2004 - as the similarity fit asks
        & (motion.inliers[:, region] >= protocol.region_inliers_min)
        & np.isfinite(motion.turn_deg[:, region])
    )


def knee_is_tracked(motion: RegionMotion, turn_deg: Floats, protocol: MeasurementProtocol) -> Bools:
    """(F,) whether the knee was followed, and not the shank that swings below it.

    Args:
        motion: what the closer look followed.
        turn_deg: (F,) turn of the knee's region, less the camera's.
        protocol: the gates.
    """
    knee = Region.KNEE
    return np.asarray(
        _open(motion, knee, protocol)
        & (motion.kept[:, knee] >= protocol.knee_kept_min)
        & (np.abs(motion.scale[:, knee] - 1) <= protocol.knee_scale_off_max)
        & (np.abs(turn_deg) <= protocol.knee_turn_max_deg)
    )


def lap_is_tracked(motion: RegionMotion, protocol: MeasurementProtocol) -> Bools:
    """(F,) whether the lap was followed well enough to speak of the pelvis."""
    lap = Region.LAP
    return np.asarray(
        np.isfinite(motion.turn_deg[:, lap])
        & (motion.points[:, lap] >= protocol.lap_points_min)
        & (motion.kept[:, lap] >= protocol.lap_kept_min)
        & (motion.inliers[:, lap] >= protocol.lap_inliers_min)
        & (motion.scale[:, lap] >= protocol.lap_scale_low)
        & (motion.scale[:, lap] <= protocol.lap_scale_high)
    )


def _on(time_s: Floats, known_s: Floats, value: Floats, protocol: MeasurementProtocol) -> Floats:
    """Values at other times, by straight lines that never bridge a long gap or an end."""
    seen = np.isfinite(value)
    if not seen.any():
        return np.full(len(time_s), np.nan)
    at_s, at = known_s[seen], value[seen]
    placed = np.interp(time_s, at_s, at, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(at_s, time_s), 1, len(at_s) - 1) if len(at_s) > 1 else None
    if after is None:
        return placed
    return np.where(at_s[after] - at_s[after - 1] <= 2 * protocol.gap_fill_s, placed, np.nan)
