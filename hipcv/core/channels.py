"""Compensation channels over time, as change from the still start.

Regions tracked by optical flow are preferred: landmarks of hips and knees drift by more than the
movement they should show. A channel that could not be measured is NaN, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.camera_motion import (
    background_is_tracked,
    camera_shift_px,
    flow_began_before,
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
    "waist_shift_ratio",
    "shoulder_shift_ratio",
    "chest_growth_ratio",
    "knee_rise_outline_ratio",
    "knee_drift_outline_ratio",
    "foot_reach_ratio",
)

OUTLINE_KNEE: Final = ("knee_rise_outline_ratio", "knee_drift_outline_ratio")
"""Channels that rest on the knee of a template. It is the knee's landmark, which slides along a
turned shank: with a template of a held end range that knee would go round with the shank."""


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One quantity over the clip, as change from the start. T is the number of frames.

    Signs: pelvic obliquity and waist tilt positive with the tested side up; trunk lean and
    shifts positive away from the tested side; knee drift positive outwards; rises positive.
    """

    value: Floats  # (T,) NaN where it was not measured
    source: str  # "flow", "landmarks", "outline" (tracked), or "masks" (at plateaus alone)


def channels(
    track: PoseTrack,
    start_px: Floats,
    side: Side,
    *,
    closeup: Closeup | None,
    start_s: Span,
    protocol: MeasurementProtocol,
) -> dict[str, Channel]:
    """Return every compensation channel of one side.

    `start_px` (33, 2) is the pose at the still start, `start_s` its time.
    """
    result = {
        name: Channel(_smooth(value, track, protocol), "landmarks")
        for name, value in landmark_channels(track.xy_px, start_px, side).items()
    }
    shank_px = float(mean_shank_px(start_px))
    motion = None if closeup is None else closeup.motion
    if motion is not None and len(motion.time_s):
        is_later = flow_began_before(motion, start_s)
        at_start = start_s.contains(motion.time_s) & is_later
        for name, value in _from_flow(motion, side, shank_px, protocol).items():
            from_start = _less_start(value, at_start)
            resampled = _resample(track.time_s, motion.time_s, from_start, protocol)
            result[name] = Channel(resampled, "flow")
    if closeup is not None:
        for name, value in _from_masks(closeup, track.time_s, shank_px).items():
            result[name] = Channel(value, "masks")
    at_start = start_s.contains(track.time_s)
    for name, value in _from_outlines(track, side, motion, shank_px=shank_px).items():
        result[name] = Channel(_smooth(_less_start(value, at_start), track, protocol), "outline")
    if closeup is not None and _template_off_deg(track, side, closeup, at_start) > (
        protocol.begins_moving_deg
    ):
        result = {name: result[name] for name in result if name not in OUTLINE_KNEE}
    return {name: result[name] for name in CHANNELS if name in result}


def _template_off_deg(track: PoseTrack, side: Side, closeup: Closeup, at_start: Bools) -> float:
    """Return the turn, of either sign, of the template's frames from the start; NaN unknown."""
    if side not in track.shanks:
        return float("nan")
    tilt = track.shanks[side].mean_deg
    at_template = np.isin(track.time_s, closeup.time_s[closeup.window == START])
    of_template, of_start = (tilt[rows & np.isfinite(tilt)] for rows in (at_template, at_start))
    if not (len(of_template) and len(of_start)):
        return float("nan")
    return float(abs(np.median(of_template) - np.median(of_start)))


def knee_drift_ratio(
    of_side: Mapping[str, Channel], frames: int, protocol: MeasurementProtocol
) -> Floats:
    """Return how far the knee moved outwards beyond the noise, (T,), in shank lengths.

    By flow, or by the outline where flow lost the knee or contradicts it; 0 where neither shows
    the knee. The outline is twice as noisy.
    """
    noise = protocol.knee_noise_ratio
    flow, outline = (
        of_side[name].value if name in of_side else np.full(frames, np.nan)
        for name in ("knee_drift_ratio", "knee_drift_outline_ratio")
    )
    lost = np.isnan(flow) | contradicts_flow(outline, flow, protocol)
    return np.where(lost, _beyond(outline, 2 * noise), _beyond(flow, noise))


def contradicts_flow(
    outline: Floats | float, flow: Floats | float, protocol: MeasurementProtocol
) -> Bools:
    """Return True where the outline shows the knee, (...), and flow has it elsewhere.

    Skin has little texture: on a bare knee the flow may settle on the swinging shank. False where
    either is NaN.
    """
    return np.asarray(outline * np.sign(flow) < protocol.knee_witness_share * np.abs(flow))


