"""Motion: what one side did over the clip, in numbers over time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.camera_angle import camera_yaw_deg, thigh_to_sight_deg
from hipcv.core.camera_motion import largest_camera_shift_px
from hipcv.core.channels import Channel, channels
from hipcv.core.closeup import Closeup
from hipcv.core.issues import Issue
from hipcv.core.kinematics import mean_shank_px, shank_rotation_deg, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.overrides import (
    NO_OVERRIDES,
    Overrides,
    PlacedPoints,
    apply_overrides,
    restrict_closeup,
)
from hipcv.core.phases import Phases, RepFrames, find_leg_phases
from hipcv.core.plateaus import Plateau, ViewAngles, plateau_from_closeup, plateau_from_landmarks
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import side_issues
from hipcv.core.span import Span

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

    @property
    def hold_s(self) -> float:
        """Time from the plateau's first frame to its last."""
        return self.plateau_s.duration_s

    @property
    def span_s(self) -> Span:
        """The whole repetition; it contains its plateau even where the clip ends with that."""
        return Span(self.start_s, max(self.end_s, self.plateau_s.end_s))


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One side's movement. All (T,) arrays share `time_s`.

    Signs: internal rotation (foot away from the midline) positive on both sides; pelvic obliquity
    positive with the tested side up; trunk lean and shift positive away from the tested side;
    knee drift positive outwards; rises positive.
    """

    side: Side
    time_s: Floats  # (T,)
    raw_deg: Floats  # (T,) landmark angle from the start, as read
    rotation_deg: Floats  # (T,) the angle used: calmed, gaps bridged, scaled to the plateaus
    bridged: Bools  # (T,) a short gap was bridged here
    channels: dict[str, Channel]
    start: Start | None  # None where no still start was found
    reps: tuple[RepSpan, ...]  # internal rotation
    plateaus: tuple[Plateau, ...]  # one for each of `reps`
    external_deg: float | None  # largest held external rotation, positive; None where not done
    yaw_deg: float  # camera yaw estimate, NaN unknown
    thigh_deg: float  # test thigh against the line of sight, NaN unknown
    issues: tuple[Issue, ...]
    protocol: MeasurementProtocol
    overrides: Overrides = NO_OVERRIDES  # set by hand, and in all of the above

    def phase_at(self, time_s: float) -> tuple[Phase, int | None]:
        """Return the phase at a time and the number of the repetition under way, 0 first."""
        for number, rep in enumerate(self.reps):
            if rep.span_s.contains(time_s):
                return ("plateau" if rep.plateau_s.contains(time_s) else "moving"), number
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
    """Everything one side did, from the first look and, where there was one, the closer look.

    Without a closeup (live preview, or when it failed) the same is measured from landmarks alone.

    Raises:
        BadRequest: something was set by hand where nothing can be read.
    """
    legs = dict(phases or find_leg_phases(track, protocol))
    leg = legs[side] = apply_overrides(legs[side], overrides, protocol)
    closeup = None if closeup is None else restrict_closeup(closeup, overrides)
    issues = side_issues(track, legs, side, protocol)
    if not len(leg.start):
        return _unmeasured(leg, side, issues, protocol)
    start = _start(track, leg, overrides.start, side)
    view = ViewAngles(start.tilt_deg, thigh_to_sight_deg(start.xy_px, side))
    plateaus = tuple(
        _placed_plateau(track, overrides.plateau[rep], start, view=view, side=side)
        if rep in overrides.plateau
        else _plateau(track, leg, rep, closeup=closeup, view=view, side=side)
        for rep in range(len(leg.internal))
    )
    raw = shank_rotation_deg(track.xy_px, start.xy_px, side)
    return Motion(
        side=side,
        time_s=track.time_s,
        raw_deg=raw,
        rotation_deg=_scaled(leg, plateaus),
        bridged=leg.curve.bridged,
        channels=channels(track, start.xy_px, side, closeup=closeup, protocol=protocol),
        start=start,
        reps=tuple(_span(track.time_s, rep) for rep in leg.internal),
        plateaus=plateaus,
        external_deg=_external(leg, view),
        yaw_deg=camera_yaw_deg(start.xy_px),
        thigh_deg=view.thigh_deg,
        issues=(*issues, *_camera_issues(closeup, start, side, protocol)),
        protocol=protocol,
        overrides=overrides,
    )


def _unmeasured(
    phases: Phases, side: Side, issues: tuple[Issue, ...], protocol: MeasurementProtocol
) -> Motion:
    """A side without a start: nothing is read against nothing."""
    unread = np.full(len(phases.curve.time_s), np.nan)
    return Motion(
        side=side,
        time_s=phases.curve.time_s,
        raw_deg=unread,
        rotation_deg=unread,
        bridged=phases.curve.bridged,
        channels={},
        start=None,
        reps=(),
        plateaus=(),
        external_deg=None,
        yaw_deg=float("nan"),
        thigh_deg=float("nan"),
        issues=issues,
        protocol=protocol,
    )


def _start(track: PoseTrack, phases: Phases, placed: PlacedPoints | None, side: Side) -> Start:
    rows = phases.start
    pose = np.nanmedian(track.xy_px[rows], axis=0)
    if placed is not None:
        pose = placed.apply(pose, side)
    return Start(
        span_s=Span.through(track.time_s[rows[0]], track.time_s[rows[-1]]),
        xy_px=pose,
        tilt_deg=phases.zero_deg if placed is None else float(shank_tilt_deg(pose, side)),
        shank_px=float(mean_shank_px(pose)),
    )


def _plateau(
    track: PoseTrack,
    phases: Phases,
    rep: int,
    *,
    closeup: Closeup | None,
    view: ViewAngles,
    side: Side,
) -> Plateau:
    """From the closer look; from the first where there was none, or where it saw nothing."""
    if closeup is not None:
        closer = plateau_from_closeup(closeup, rep, view)
        if np.isfinite(closer.rotation_deg):
            return closer
    rows = phases.internal[rep].plateau
    zero = np.nanmedian(track.xy_px[phases.start], axis=0)
    angle = shank_rotation_deg(track.xy_px[rows], zero, side)
    return plateau_from_landmarks(float(np.nanmedian(angle)), view)


def _placed_plateau(
    track: PoseTrack, placed: PlacedPoints, start: Start, *, view: ViewAngles, side: Side
) -> Plateau:
    """From points that somebody set in one frame: as a goniometer would be laid on."""
    pose = placed.apply(track.xy_px[placed.row], side)
    return plateau_from_landmarks(float(shank_rotation_deg(pose, start.xy_px, side)), view)


def _scaled(phases: Phases, plateaus: tuple[Plateau, ...]) -> Floats:
    """(T,) the calm landmark angle, brought to what the closer look read at each plateau.

    Landmarks follow the swing by a share of it; the share is taken from each plateau and changes
    evenly with time between plateaus.
    """
    calm, time_s = phases.rotation_deg, phases.curve.time_s
    pairs = [
        (float(np.mean(time_s[rep.plateau])), plateau.rotation_deg / np.median(calm[rep.plateau]))
        for rep, plateau in zip(phases.internal, plateaus, strict=True)
    ]
    known = [(at_s, share) for at_s, share in pairs if np.isfinite(share)]
    if not known:
        return calm
    at_s, share = np.array(known).T
    return np.asarray(calm * np.interp(time_s, at_s, share))


def _span(time_s: Floats, rep: RepFrames) -> RepSpan:
    return RepSpan(
        start_s=float(time_s[rep.first]),
        plateau_s=Span.through(time_s[rep.plateau[0]], time_s[rep.plateau[-1]]),
        end_s=float(time_s[rep.last]),
    )


def _external(phases: Phases, view: ViewAngles) -> float | None:
    """Largest held external rotation, by landmarks; None where none was done."""
    turns = [float(np.median(phases.rotation_deg[rep.plateau])) for rep in phases.external]
    if not turns:
        return None
    return -plateau_from_landmarks(min(turns), view).rotation_deg


def _camera_issues(
    closeup: Closeup | None, start: Start, side: Side, protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    if closeup is None or closeup.motion is None:
        return ()
    moved = largest_camera_shift_px(closeup.motion) / start.shank_px
    if moved > protocol.unstable_camera_ratio:
        limit = protocol.unstable_camera_ratio
        return (Issue("unstable_camera", "refuse", side, moved, limit, "Ls"),)
    if moved > protocol.camera_moved_ratio:
        limit = protocol.camera_moved_ratio
        return (Issue("camera_moved", "warn", side, moved, limit, "Ls"),)
    return ()
