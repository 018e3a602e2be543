"""Can this clip be measured: long enough, whole, seen, framed, upright, frontal, seated.

Refusals are tested from the coarse to the fine and only the first is told: a picture that lies on
its side says nothing about sitting. Limits live in the protocol.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg
from hipcv.core.clip_info import ClipInfo
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.issues import Issue, IssueSeverity
from hipcv.core.kinematics import (
    mean_shank_px,
    mid_hips_px,
    mid_knees_px,
    mid_shoulders_px,
    trunk_length_px,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.phases import Phases
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol

PERSON_MIN_SHARE: Final = 0.5
"""Found in fewer frames than this, nobody is there: bottles and dogs are found now and then."""

SIDEWAYS_DEG: Final = 50
"""The trunk leans this far from upright only when the picture does."""

SEATED_SHARE: Final = 0.1
"""Seated for more of the clip than this, a person who usually stands has got up or sat down."""

ALIKE_SHARE: Final = 0.5
"""The smaller of two simultaneous rotations, as share of the larger, that means both legs swung."""

_TELLING: Final = (
    "external_rotation",
    "posture_changed",
    "legs_out_of_frame",
    "low_visibility",
    "no_movement",
    "too_short",
)
"""Refusals of a side, the most telling first."""

_UP: Final = np.array([0.0, -1.0])


def clip_issues(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """What is wrong with the clip as a whole: at most one refusal, and every warning."""
    refusal = next((i for i in _refusals(clip, track, protocol) if i is not None), None)
    warnings = [i for i in _warnings(clip, track, protocol) if i is not None]
    if refusal is not None:
        return (refusal, *warnings)
    return (*warnings, *(i for i in _posture_warnings(track, protocol) if i is not None))


def _refusals(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> Iterator[Issue | None]:
    spoiled = clip.frames_corrupt + clip.packets_damaged
    yield _above("damaged", spoiled / max(clip.frames, 1), protocol.damaged_share)
    yield _below("too_short", clip.duration_s, protocol.duration_min_s, unit="s")
    yield _below("too_short", clip.frames, protocol.frames_min, unit="frames")
    seen = float(track.visible.mean()) if len(track.visible) else 0.0
    yield _below("no_person", seen, PERSON_MIN_SHARE)
    if seen >= PERSON_MIN_SHARE:
        usual = np.nanmedian(track.xy_px, axis=0)
        yield from (check(track, usual, protocol) for check in _POSTURE_CHECKS)
        yield _below("low_visibility", seen, protocol.seen_share)


def _sideways(_track: PoseTrack, usual_px: Floats, _protocol: MeasurementProtocol) -> Issue | None:
    trunk = mid_shoulders_px(usual_px) - mid_hips_px(usual_px)
    return _above(
        "sideways_picture", abs(float(signed_angle_deg(_UP, trunk))), SIDEWAYS_DEG, unit="deg"
    )


def _side_view(_track: PoseTrack, usual_px: Floats, protocol: MeasurementProtocol) -> Issue | None:
    """From the side, from behind, or too obliquely for the angle to be read."""
    shift, width = knee_offset_ratio(usual_px), shoulder_width_ratio(usual_px)
    return _above("side_view", shift, protocol.side_view_shift_ratio, unit="Ls") or _below(
        "side_view", width, protocol.side_view_shoulder_ratio, unit="trunk"
    )


def _legs_cropped(
    track: PoseTrack, usual_px: Floats, protocol: MeasurementProtocol
) -> Issue | None:
    room = max(foot_margin_share(usual_px, side, track.size_px) for side in Side)
    return _below("legs_out_of_frame", room, protocol.edge_margin_share)


def _standing(track: PoseTrack, usual_px: Floats, protocol: MeasurementProtocol) -> Issue | None:
    """Standing, or sitting in too small a part of the clip."""
    drop, limit = thigh_drop_ratio(usual_px), protocol.standing_thigh_ratio
    over_time = np.array([thigh_drop_ratio(xy) for xy in track.xy_px[track.visible]])
    seated = float((over_time < protocol.sloping_thigh_ratio).mean())
    code = "posture_changed" if seated > SEATED_SHARE else "not_seated"
    return _above(code, drop, limit, unit="Ls")


def _legs_hidden(
    track: PoseTrack, _usual_px: Floats, protocol: MeasurementProtocol
) -> Issue | None:
    clear = max(leg_visibility(track, side) for side in Side)
    return _below("low_visibility", clear, protocol.visibility_min)


_POSTURE_CHECKS: Final[
    tuple[Callable[[PoseTrack, Floats, MeasurementProtocol], Issue | None], ...]
] = (
    _sideways,
    _side_view,
    _legs_cropped,
    _standing,
    _legs_hidden,
)


def _warnings(
    clip: ClipInfo, track: PoseTrack, protocol: MeasurementProtocol
) -> Iterator[Issue | None]:
    yield _below(
        "low_frame_rate", clip.frame_rate_hz, protocol.frame_rate_low_hz, unit="Hz", warn=True
    )
    if clip.variable_rate:
        yield Issue("variable_frame_rate", "warn")
    yield _above("gaps", clip.largest_gap_s, protocol.gap_warn_s, unit="s", warn=True)
    if clip.mirrored_container:
        yield Issue("mirrored_container", "warn")
    if np.isfinite(track.luminance).any():
        light = float(np.nanmedian(track.luminance))
        yield _below("low_light", light, protocol.low_light_luminance, warn=True)
    others = float((~track.visible & (track.people != 0)).mean()) if len(track.visible) else 0.0
    yield _above("person_changed", others, protocol.other_person_share, warn=True)
    counted = track.people[track.people >= 0]
    if len(counted):
        crowd = float((counted > 1).mean())
        yield _above("several_people", crowd, protocol.several_people_share, warn=True)


def _posture_warnings(track: PoseTrack, protocol: MeasurementProtocol) -> Iterator[Issue | None]:
    usual = np.nanmedian(track.xy_px, axis=0)
    yaw, drop = abs(camera_yaw_deg(usual)), thigh_drop_ratio(usual)
    yield _above("view_oblique", yaw, protocol.oblique_yaw_deg, unit="deg", warn=True)
    yield _above("seat_low", drop, protocol.sloping_thigh_ratio, unit="Ls", warn=True)
    yield _below("camera_low", drop, protocol.level_thigh_ratio, unit="Ls", warn=True)


def side_issues(
    track: PoseTrack, legs: Mapping[Side, Phases], side: Side, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """What is wrong with one side: at most one refusal, and every warning.

    Args:
        track: the first look.
        legs: what each leg did when.
        side: the tested side.
        protocol: the limits.
    """
    phases, other = legs[side], legs[side.other]
    found = (
        _side_cropped(track, phases, side, protocol)
        or _hidden_side(track, side, protocol)
        or _both_at_once(phases, other, side)
        or _unmoved(phases, other, side, protocol)
    )
    if found is not None:
        return (found,)
    warnings = [
        None if phases.still else Issue("start_not_still", "warn", side),
        _above("start_tilted", abs(phases.zero_deg), protocol.start_tilt_warn_deg, unit="deg",
               side=side, warn=True),
    ]  # fmt: skip
    return tuple(issue for issue in warnings if issue is not None)


def _side_cropped(
    track: PoseTrack, phases: Phases, side: Side, protocol: MeasurementProtocol
) -> Issue | None:
    """The foot must be in the picture at the start and at every plateau."""
    windows = [phases.start, *(rep.plateau for rep in phases.internal)]
    rooms = [
        foot_margin_share(np.nanmedian(track.xy_px[rows], axis=0), side, track.size_px)
        for rows in windows
        if track.visible[rows].any()
    ]
    return _below(
        "legs_out_of_frame", min(rooms, default=1.0), protocol.edge_margin_share, side=side
    )


def _hidden_side(track: PoseTrack, side: Side, protocol: MeasurementProtocol) -> Issue | None:
    return _below("low_visibility", leg_visibility(track, side), protocol.visibility_min, side=side)


def _both_at_once(phases: Phases, other: Phases, side: Side) -> Issue | None:
    """Both legs turning alike is the patient getting up, sitting down, or swinging both.

    A leg that turned far less than the other at the same time was only carried along.
    """
    mine, theirs = phases.internal_peak_deg, other.internal_peak_deg
    if not _together(phases, other):
        return None
    if min(mine, theirs) > ALIKE_SHARE * max(mine, theirs):
        return Issue("posture_changed", "refuse", side, theirs, ALIKE_SHARE * mine, "deg")
    if theirs > mine:
        return Issue("no_movement", "refuse", side, theirs, mine, "deg, other leg")
    return None


def _together(one: Phases, other: Phases) -> bool:
    """Whether any plateau of one leg overlaps one of the other's."""
    return any(
        bool(a.plateau[0] <= b.plateau[-1] and b.plateau[0] <= a.plateau[-1])
        for a in one.internal
        for b in other.internal
    )