def _beyond(value: Floats, noise: float) -> Floats:
    """Return what exceeds the noise, with the value's sign; 0 for NaN."""
    value = np.nan_to_num(value)
    return np.asarray(np.sign(value) * np.maximum(np.abs(value) - noise, 0.0))


def _smooth(value: Floats, track: PoseTrack, protocol: MeasurementProtocol) -> Floats:
    filled, _ = fill_gaps(value, track.time_s, protocol.gap_fill_s)
    return running_median(filled, track.time_s, protocol.median_window_s)


def landmark_channels(xy_px: Floats, start_px: Floats, side: Side) -> dict[str, Floats]:
    """Return the channels that landmarks show, pointwise: of a clip, or of one pose.

    Knee rise and drift are not among them, since landmarks slide along the leg. Each channel is
    (...) for `xy_px` (..., 33, 2), as change from the pose `start_px` (33, 2).
    """
    shank = mean_shank_px(start_px)
    wrists = [leg.wrist for leg in LEGS.values()]
    shoulders = mid_shoulders_px(xy_px) - mid_shoulders_px(start_px)
    shift = -lateral_px(shoulders, side) / shank
    return {
        "pelvic_obliquity_deg": pelvic_obliquity_deg(xy_px, side)
        - pelvic_obliquity_deg(start_px, side),
        "trunk_lean_deg": trunk_lean_deg(xy_px, start_px, side),
        "trunk_shift_ratio": shift,
        "shoulder_shift_ratio": shift,
        "other_shank_deg": shank_rotation_deg(xy_px, start_px, side.other),
        "wrist_rise_ratio": rise_px(xy_px[..., wrists, :] - start_px[wrists]).max(axis=-1) / shank,
    }


def outline_knee_channels(moved_px: Floats, side: Side, shank_px: float) -> dict[str, Floats]:
    """Return the channels that the knee of an outline shows: `OUTLINE_KNEE`, each (...).

    `moved_px` (..., 2) is how far the knee moved in the picture, `shank_px` the shank's length.
    """
    rise, drift = OUTLINE_KNEE
    return {rise: rise_px(moved_px) / shank_px, drift: lateral_px(moved_px, side) / shank_px}


def _from_flow(
    motion: RegionMotion, side: Side, shank_px: float, protocol: MeasurementProtocol
) -> dict[str, Floats]:
    """Return channels from the regions' motion against the background; NaN where unreliable."""
    turn, shift = subtract_background_motion(motion)
    turn = LEGS[side].internal_sign * turn
    sideways, rise = lateral_px(shift, side) / shank_px, rise_px(shift) / shank_px
    lap = lap_is_tracked(motion, protocol)
    waist = _is_tracked(motion, Region.WAIST, protocol)
    upper = _is_tracked(motion, Region.UPPER_TRUNK, protocol)
    knee = knee_is_tracked(motion, turn[:, Region.KNEE], protocol)
    return {
        "pelvic_obliquity_deg": np.where(lap, turn[:, Region.LAP], np.nan),
        "waist_tilt_deg": np.where(waist, turn[:, Region.WAIST], np.nan),
        "trunk_lean_deg": np.where(upper, turn[:, Region.UPPER_TRUNK], np.nan),
        "trunk_shift_ratio": np.where(upper, -sideways[:, Region.UPPER_TRUNK], np.nan),
        "waist_shift_ratio": np.where(waist, -sideways[:, Region.WAIST], np.nan),
        "chest_growth_ratio": np.where(upper, motion.scale[:, Region.UPPER_TRUNK] - 1, np.nan),
        "knee_rise_ratio": np.where(knee, rise[:, Region.KNEE], np.nan),
        "knee_drift_ratio": np.where(knee, sideways[:, Region.KNEE], np.nan),
    }


def _less_start(value: Floats, at_start: Bools) -> Floats:
    """Return a channel, (T,), less its median at the start; unchanged if it was not read there."""
    start = value[at_start & np.isfinite(value)]
    return value - np.median(start) if len(start) else value


def _from_outlines(
    track: PoseTrack, side: Side, motion: RegionMotion | None, *, shank_px: float
) -> dict[str, Floats]:
    """Return the channels of the tracked shanks, not yet as change from the start."""
    values: dict[str, Floats] = {}
    if side in track.shanks:
        knee_px = track.shanks[side].knee_px
        if motion is not None:
            knee_px = knee_px - camera_shift_px(motion, track.time_s)
        values |= outline_knee_channels(knee_px, side, shank_px)
    other = track.shanks.get(side.other)
    if other is not None and np.isfinite(other.mean_deg).any():
        values["other_shank_deg"] = other.mean_deg
    return values


