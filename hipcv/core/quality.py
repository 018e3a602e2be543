"""Checks that a clip, and each side of it, can be measured.

Refusals are tested from coarse to fine and only the first is reported: a picture that lies on its
side shows nothing about sitting. Limits are in the protocol.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg
from hipcv.core.clip_info import ClipInfo, SizeChange
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.issues import OTHER_LEG, Issue, issue_above, issue_below
from hipcv.core.kinematics import (
    mean_shank_px,
    mid_hips_px,
    mid_knees_px,
    mid_shoulders_px,
    shank_tilt_deg,
    trunk_length_px,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.phases import Phases
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.scene_cut import scene_cut_s
from hipcv.core.smoothing import runs_of

PERSON_MIN_SHARE: Final = 0.5
"""Share of frames below which there is no person: objects are detected now and then."""

SIDEWAYS_DEG: Final = 50
"""Lean of the trunk beyond which the picture itself lies on its side."""

UNSEEN_S: Final = 0.3
"""Time without the person from which a refusal says when that was."""

SEATED_SHARE: Final = 0.1
"""Share of seated frames above which a mostly standing person stood up or sat down."""

ALIKE_SHARE: Final = 0.5
"""Smaller of two simultaneous rotations, as share of the larger, that means both legs swung."""

FROZEN_S: Final = 0.2
"""Time for which the outline of a frozen picture stays the same, by `FROZEN_DEG` a picture."""

FROZEN_HOLD_S: Final = 1.0
"""The same in a hold, where the leg trembles however still it is kept."""

FROZEN_DEG: Final = 0.02

FROZEN_JUMP_DEG: Final = 15.0
"""Turn within `SOON_S` from a standstill that no leg makes."""

SOON_S: Final = 0.1

EXTERNAL_ONLY: Final = "external_rotation"
"""Code of the refusal of a leg that rotated externally and not internally."""

_PRIORITY: Final = (
    EXTERNAL_ONLY,
    "both_legs_moved",
    "posture_changed",
    "legs_out_of_frame",
    "low_visibility",
    "no_movement",
    "too_short",
)
"""Refusals of a side, the most specific first."""

_HIDDEN_BY_DAMAGE: Final = {
    "no_person", "low_visibility", "no_movement", "too_short", "scene_cut", "posture_changed",
    "both_legs_moved", "all_rejected", EXTERNAL_ONLY,
}  # fmt: skip
"""Refusals that damaged or missing pictures may cause; others are those of the usual picture."""

_UP: Final = np.array([0.0, -1.0])


def clip_issues(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Return the issues of the whole clip: at most one refusal, and every warning."""
    refusal = next(filter(None, _refusals(clip, track, protocol)), None)
    warnings = tuple(filter(None, _warnings(clip, track, protocol)))
    if refusal is not None:
        return (refusal, *warnings)
    return (*warnings, *_absence(track), *filter(None, _posture_warnings(track, protocol)))


def damaged_share(clip: ClipInfo) -> float:
    """Return the share of a clip's frames that are damaged, missing or predicted from such."""
    return (clip.frames_corrupt + clip.packets_damaged) / max(clip.frames, 1)


def blame_damage(issues: Iterable[Issue], clip: ClipInfo) -> tuple[Issue, ...]:
    """Replace refusals that damage of the clip may have caused by one that names the damage.

    Pictures that are lost or spoiled may hide the person or the movement.
    """
    if not is_damaged(clip):
        return tuple(issues)
    return tuple(
        damage_refusal(clip, issue.side)
        if issue.severity == "refuse" and issue.code in _HIDDEN_BY_DAMAGE
        else issue
        for issue in issues
    )


def damage_refusal(clip: ClipInfo, side: Side | None) -> Issue:
    """Return the refusal of a clip, or one side of it, whose damage may be the reason."""
    return Issue("damaged", "refuse", side, damaged_share(clip), 0.0, "share")


def is_damaged(clip: ClipInfo) -> bool:
    """Return True if any picture of a clip is damaged or missing."""
    return damaged_share(clip) > 0


