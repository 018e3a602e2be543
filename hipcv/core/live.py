"""One leg tracked live: the functions of the analysis, applied frame by frame.

The angle is that of the tracked outline; landmarks, which may be off by many degrees, stand in
where it is not tracked. The output is a preview for the screen. The result comes from the recorded
file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg, thigh_to_sight_deg
from hipcv.core.channels import Channel, landmark_channels, outline_knee_channels
from hipcv.core.compensation import RepView, findings
from hipcv.core.issues import Finding
from hipcv.core.kinematics import mean_shank_px, shank_rotation_deg, shank_tilt_deg
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import Motion, RepSpan, Start
from hipcv.core.plateaus import ViewAngles
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_track import AngleSource
from hipcv.core.shank_tracker import ShankReading
from hipcv.core.span import Span
from hipcv.core.view_model import RepPreview

MAX_REP_POSES: Final = 300
"""Poses stored of one repetition, some ten seconds: an unattended session does not grow."""

RETURNED_SHARE: Final = 0.8
"""A repetition ends below this share of the level that begins one: jitter makes no second one."""

SPEED_WINDOW_S: Final = 0.2
"""Window of the speed: two neighbouring poses differ by jitter alone."""

LOST_S: Final = 0.3
"""Time without the outline before landmarks stand in: a short loss must not make the dial jump."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveReading:
    """One leg at one instant, relative to the start. NaN = not read. Signs as in `Motion`."""

    time_s: float
    rotation_deg: float  # in the picture
    channels: Mapping[str, float]  # by landmarks; of the knee by the outline
    source: AngleSource = "landmarks"  # of the rotation


def read_leg(pose: Pose, start_px: Floats, side: Side) -> LiveReading:
    """Return the reading of one pose by landmarks; it depends on this pose and the start alone.

    `start_px` (33, 2) is the pose that defines 0 degrees.
    """
    channels = landmark_channels(pose.xy_px, start_px, side)
    return LiveReading(
        time_s=pose.time_s,
        rotation_deg=float(shank_rotation_deg(pose.xy_px, start_px, side)),
        channels={name: float(value) for name, value in channels.items()},
    )


@dataclass(frozen=True, slots=True, eq=False)
class LegProgress:
    """Progress of one leg: the repetition under way, and those before it.

    Rotations are in the picture, positive the way that is asked for; `corrected_deg` gives those
    to be displayed.
    """

    zero_deg: float = float("nan")  # tilt of the outline that is 0 degrees; NaN: not read yet
    start_knee_px: Floats | None = None  # (2,) knee of the outline at 0 degrees; None: not read yet
    view: ViewAngles | None = None  # by the pose that defines 0 degrees; None: not known
    tracked_s: float = -np.inf  # when the outline was tracked last
    reading: LiveReading | None = None  # the latest
    rep: tuple[LiveReading, ...] = ()  # of the repetition under way; empty at rest
    smooth_deg: float = float("nan")  # of the repetition under way, median as in the analysis
    peak_deg: float = float("nan")  # the largest of those
    hold_s: float = 0.0  # time at the end range in the repetition under way
    hold_from_deg: float = 0.0  # the end range that is held; further out, the hold begins anew
    findings: tuple[str, ...] = ()  # compensations of this repetition, in the order they began
    present: tuple[str, ...] = ()  # those of them that show now
    broken: tuple[str, ...] = ()  # those that broke a rule of the test at the end range
    largest_deg: float = 0.0  # of all repetitions
    reps: tuple[RepPreview, ...] = ()  # finished, both ways, practice included
    external: bool = False  # external rotation is asked for: rotations are positive inwards

    @property
    def reps_this_way(self) -> tuple[RepPreview, ...]:
        """Finished repetitions of the way that is asked for, practice included."""
        return tuple(rep for rep in self.reps if rep.external is self.external)

    @property
    def turning(self) -> bool:
        """True while a repetition is under way."""
        return bool(self.rep)

    @property
    def rotation_deg(self) -> float:
        """Latest rotation; NaN before the first reading."""
        return self.reading.rotation_deg if self.reading else float("nan")

    def corrected_deg(self, picture_deg: float) -> float:
        """Return a rotation corrected for the view, as far as that is known."""
        if self.view is None:
            return picture_deg
        has_zero = np.isfinite(self.zero_deg)
        view = replace(self.view, start_tilt_deg=self.zero_deg) if has_zero else self.view
        sign = -1 if self.external else 1
        return sign * float(view.corrected_deg(sign * picture_deg))

    def at_rest(self) -> "LegProgress":
        """Return the progress without a repetition under way."""
        return LegProgress(
            self.zero_deg, self.start_knee_px, self.view, self.tracked_s, self.reading,
            largest_deg=self.largest_deg, reps=self.reps, external=self.external,
        )  # fmt: skip

    def begin_external(self) -> "LegProgress":
        """Return the progress of a leg at rest of which external rotation is asked from now on."""
        reading = self.reading and replace(self.reading, rotation_deg=-self.rotation_deg)
        return replace(self.at_rest(), reading=reading, largest_deg=0.0, external=True)