def _from_masks(closeup: Closeup, time_s: Floats, shank_px: float) -> dict[str, Floats]:
    """Return the channels of the key frames, from the first to the last one of a plateau."""
    at_start = closeup.window == START
    start_reach = closeup.foot_ratio[at_start & np.isfinite(closeup.foot_ratio)]
    reach = closeup.foot_ratio - (np.median(start_reach) if len(start_reach) else np.nan)
    values = {"foot_reach_ratio": reach}
    knee = np.mean(closeup.knee_px, axis=1)  # (K, 2); NaN unless both patches were registered
    at_start &= np.isfinite(knee).all(axis=-1)
    if at_start.any():
        moved = knee - np.median(knee[at_start], axis=0)
        if closeup.motion is not None:
            moved = moved - camera_shift_px(closeup.motion, closeup.time_s)
        values |= outline_knee_channels(moved, closeup.side, shank_px)
    return {name: _at_plateaus(closeup, time_s, value) for name, value in values.items()}


def _at_plateaus(closeup: Closeup, time_s: Floats, value: Floats) -> Floats:
    """Return key frame values, (K,), at the track's times, (T,); NaN outside of the plateaus."""
    resampled = np.full(len(time_s), np.nan)
    for rep in {int(window) for window in closeup.window if window >= 0}:
        keys = (closeup.window == rep) & np.isfinite(value)
        if keys.any():
            at_s = closeup.time_s[keys]
            inside = Span.through(at_s[0], at_s[-1]).contains(time_s)
            resampled[inside] = np.interp(time_s[inside], at_s, value[keys])
    return resampled


def reliable_regions(motion: RegionMotion, protocol: MeasurementProtocol) -> Bools:
    """Return (F, R) True where a region was tracked well enough to be used."""
    reliable = [_is_tracked(motion, region, protocol) for region in Region]
    reliable[Region.LAP] = lap_is_tracked(motion, protocol)
    reliable[Region.KNEE] = knee_is_tracked(
        motion, subtract_background_motion(motion)[0][:, Region.KNEE], protocol
    )
    reliable[Region.BACKGROUND] = background_is_tracked(motion)
    return np.stack(reliable, axis=-1)


def _is_tracked(motion: RegionMotion, region: Region, protocol: MeasurementProtocol) -> Bools:
    """Return (F,) True where a region was tracked well enough to be used."""
    return np.asarray(
        (motion.points[:, region] >= 8)  # noqa: PLR2004 - minimum of the similarity fit
        & (motion.inliers[:, region] >= protocol.region_inliers_min)
        & np.isfinite(motion.turn_deg[:, region])
    )


def knee_is_tracked(motion: RegionMotion, turn_deg: Floats, protocol: MeasurementProtocol) -> Bools:
    """Return (F,) True where the knee was tracked, not the shank that swings below it.

    `turn_deg` (F,) is the turn of the knee's region against the background, of either sign.
    """
    knee = Region.KNEE
    return np.asarray(
        _is_tracked(motion, knee, protocol)
        & (motion.kept[:, knee] >= protocol.knee_kept_min)
        & (np.abs(motion.scale[:, knee] - 1) <= protocol.knee_scale_off_max)
        & (np.abs(turn_deg) <= protocol.knee_turn_max_deg)
    )


def lap_is_tracked(motion: RegionMotion, protocol: MeasurementProtocol) -> Bools:
    """Return (F,) True where the lap was tracked well enough to represent the pelvis."""
    lap = Region.LAP
    return np.asarray(
        np.isfinite(motion.turn_deg[:, lap])
        & (motion.points[:, lap] >= protocol.lap_points_min)
        & (motion.kept[:, lap] >= protocol.lap_kept_min)
        & (motion.inliers[:, lap] >= protocol.lap_inliers_min)
        & (motion.scale[:, lap] >= protocol.lap_scale_low)
        & (motion.scale[:, lap] <= protocol.lap_scale_high)
    )


def _resample(
    time_s: Floats, value_s: Floats, value: Floats, protocol: MeasurementProtocol
) -> Floats:
    """Interpolate values at other times; NaN in gaps over twice `gap_fill_s` and at both ends."""
    measured = np.isfinite(value)
    if not measured.any():
        return np.full(len(time_s), np.nan)
    at_s = value_s[measured]
    resampled = np.interp(time_s, at_s, value[measured], left=np.nan, right=np.nan)
    if len(at_s) == 1:
        return resampled
    after = np.clip(np.searchsorted(at_s, time_s), 1, len(at_s) - 1)
    return np.where(at_s[after] - at_s[after - 1] <= 2 * protocol.gap_fill_s, resampled, np.nan)
