"""Motion of one side over the clip."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints
from hipcv.core.camera_angle import camera_yaw_deg, drifted_thigh_deg, thigh_to_sight_deg
from hipcv.core.camera_motion import (
    background_loss,
    largest_camera_shift_px,
    largest_zoom_share,
)
from hipcv.core.channels import Channel, channels, knee_drift_ratio
from hipcv.core.closeup import Closeup
from hipcv.core.errors import BadRequest
from hipcv.core.issues import Issue, issue_above
from hipcv.core.kinematics import mean_shank_px, shank_rotation_deg, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.overrides import (
    NO_OVERRIDES,
    Overrides,
    PlacedPoints,
    apply_overrides,
    restrict_closeup,
)
from hipcv.core.phases import Curve, Phases, RepFrames, find_leg_phases
from hipcv.core.plateaus import (
    OtherReadings,
    Plateau,
    ViewAngles,
    camera_roll_deg,
    plateau_from_closeup,
    plateau_from_landmarks,
    plateau_from_outline,
    witness_off_deg,
)
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import side_issues
from hipcv.core.shank_track import AngleSource, ShankTrack
from hipcv.core.span import Span
from hipcv.language import _

Phase = Literal["before", "start", "moving", "plateau", "rest"]


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The still start that defines zero degrees."""

    span_s: Span
    xy_px: Floats  # (33, 2)  median pose
    tilt_deg: float  # of the shank against the picture's vertical, internal positive
    shank_px: float  # knee to ankle, the ruler for every ratio


@dataclass(frozen=True, slots=True)
class RepSpan:
    """Times of one repetition."""

    start_s: float
    plateau_s: Span  # through the last held frame
    end_s: float
    held: bool = field(default=True, kw_only=True)  # False: the end range was passed through

    @property
    def hold_s(self) -> float:
        """Time from the plateau's first frame to its last; 0 where nothing was held."""
        return self.plateau_s.duration_s if self.held else 0.0

    @property
    def span_s(self) -> Span:
        """The whole repetition; it contains its plateau even where the clip ends with that."""
        return Span(self.start_s, max(self.end_s, self.plateau_s.end_s))


@dataclass(frozen=True, eq=False)  # without slots, for its cached property
class Motion:
    """Motion of one side. All (T,) arrays share `time_s`; a side without a start has no values.

    Signs: internal rotation (foot away from the midline) positive on both sides; pelvic obliquity
    positive with the tested side up; trunk lean and shift positive away from the tested side;
    knee drift positive outwards; rises positive.
    """

    side: Side
    time_s: Floats  # (T,)
    raw_deg: Floats  # (T,) angle in the picture from the start, short gaps bridged
    rotation_deg: Floats  # (T,) the same smoothed and view-corrected; NaN in another posture
    bridged: Bools  # (T,) a short gap was bridged here
    protocol: MeasurementProtocol
    channels: dict[str, Channel] = field(default_factory=dict)
    start: Start | None = None  # None where there was no still start
    reps: tuple[RepSpan, ...] = ()  # internal rotation
    plateaus: tuple[Plateau, ...] = ()  # one for each of `reps`
    external_reps: tuple[RepSpan, ...] = ()  # external rotation
    external_plateaus: tuple[Plateau, ...] = ()  # one for each of those; rotations are negative
    yaw_deg: float = float("nan")  # camera yaw estimate; NaN unknown
    thigh_deg: float = float("nan")  # test thigh against the line of sight; NaN unknown
    issues: tuple[Issue, ...] = ()
    overrides: Overrides = NO_OVERRIDES  # set by hand, and in all of the above
    by_outline: Bools | None = None  # (T,) the angle is the tracked outline's; None: nowhere
    counts: Ints | None = None  # (T,) frames that each picture stands for; None: 1 each
    posture_changed: bool = False  # at any time in the clip

    @property
    def start_tilt_deg(self) -> float | None:
        """Tilt of the shank at the start to the vertical; None where there was no still start."""
        return None if self.start is None else self.start.tilt_deg

    @cached_property
    def _spans_s(self) -> Floats:
        """(2, R) begin and end of every repetition."""
        spans = [(span.start_s, span.end_s) for span in (rep.span_s for rep in self.reps)]
        return np.array(spans, dtype=float).reshape(-1, 2).T

    def source_at(self, row: int) -> AngleSource:
        """Return the origin of one frame's angle."""
        if not np.isfinite(self.raw_deg[row]):
            return ""
        if self.bridged[row]:
            return "bridged"
        return "outline" if self.by_outline is not None and self.by_outline[row] else "landmarks"

    def phase_at(self, time_s: float) -> tuple[Phase, int | None]:
        """Return the phase at a time and the number of the repetition under way, 0 first."""
        start_s, end_s = self._spans_s
        under_way = (start_s <= time_s) & (time_s < end_s)
        if under_way.any():
            number = int(np.argmax(under_way))
            on_plateau = self.reps[number].plateau_s.contains(time_s)
            return ("plateau" if on_plateau else "moving"), number
        if self.start is None or time_s < self.start.span_s.start_s:
            return "before", None
        return ("start" if self.start.span_s.contains(time_s) else "rest"), None