def _refusals(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> Iterator[Issue | None]:
    yield issue_above("damaged", damaged_share(clip), protocol.damaged_share)
    yield issue_below("too_short", clip.duration_s, protocol.duration_min_s, "s")
    yield issue_below("too_short", clip.frames, protocol.frames_min, "frames")
    visible = visible_share(clip, track)
    yield issue_below("no_person", visible, PERSON_MIN_SHARE)
    if visible >= PERSON_MIN_SHARE:
        cut_s = scene_cut_s(track, protocol)
        if np.isfinite(cut_s):
            yield Issue("scene_cut", "refuse", None, cut_s, None, "at")
        yield from _posture_refusals(track, protocol)
        yield _seldom_visible(track, visible, protocol)


def _seldom_visible(
    track: PoseTrack, visible: float, protocol: MeasurementProtocol
) -> Issue | None:
    """Check the share of frames that show the person; the longest time without is named."""
    rows = occupied_rows(track)
    times_s = [
        (float(track.time_s[rows[first]]), float(track.time_s[rows[last]]))
        for first, last in runs_of(~track.visible[rows])
    ]
    start_s, end_s = max(times_s, key=lambda span: span[1] - span[0], default=(0.0, 0.0))
    if visible < protocol.seen_share and end_s - start_s >= UNSEEN_S:
        return Issue("low_visibility", "refuse", None, start_s, end_s, "unseen")
    return issue_below("low_visibility", visible, protocol.seen_share)


def visible_share(clip: ClipInfo, track: PoseTrack) -> float:
    """Return the share of the undamaged frames between title and end that show the patient."""
    undamaged = max(1, len(occupied_rows(track)) - clip.frames_corrupt)
    return min(1.0, float(track.visible.sum()) / undamaged)


def occupied_rows(track: PoseTrack) -> range:
    """Return the rows from the first to the last frame with any person in it; all if none has.

    A title, a black lead-in or an empty seat before and after is no part of the test.
    """
    with_person = np.flatnonzero(track.visible | (track.people != 0))
    whole = range(len(track.time_s))
    return whole[with_person[0] : with_person[-1] + 1] if len(with_person) else whole


def _posture_refusals(track: PoseTrack, protocol: MeasurementProtocol) -> Iterator[Issue | None]:
    """Yield refusals by the median pose."""
    usual_px = np.nanmedian(track.xy_px, axis=0)
    trunk = mid_shoulders_px(usual_px) - mid_hips_px(usual_px)
    lean = abs(float(signed_angle_deg(_UP, trunk)))
    if lean > SIDEWAYS_DEG and _shanks_hang(usual_px):
        yield Issue("low_visibility", "refuse", None, lean, SIDEWAYS_DEG, "trunk")
    yield issue_above("sideways_picture", lean, SIDEWAYS_DEG, "deg")
    offset, width = knee_offset_ratio(usual_px), shoulder_width_ratio(usual_px)
    yield issue_above("side_view", offset, protocol.side_view_shift_ratio, "Ls")
    yield issue_below("side_view", width, protocol.side_view_shoulder_ratio, "trunk")
    margin = max(foot_margin_share(usual_px, side, track.size_px) for side in Side)
    yield issue_below("legs_out_of_frame", margin, protocol.edge_margin_share)
    clearer = max(leg_visibility(track, side) for side in Side)
    yield issue_below("low_visibility", clearer, protocol.visibility_min)
    drops = _thigh_drop_ratios(track.xy_px[track.visible])
    seated = float((drops < protocol.sloping_thigh_ratio).mean())
    code = "posture_changed" if seated > SEATED_SHARE else "not_seated"
    yield issue_above(code, thigh_drop_ratio(usual_px), protocol.standing_thigh_ratio, "Ls")


def _shanks_hang(usual_px: Floats) -> bool:
    """Return True where both shanks hang, so the picture is upright whatever the trunk says.

    Landmarks of a hidden head and hidden shoulders may be anywhere.
    """
    tilts = [abs(float(shank_tilt_deg(usual_px, side))) for side in Side]
    return max(tilts) < SIDEWAYS_DEG


def _warnings(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> Iterator[Issue | None]:
    damaged = damaged_share(clip)
    if damaged <= protocol.damaged_share:
        yield issue_above("frames_damaged", damaged, 0.0, warn=True)
    rate_hz, limit_hz = clip.frame_rate_hz, protocol.frame_rate_low_hz
    yield issue_below("low_frame_rate", rate_hz, limit_hz, "Hz", warn=True)
    if clip.variable_rate:
        yield Issue("variable_frame_rate", "warn")
    yield issue_above("gaps", clip.largest_gap_s, protocol.gap_warn_s, "s", warn=True)
    if clip.size_change is not None:
        yield _size_changed(clip.size_change)
    if clip.mirrored_container:
        yield Issue("mirrored_container", "warn")
    if np.isfinite(track.luminance).any():
        light = float(np.nanmedian(track.luminance))
        yield issue_below("low_light", light, protocol.low_light_luminance, warn=True)
    others = float((~track.visible & (track.people != 0)).mean()) if len(track.visible) else 0.0
    yield issue_above("person_changed", others, protocol.other_person_share, warn=True)
    counted = track.people[track.people >= 0]
    if len(counted):
        crowd = float((counted > 1).mean())
        yield issue_above("several_people", crowd, protocol.several_people_share, warn=True)


def _size_changed(change: SizeChange) -> Issue:
    """Return the warning of a change of size, with both sizes as its unit."""
    before, after = (f"{width}x{height}" for width, height in (change.before_px, change.after_px))
    return Issue("size_changed", "warn", None, change.at_s, None, f"{before} {after}")


def _absence(track: PoseTrack) -> Iterator[Issue]:
    """Yield a warning with the first and last time of a person where the ends show none."""
    rows = occupied_rows(track)
    if len(rows) < len(track.time_s):
        first_s, last_s = (float(track.time_s[row]) for row in (rows[0], rows[-1]))
        yield Issue("nobody_at_times", "warn", None, first_s, last_s, "span")


def _posture_warnings(track: PoseTrack, protocol: MeasurementProtocol) -> Iterator[Issue | None]:
    usual = np.nanmedian(track.xy_px, axis=0)
    yaw, drop = abs(camera_yaw_deg(usual, protocol)), thigh_drop_ratio(usual)
    yield issue_above("view_oblique", yaw, protocol.oblique_yaw_deg, "deg", warn=True)
    yield issue_above("seat_low", drop, protocol.sloping_thigh_ratio, "Ls", warn=True)
    yield issue_below("camera_low", drop, protocol.level_thigh_ratio, "Ls", warn=True)


def side_issues(
    track: PoseTrack, legs: Mapping[Side, Phases], side: Side, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Return the issues of one side: one refusal, or every warning."""
    phases, other = legs[side], legs[side.other]
    tilt, limit = abs(phases.zero_deg), protocol.start_tilt_warn_deg
    refusal = (
        _foot_cropped(track, phases, side, protocol)
        or issue_below("low_visibility", leg_visibility(track, side), protocol.visibility_min)
        or _both_at_once(track, phases, other, protocol)
        or _unmoved(phases, other, protocol)
    )
    warnings = (
        None if phases.still else Issue("start_not_still", "warn"),
        issue_above("start_tilted", tilt, limit, "deg", warn=True),
        _frozen(phases),
    )
    issues = filter(None, warnings) if refusal is None else (refusal,)
    return tuple(replace(issue, side=side) for issue in issues)


def _frozen(phases: Phases) -> Issue | None:
    """Check for a picture that stood still and then jumped, or stood still in a hold.

    The outline of a living leg is never quite the same in two pictures for long, and no leg turns
    so far at once from rest. No picture shows the leg while it stood.
    """
    curve = phases.curve
    same = (np.abs(np.diff(curve.tilt_deg)) < FROZEN_DEG) & curve.by_outline[1:]
    held = np.concatenate([rep.plateau for rep in phases.internal] or [np.arange(0)])
    for first, last in runs_of(same):
        start_s, end_s = float(curve.time_s[first]), float(curve.time_s[last + 1])
        if end_s - start_s < FROZEN_S:
            continue
        if end_s - start_s >= FROZEN_HOLD_S and np.isin((first + last) // 2, held):
            return Issue("picture_frozen", "warn", None, start_s, None, "at")
        soon = (end_s <= curve.time_s) & (curve.time_s <= end_s + SOON_S)
        turn_deg = float(np.nanmax(np.abs(curve.tilt_deg[soon] - curve.tilt_deg[last + 1])))
        if turn_deg > FROZEN_JUMP_DEG:
            return Issue("picture_frozen", "warn", None, end_s, None, "at")
    return None


def _foot_cropped(
    track: PoseTrack, phases: Phases, side: Side, protocol: MeasurementProtocol
) -> Issue | None:
    """Check that the foot is in the picture at the start and at every plateau."""
    margin = smallest_foot_margin(track, phases, side)
    return issue_below("legs_out_of_frame", margin, protocol.edge_margin_share)


def smallest_foot_margin(track: PoseTrack, phases: Phases, side: Side) -> float:
    """Return the smallest margin at a foot at the start and the plateaus; 1 if it has neither."""
    visible = track.visible
    margins = [
        foot_margin_share(np.nanmedian(track.xy_px[rows], axis=0), side, track.size_px)
        for rows in (phases.start, *(rep.plateau for rep in phases.internal))
        if visible[rows].any()
    ]
    return min(margins, default=1.0)


def _both_at_once(
    track: PoseTrack, phases: Phases, other: Phases, protocol: MeasurementProtocol
) -> Issue | None:
    """Check for both legs turning alike: the patient stands up, sits down, or swings both.

    A leg that turned far less than the other at the same time was moved passively; ignored.
    """
    peak, other_peak = phases.internal_peak_deg, other.internal_peak_deg
    alike = alike_share(phases, other)
    if alike == 0:
        return None
    if alike > ALIKE_SHARE:
        is_small = max(peak, other_peak) < protocol.posture_turn_deg
        rose = is_small and _hips_moved(track, phases, protocol)
        code = "posture_changed" if rose else "both_legs_moved"
        return Issue(code, "refuse", None, other_peak, ALIKE_SHARE * peak, "deg")
    if other_peak > peak:
        return Issue("no_movement", "refuse", None, other_peak, peak, OTHER_LEG)
    return None


def alike_share(phases: Phases, other: Phases) -> float:
    """Return the smaller turn of two legs as share of the larger; 0 unless they turned at once."""
    if not _overlap(phases, other):
        return 0.0
    peaks = (phases.internal_peak_deg, other.internal_peak_deg)
    return min(peaks) / max(peaks)


def _hips_moved(track: PoseTrack, phases: Phases, protocol: MeasurementProtocol) -> bool:
    """Return True where the hips travelled as the leg turned, or the posture ever changed."""
    if not phases.curve.held.all():
        return True
    hips = mid_hips_px(track.xy_px) / float(np.nanmedian(mean_shank_px(track.xy_px)))
    start = np.nanmedian(hips[phases.start], axis=0)
    travels = [
        float(np.hypot(*(np.nanmedian(hips[rep.plateau], axis=0) - start)))
        for rep in phases.internal
    ]
    return max(travels) >= protocol.steady_hips_ratio


def _overlap(one: Phases, other: Phases) -> bool:
    """Return True where a plateau of one leg overlaps one of the other leg."""
    return any(
        bool(a.plateau[0] <= b.plateau[-1] and b.plateau[0] <= a.plateau[-1])
        for a in one.internal
        for b in other.internal
    )


def _unmoved(phases: Phases, other: Phases, protocol: MeasurementProtocol) -> Issue | None:
    if phases.internal:
        return None
    if phases.external:
        limit = protocol.external_min_deg
        return Issue(EXTERNAL_ONLY, "refuse", None, phases.external_peak_deg, limit, "deg")
    if not phases.curve.held.all():
        return Issue("posture_changed", "refuse", None, _changed_s(phases), None, "at")
    if not len(phases.start):
        return Issue("too_short", "refuse", None, 0.0, protocol.still_s, "s still")
    return _too_little(phases, other, protocol)


def _changed_s(phases: Phases) -> float:
    """Return when the posture first changed; the clip's beginning where it never was the usual."""
    changes = np.flatnonzero(np.diff(phases.curve.held))
    return float(phases.curve.time_s[changes[0] + 1 if len(changes) else 0])


def _too_little(phases: Phases, other: Phases, protocol: MeasurementProtocol) -> Issue:
    """Return why a leg has no repetition although it was still and the posture the usual one."""
    peak = phases.internal_peak_deg
    if other.internal:
        other_peak = other.internal_peak_deg
        return Issue("no_movement", "refuse", None, other_peak, peak, OTHER_LEG)
    read, limit = float(np.isfinite(phases.curve.tilt_deg).mean()), protocol.seen_share
    if peak > protocol.movement_min_deg and read < limit:
        return Issue("low_visibility", "refuse", None, read, limit, "share")
    return Issue("no_movement", "refuse", None, peak, protocol.movement_min_deg, "deg")


def untested_issues(
    track: PoseTrack, legs: Mapping[Side, Phases], protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Return why no leg did the test: the most specific refusal of both sides."""
    issues = [issue for side in Side for issue in side_issues(track, legs, side, protocol)]
    refusals = [issue for issue in issues if issue.severity == "refuse"]
    first = min(refusals, key=lambda issue: _PRIORITY.index(issue.code))
    return (first if first.code == EXTERNAL_ONLY else replace(first, side=None),)


def tested_sides(legs: Mapping[Side, Phases]) -> tuple[Side, ...]:
    """Return the legs that did the test: those that turned inwards.

    A leg that moves passively while the other swings is not tested; one that turns at another
    time is.
    """
    moved = tuple(side for side in Side if legs[side].internal)
    if len(moved) < len(Side):
        return moved
    weaker = min(Side, key=lambda side: legs[side].internal_peak_deg)
    peak, other_peak = legs[weaker].internal_peak_deg, legs[weaker.other].internal_peak_deg
    separate = not _overlap(legs[Side.LEFT], legs[Side.RIGHT])
    return moved if separate or peak > ALIKE_SHARE * other_peak else (weaker.other,)


def externally_rotated(issues: Iterable[Issue]) -> tuple[Side, ...]:
    """Return the legs that are refused because they rotated externally alone."""
    return tuple(i.side for i in issues if i.side is not None and i.code == EXTERNAL_ONLY)


def is_measurable(issues: Iterable[Issue]) -> bool:
    """Return True unless a side's issues refuse it; its external rotation is measured anyway."""
    return all(issue.severity != "refuse" or issue.code == EXTERNAL_ONLY for issue in issues)


def foot_margin_share(xy_px: Floats, side: Side, size_px: tuple[int, int]) -> float:
    """Return the smallest distance of a foot from the left, right and lower edge.

    In shares of the picture, of width and height `size_px`; negative where the foot is outside, NaN
    where it is not visible.
    """
    leg = LEGS[side]
    x, y = (xy_px[[leg.ankle, leg.heel, leg.toe]] / size_px).T
    return float(min(x.min(), 1 - x.max(), 1 - y.max()))


def knee_offset_ratio(xy_px: Floats) -> float:
    """Return the knees' sideways offset from the hips in shank lengths: near 0 from the front."""
    return float(abs((mid_knees_px(xy_px) - mid_hips_px(xy_px))[0]) / mean_shank_px(xy_px))


def shoulder_width_ratio(xy_px: Floats) -> float:
    """Return the width of the shoulders in trunk lengths; negative from behind."""
    across = (xy_px[Landmark.LEFT_SHOULDER] - xy_px[Landmark.RIGHT_SHOULDER])[0]
    return float(across / trunk_length_px(xy_px))


def thigh_drop_ratio(xy_px: Floats) -> float:
    """Return how far the lower knee is under its hip in shank lengths: 0 level, 1 standing."""
    return float(_thigh_drop_ratios(xy_px))


def _thigh_drop_ratios(xy_px: Floats) -> Floats:
    """Return `thigh_drop_ratio` of every pose, (...), of (..., 33, 2)."""
    drops = [(xy_px[..., leg.knee, 1] - xy_px[..., leg.hip, 1]) for leg in LEGS.values()]
    return np.asarray(np.maximum(*drops) / mean_shank_px(xy_px))


def camera_height_ratio(xy_px: Floats) -> float:
    """Return how high the camera stands: the knee's drop less the width of the shoulders.

    In shank and in trunk lengths. A high camera sees the knee lower under the hip, a low one a
    shorter trunk; together they spread less between persons than either alone. At the height of
    the knee it is `camera_height_usual_ratio`.
    """
    return thigh_drop_ratio(xy_px) - shoulder_width_ratio(xy_px)


def leg_visibility(track: PoseTrack, side: Side) -> float:
    """Return the lower of the knee's and ankle's median visibility; 0 without a person."""
    if not track.visible.any():
        return 0.0
    leg = LEGS[side]
    return float(np.median(track.visibility[track.visible][:, [leg.knee, leg.ankle]], axis=0).min())