@dataclass(frozen=True, slots=True, eq=False)
class LegTracker:
    """Advances the progress of one leg, relative to one start and by one protocol."""

    start_px: Floats  # (33, 2)
    side: Side
    protocol: MeasurementProtocol
    practice_reps: int = 1

    def advance(
        self, leg: LegProgress, pose: Pose, shank: ShankReading | None = None
    ) -> LegProgress:
        """Return the progress after one more frame; unchanged where the leg was not read.

        `shank` is the tracked outline; None where it was lost.
        """
        if shank is not None:
            leg = replace(leg, tracked_s=pose.time_s)
        elif pose.time_s - leg.tracked_s < LOST_S:
            return leg
        reading = self._reading(pose, shank, leg)
        leg = replace(leg, reading=reading)
        if not np.isfinite(reading.rotation_deg):
            return leg
        p = self.protocol  # a repetition is under way above the same level as in the analysis
        floor_deg = p.external_min_deg if leg.external else p.movement_min_deg
        level_deg = max(floor_deg, p.rep_floor_deg, p.rep_share * leg.largest_deg)
        if reading.rotation_deg > (RETURNED_SHARE * level_deg if leg.turning else level_deg):
            return self._in_rep(leg, reading)
        return self.end_rep(leg)

    def _reading(self, pose: Pose, shank: ShankReading | None, leg: LegProgress) -> LiveReading:
        reading = read_leg(pose, self.start_px, self.side)
        knee = self._knee_channels(shank, leg.start_knee_px)
        reading = replace(reading, channels={**reading.channels, **knee})
        if shank is not None and np.isfinite(leg.zero_deg):
            tilt_deg = LEGS[self.side].internal_sign * shank.mean_deg
            reading = replace(reading, rotation_deg=tilt_deg - leg.zero_deg, source="outline")
        return replace(reading, rotation_deg=-reading.rotation_deg) if leg.external else reading

    def _knee_channels(
        self, shank: ShankReading | None, start_knee_px: Floats | None
    ) -> dict[str, float]:
        """Return rise and drift of the outline's knee since the start; NaN where it was lost."""
        moved_px = np.full(2, np.nan)
        if shank is not None and start_knee_px is not None:
            moved_px = shank.knee_px - start_knee_px
        shank_px = float(mean_shank_px(self.start_px))
        knee = outline_knee_channels(moved_px, self.side, shank_px)
        return {name: float(value) for name, value in knee.items()}

    def _in_rep(self, leg: LegProgress, reading: LiveReading) -> LegProgress:
        p = self.protocol
        rep = (*leg.rep, reading)[-MAX_REP_POSES:]
        smooth = float(np.median([r.rotation_deg for r in _latest(rep, p.median_window_s)]))
        peak = float(np.fmax(leg.peak_deg, smooth))
        further = peak - leg.hold_from_deg > p.still_band_deg
        hold_s = 0.0 if further else leg.hold_s
        at_end = smooth > min(p.plateau_share * peak, peak - p.still_band_deg)
        if at_end and abs(_speed_deg_s(rep)) < p.plateau_speed_deg_s and len(rep) > 1:
            hold_s += rep[-1].time_s - rep[-2].time_s
        found = () if leg.external else self._findings(rep)  # the rules concern the other way
        present = tuple(finding.code for finding in found)
        broken = [finding.code for finding in found if finding.severity == "invalid" and at_end]
        return replace(
            leg,
            rep=rep,
            smooth_deg=smooth,
            peak_deg=peak,
            hold_s=hold_s,
            hold_from_deg=peak if further else leg.hold_from_deg,
            present=present,
            findings=tuple(dict.fromkeys([*leg.findings, *present])),
            broken=tuple(dict.fromkeys([*leg.broken, *broken])),
        )

    def end_rep(self, leg: LegProgress) -> LegProgress:
        """Return the progress at rest; a repetition under way that was long enough is added."""
        rested = leg.at_rest()
        if not (leg.turning and leg.reading):
            return rested
        if leg.reading.time_s - leg.rep[0].time_s < self.protocol.rep_min_s:
            return rested
        done = RepPreview(
            peak_deg=leg.corrected_deg(leg.peak_deg),
            held=leg.hold_s >= self.protocol.guide_hold_s / 2,
            practice=len(leg.reps) < self.practice_reps,
            findings=leg.findings,
            broken=leg.broken,
            external=leg.external,
        )
        largest = max(leg.largest_deg, leg.peak_deg)
        return replace(rested, largest_deg=largest, reps=(*leg.reps, done))

    def _findings(self, rep: tuple[LiveReading, ...]) -> tuple[Finding, ...]:
        """Return what the analysis would report if the repetition were held as it is now."""
        now_s = rep[-1].time_s
        latest = tuple(_latest(rep, 2 * self.protocol.median_window_s))
        held = Span.through(latest[0].time_s, now_s)
        view = RepView(self._motion(latest), RepSpan(latest[0].time_s, held, now_s))
        return tuple(finding for finding in findings(view) if finding.severity != "note")

    def _motion(self, rep: tuple[LiveReading, ...]) -> Motion:
        rotation = np.array([reading.rotation_deg for reading in rep])
        return Motion(
            side=self.side,
            time_s=np.array([reading.time_s for reading in rep]),
            raw_deg=rotation,
            rotation_deg=rotation,
            bridged=np.zeros(len(rep), dtype=bool),
            channels={
                name: Channel(np.array([r.channels[name] for r in rep]), "landmarks")
                for name in rep[0].channels
            },
            start=Start(
                span_s=Span.through(0.0, 0.0),
                xy_px=self.start_px,
                tilt_deg=float(shank_tilt_deg(self.start_px, self.side)),
                shank_px=float(mean_shank_px(self.start_px)),
            ),
            yaw_deg=camera_yaw_deg(self.start_px, self.protocol),
            thigh_deg=thigh_to_sight_deg(self.start_px, self.side, self.protocol),
            protocol=self.protocol,
        )


def _latest(rep: tuple[LiveReading, ...], window_s: float) -> list[LiveReading]:
    return [reading for reading in rep if rep[-1].time_s - reading.time_s <= window_s]


def _speed_deg_s(rep: tuple[LiveReading, ...]) -> float:
    """Return the speed over the last `SPEED_WINDOW_S`; 0 for a single reading."""
    first, now = _latest(rep, SPEED_WINDOW_S)[0], rep[-1]
    passed_s = now.time_s - first.time_s
    return (now.rotation_deg - first.rotation_deg) / passed_s if passed_s > 0 else 0.0