def _unmoved(
    phases: Phases, other: Phases, side: Side, protocol: MeasurementProtocol
) -> Issue | None:
    if phases.internal:
        return None
    if phases.external:
        peak, limit = phases.external_peak_deg, protocol.external_min_deg
        return Issue("external_rotation", "refuse", side, peak, limit, "deg")
    if not phases.curve.held.all():
        return Issue("posture_changed", "refuse", side)
    if not len(phases.start):
        return Issue("too_short", "refuse", side, 0.0, protocol.still_s, "s still")
    peak = phases.internal_peak_deg
    if other.internal:
        return Issue("no_movement", "refuse", side, other.internal_peak_deg, peak, "deg, other leg")
    return Issue("no_movement", "refuse", side, peak, protocol.movement_min_deg, "deg")


def tested_sides(legs: Mapping[Side, Phases]) -> tuple[Side, ...]:
    """Which legs did the test: those that turned inwards, unless the other did so far more.

    A leg that is carried along while its neighbour swings is not tested; one that has its own
    turn at another time is.
    """
    peak = {side: legs[side].internal_peak_deg for side in Side}
    moved = [side for side in Side if legs[side].internal]
    if len(moved) < len(Side):
        return tuple(moved)
    weaker = min(Side, key=lambda side: peak[side])
    apart = not _together(legs[Side.LEFT], legs[Side.RIGHT])
    if apart or peak[weaker] > ALIKE_SHARE * peak[weaker.other]:
        return tuple(Side)
    return (weaker.other,)