def measure(
    track: PoseTrack,
    closeup: Closeup | None,
    side: Side,
    protocol: MeasurementProtocol,
    *,
    phases: Mapping[Side, Phases] | None = None,
    overrides: Overrides = NO_OVERRIDES,
) -> Motion:
    """Measure one side.

    Without a closeup everything is read from landmarks. `phases` are those of both legs, where they
    were found before.

    Raises:
        BadRequest: a value set by hand cannot be applied to this clip.
    """
    legs = dict(phases or find_leg_phases(track, protocol))
    leg = legs[side] = apply_overrides(legs[side], overrides, protocol)
    issues = side_issues(track, legs, side, protocol)
    if not len(leg.start):
        unmeasured = np.full(len(track.time_s), np.nan)
        return Motion(side, track.time_s, unmeasured, unmeasured, leg.curve.bridged, protocol,
                      issues=issues)  # fmt: skip
    start = _start(track, leg, overrides.start, side)
    picture_deg = leg.curve.tilt_deg - leg.zero_deg
    side_channels = channels(
        track, start.xy_px, side, closeup=closeup, start_s=start.span_s, protocol=protocol
    )
    thigh_deg = thigh_to_sight_deg(start.xy_px, side, protocol)
    drift_ratio = knee_drift_ratio(side_channels, len(track.time_s), protocol)
    drifted_deg = drifted_thigh_deg(thigh_deg, drift_ratio, side)
    view = ViewAngles(start.tilt_deg, thigh_deg, drifted_deg)
    held_views = [view.during(rep.plateau) for rep in leg.internal]
    others = [
        _other_readings(track, leg, rep, closeup=closeup, side=side)
        for rep in range(len(leg.internal))
    ]
    external = _external_reps(leg, protocol)
    outward = tuple(
        _external_plateau(track, replace(leg, internal=(rep,)), view, closeup=closeup, side=side)
        for rep in external
    )
    closeup = None if closeup is None else restrict_closeup(closeup, overrides)
    plateaus = tuple(
        _plateau_of_points(track, overrides.plateau[rep], start, view=held, side=side)
        if rep in overrides.plateau
        else _plateau(track.shanks.get(side), leg, rep, closeup=closeup, view=held, others=other)
        for rep, (other, held) in enumerate(zip(others, held_views, strict=True))
    )
    return Motion(
        side=side,
        time_s=track.time_s,
        raw_deg=picture_deg,
        rotation_deg=_curve_deg(leg, plateaus, view),
        bridged=leg.curve.bridged,
        protocol=protocol,
        channels=side_channels,
        start=start,
        reps=tuple(_span(leg.curve, rep) for rep in leg.internal),
        plateaus=plateaus,
        external_reps=tuple(_span(leg.curve, rep) for rep in external),
        external_plateaus=outward,
        yaw_deg=camera_yaw_deg(start.xy_px, protocol),
        thigh_deg=thigh_deg,
        issues=(*issues, *_camera_issues(closeup, start, side, protocol)),
        overrides=overrides,
        by_outline=leg.curve.by_outline,
        counts=leg.curve.counts,
        posture_changed=not leg.curve.held.all(),
    )