def foot_margin_share(xy_px: Floats, side: Side, size_px: tuple[int, int]) -> float:
    """Smallest distance of one foot from the left, right and lower edge, as share of the picture.

    Args:
        xy_px: (33, 2)
        side: whose foot.
        size_px: width and height.

    Returns:
        Negative where the foot is outside; NaN where it was not seen.
    """
    leg = LEGS[side]
    foot = xy_px[[leg.ankle, leg.heel, leg.toe]]
    width, height = size_px
    return float(
        min(
            foot[:, 0].min() / width,
            1 - foot[:, 0].max() / width,
            1 - foot[:, 1].max() / height,
        )
    )


def knee_offset_ratio(xy_px: Floats) -> float:
    """How far the knees are beside the hips, in shank lengths: near 0 seen from the front."""
    return float(abs((mid_knees_px(xy_px) - mid_hips_px(xy_px))[0]) / mean_shank_px(xy_px))


def shoulder_width_ratio(xy_px: Floats) -> float:
    """Width of the shoulders, in trunk lengths; negative where the back is seen."""
    across = (xy_px[Landmark.LEFT_SHOULDER] - xy_px[Landmark.RIGHT_SHOULDER])[0]
    return float(across / trunk_length_px(xy_px))


def thigh_drop_ratio(xy_px: Floats) -> float:
    """How far the lower knee is under its hip, in shank lengths: 0 seated level, 1 standing."""
    drops = [(xy_px[LEGS[side].knee] - xy_px[LEGS[side].hip])[1] for side in Side]
    return float(max(drops) / mean_shank_px(xy_px))


def leg_visibility(track: PoseTrack, side: Side) -> float:
    """The lower of knee's and ankle's median visibility, where the person was found."""
    if not track.visible.any():
        return 0.0
    leg = LEGS[side]
    return float(np.median(track.visibility[track.visible][:, [leg.knee, leg.ankle]], axis=0).min())


def _above(
    code: str,
    value: float,
    limit: float,
    *,
    unit: str = "share",
    side: Side | None = None,
    warn: bool = False,
) -> Issue | None:
    severe: IssueSeverity = "warn" if warn else "refuse"
    return Issue(code, severe, side, value, limit, unit) if value > limit else None


def _below(
    code: str,
    value: float,
    limit: float,
    *,
    unit: str = "share",
    side: Side | None = None,
    warn: bool = False,
) -> Issue | None:
    severe: IssueSeverity = "warn" if warn else "refuse"
    return None if value >= limit else Issue(code, severe, side, value, limit, unit)


def untested_issues(
    track: PoseTrack, legs: Mapping[Side, Phases], protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Why no leg did the test: the most telling of both sides' refusals."""
    refusals = [
        issue
        for side in Side
        for issue in side_issues(track, legs, side, protocol)
        if issue.severity == "refuse"
    ]
    ranked = sorted(refusals, key=lambda issue: _TELLING.index(issue.code))
    best = ranked[0]
    one_sided = best.code == "external_rotation"
    return (best if one_sided else replace(best, side=None),)