def read_plateau(
    track: PoseTrack, phases: Phases, rep: int, *, side: Side, protocol: MeasurementProtocol
) -> Plateau:
    """Read one plateau alone, as `measure` reads it without masks and hand-set values."""
    start = _start(track, phases, None, side)
    view = ViewAngles(start.tilt_deg, thigh_to_sight_deg(start.xy_px, side, protocol))
    others = _other_readings(track, phases, rep, closeup=None, side=side)
    return _plateau(track.shanks.get(side), phases, rep, closeup=None, view=view, others=others)


def disputed_reps(
    track: PoseTrack, closeup: Closeup, phases: Phases, protocol: MeasurementProtocol
) -> list[int]:
    """Return the repetitions that cannot be read from the tracked outline.

    The outline was lost at the plateau, or masks of the same frames give another angle.
    """
    shank = track.shanks.get(closeup.side)
    disputed = []
    for number, rep in enumerate(phases.internal):
        tracked = phases.curve.by_outline[rep.plateau]
        off = 0.0 if shank is None else witness_off_deg(closeup, shank, track.time_s, number)
        if 2 * tracked.sum() < len(tracked) or abs(off) > protocol.witness_limit_deg:
            disputed.append(number)
    return disputed


def _start(track: PoseTrack, phases: Phases, points: PlacedPoints | None, side: Side) -> Start:
    rows = phases.start
    pose = np.nanmedian(track.xy_px[phases.curve.over_time(rows)], axis=0)
    if points is not None:
        pose = points.apply(pose, side)
    return Start(
        span_s=Span.through(track.time_s[rows[0]], track.time_s[rows[-1]]),
        xy_px=pose,
        tilt_deg=phases.zero_deg if points is None else float(shank_tilt_deg(pose, side)),
        shank_px=float(mean_shank_px(pose)),
    )


def _other_readings(
    track: PoseTrack, phases: Phases, rep: int, *, closeup: Closeup | None, side: Side
) -> OtherReadings:
    """Return the readings of a plateau in addition to the outline.

    Masks check the outline in every key frame of the repetition, wherever its hold was set.
    """
    shank, rows = track.shanks.get(side), phases.internal[rep].plateau
    over_time = phases.curve.over_time
    zero = np.nanmedian(track.xy_px[over_time(phases.start)], axis=0)
    turn_deg = shank_rotation_deg(track.xy_px[over_time(rows)], zero, side)
    start_s, held_s = (
        Span.through(track.time_s[part[0]], track.time_s[part[-1]]) for part in (phases.start, rows)
    )
    return OtherReadings(
        landmarks_deg=float(np.nanmedian(turn_deg)),
        roll_deg=camera_roll_deg(closeup, held_s, start_s),
        witness_off_deg=float("nan")
        if shank is None
        else witness_off_deg(closeup, shank, track.time_s, rep),
    )


def _plateau(
    shank: ShankTrack | None,
    phases: Phases,
    rep: int,
    *,
    closeup: Closeup | None,
    view: ViewAngles,
    others: OtherReadings,
) -> Plateau:
    """Read a plateau from the tracked outline, else from masks, else from landmarks."""
    curve, rows = phases.curve, phases.internal[rep].plateau
    if shank is not None and curve.by_outline[rows].any():
        plateau = plateau_from_outline(
            shank, curve.over_time(rows), curve.over_time(phases.start), view=view, others=others
        )
        if plateau is not None:
            return plateau
    if closeup is not None:
        plateau = plateau_from_closeup(closeup, rep, view)
        if np.isfinite(plateau.rotation_deg):
            return plateau
    return plateau_from_landmarks(others.landmarks_deg, view)


def _plateau_of_points(
    track: PoseTrack, points: PlacedPoints, start: Start, *, view: ViewAngles, side: Side
) -> Plateau:
    """Read a plateau from points placed by hand in one frame, as with a goniometer."""
    if points.row >= len(track.time_s):
        raise BadRequest(_("The points were placed in a frame that the clip does not have."))
    pose = points.apply(track.xy_px[points.row], side)
    picture_deg = float(shank_tilt_deg(pose, side)) - start.tilt_deg
    return replace(plateau_from_landmarks(picture_deg, view), by_hand=True)


def _curve_deg(phases: Phases, plateaus: tuple[Plateau, ...], view: ViewAngles) -> Floats:
    """Return the smoothed angle, (T,), view-corrected.

    Where it is the landmarks', which follow the swing by a share of it, it is scaled to the
    plateaus that were read from masks; the share is linear in time between them.
    """
    smoothed, time_s, over_time = phases.rotation_deg, phases.curve.time_s, phases.curve.over_time
    corrected = np.asarray(view.corrected_deg(smoothed))
    scales = [
        (
            np.mean(time_s[rep.plateau]),
            plateau.rotation_deg / np.median(smoothed[over_time(rep.plateau)]),
        )
        for rep, plateau in zip(phases.internal, plateaus, strict=True)
        if not plateau.by_outline
    ]
    finite = [(at_s, scale) for at_s, scale in scales if np.isfinite(scale)]
    if not finite:
        return corrected
    at_s, scale = np.array(finite).T
    return np.where(phases.curve.by_outline, corrected, smoothed * np.interp(time_s, at_s, scale))


def _span(curve: Curve, rep: RepFrames) -> RepSpan:
    """Return the times of a repetition; a picture that stands for several frames lasts so long."""
    time_s, last = curve.time_s, rep.plateau[-1]
    lasts_s = (curve.counts[last] - 1) * float(np.median(np.diff(time_s)))
    return RepSpan(
        start_s=float(time_s[rep.first]),
        plateau_s=Span.through(time_s[rep.plateau[0]], time_s[last] + lasts_s),
        end_s=float(time_s[rep.last]),
        held=rep.held,
    )


def _external_reps(phases: Phases, protocol: MeasurementProtocol) -> tuple[RepFrames, ...]:
    """Return the external repetitions; before holds were looked for, the largest alone."""
    if protocol.hold_band_deg > 0:
        return phases.external
    turn, over_time = phases.rotation_deg, phases.curve.over_time
    ordered = sorted(phases.external, key=lambda rep: np.median(turn[over_time(rep.plateau)]))
    return tuple(ordered[:1])


def _external_plateau(
    track: PoseTrack, phases: Phases, view: ViewAngles, *, closeup: Closeup | None, side: Side
) -> Plateau:
    """Read an external repetition, the only one of the phases; masks have no second reading."""
    (rep,) = phases.internal
    others = _other_readings(track, phases, 0, closeup=closeup, side=side)
    others = replace(others, witness_off_deg=float("nan"))
    shank, held = track.shanks.get(side), view.during(rep.plateau)
    return _plateau(shank, phases, 0, closeup=None, view=held, others=others)


def _camera_issues(
    closeup: Closeup | None, start: Start, side: Side, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Return the issues of the camera: one refusal, or every warning."""
    if closeup is None or closeup.motion is None:
        return ()
    moved = largest_camera_shift_px(closeup.motion) / start.shank_px
    refusal = issue_above("unstable_camera", moved, protocol.unstable_camera_ratio, "Ls")
    zoom, (lost, lost_s) = largest_zoom_share(closeup.motion), background_loss(closeup.motion)
    is_changed = lost > protocol.background_lost_share
    warnings = (
        issue_above("camera_moved", moved, protocol.camera_moved_ratio, "Ls", warn=True),
        issue_above("zoomed", zoom, protocol.zoom_share, warn=True),
        Issue("picture_changed", "warn", None, lost_s, None, "at") if is_changed else None,
    )
    issues = filter(None, warnings) if refusal is None else (refusal,)
    return tuple(replace(issue, side=side) for issue in issues)
