"""One leg while it is watched: the functions of the analysis, folded pose by pose.

What comes out is a preview for the screen. The number that counts comes from the recorded file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.camera_angle import camera_yaw_deg, thigh_to_sight_deg
from hipcv.core.channels import Channel, landmark_channels
from hipcv.core.compensation import RepView, findings
from hipcv.core.kinematics import ruler_px, shank_rotation_deg, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, RepSpan, Start
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from hipcv.core.view_model import RepPreview

LONGEST_REP: Final = 300
"""So many poses of one repetition are kept, some ten seconds: a screen left alone stays small."""

RETURNED_SHARE: Final = 0.8
"""A repetition ends below this share of the level that begins one: jitter makes no second one."""

SPEED_WINDOW_S: Final = 0.2
"""Speed is read over so much time: two neighbouring poses differ by jitter alone."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveReading:
    """One leg at one instant, against the start. NaN = not read. Signs as in `Motion`."""

    time_s: float
    rotation_deg: float
    channels: Mapping[str, float]


class LiveReadings:
    """Reads one leg pose by pose; each reading depends on its own pose and the start alone.

    Args:
        start_px: (33, 2) pose that defines 0 degrees.
        side: which leg.
    """

    def __init__(self, start_px: Floats, side: Side) -> None:
        self.start_px = start_px
        self.side = side

    def push(self, pose: Pose) -> LiveReading:
        """What this pose shows."""
        channels = landmark_channels(pose.xy_px, self.start_px, self.side)
        return LiveReading(
            time_s=pose.time_s,
            rotation_deg=float(shank_rotation_deg(pose.xy_px, self.start_px, self.side)),
            channels={name: float(value) for name, value in channels.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class LegProgress:
    """What one leg has done so far: the repetition under way, and the ones before it."""

    reading: LiveReading | None = None  # the latest
    rep: tuple[LiveReading, ...] = ()  # of the repetition under way; empty at rest
    calm_deg: float = float("nan")  # of the repetition under way, as the analysis calms it
    peak_deg: float = float("nan")  # the largest of those
    hold_s: float = 0.0  # for how long in all it was, in the repetition under way
    hold_from_deg: float = 0.0  # the end range that is held; further out, holding begins anew
    findings: tuple[str, ...] = ()  # compensations of this repetition, in the order they began
    present: tuple[str, ...] = ()  # those of them that show now
    largest_deg: float = 0.0  # of all repetitions
    marks: tuple[RepPreview, ...] = ()

    @property
    def turning(self) -> bool:
        """Whether a repetition is under way."""
        return bool(self.rep)


@dataclass(frozen=True, slots=True, eq=False)
class LegPlan:
    """What one leg is asked to do, and what it is read against."""

    start_px: Floats  # (33, 2)
    side: Side
    protocol: MeasurementProtocol
    practice: int = 1  # the first so many repetitions are practice

    def advance(self, leg: LegProgress, pose: Pose) -> LegProgress:
        """The leg after one more pose; where it was not seen, as it was before."""
        reading = LiveReadings(self.start_px, self.side).push(pose)
        if not np.isfinite(reading.rotation_deg):
            return replace(leg, reading=reading)
        level = self._level_deg(leg)
        if reading.rotation_deg > (RETURNED_SHARE * level if leg.turning else level):
            return self._turning(leg, reading)
        return self._rested(leg, reading)

    def _level_deg(self, leg: LegProgress) -> float:
        """The rotation above which a repetition is under way, as in the analysis."""
        p = self.protocol
        return max(p.movement_min_deg, p.rep_floor_deg, p.rep_share * leg.largest_deg)

    def _turning(self, leg: LegProgress, reading: LiveReading) -> LegProgress:
        rep = (*leg.rep, reading)[-LONGEST_REP:]
        window_s = self.protocol.median_window_s
        calm = float(np.median([r.rotation_deg for r in _latest(rep, window_s)]))
        peak = float(np.fmax(leg.peak_deg, calm))
        further = peak - leg.hold_from_deg > self.protocol.still_band_deg
        hold = 0.0 if further else leg.hold_s
        slow = abs(_speed(rep)) < self.protocol.plateau_speed_deg_s
        if self._near(calm, peak) and slow and len(rep) > 1:
            hold += rep[-1].time_s - rep[-2].time_s
        present = self._findings(rep)
        return replace(
            leg,
            reading=reading,
            rep=rep,
            calm_deg=calm,
            peak_deg=peak,
            hold_s=hold,
            hold_from_deg=peak if further else leg.hold_from_deg,
            present=present,
            findings=tuple(dict.fromkeys([*leg.findings, *present])),
        )

    def _near(self, rotation_deg: float, peak_deg: float) -> bool:
        """Whether the leg is at its end range, or within what stillness allows of it."""
        p = self.protocol
        return rotation_deg > min(p.plateau_share * peak_deg, peak_deg - p.still_band_deg)

    def _rested(self, leg: LegProgress, reading: LiveReading) -> LegProgress:
        """At rest; if a repetition ends here, with its mark."""
        rested = LegProgress(reading, largest_deg=leg.largest_deg, marks=leg.marks)
        if not leg.turning or reading.time_s - leg.rep[0].time_s < self.protocol.rep_min_s:
            return rested
        done = RepPreview(
            peak_deg=leg.peak_deg,
            held=leg.hold_s >= self.protocol.guide_hold_s / 2,
            practice=len(leg.marks) < self.practice,
            findings=leg.findings,
        )
        largest = max(leg.largest_deg, leg.peak_deg)
        return replace(rested, largest_deg=largest, marks=(*leg.marks, done))

    def _findings(self, rep: tuple[LiveReading, ...]) -> tuple[str, ...]:
        """What the checks of the analysis would find, were the repetition held as it is now."""
        motion = self._motion(rep)
        now_s = rep[-1].time_s
        window_s = 2 * self.protocol.median_window_s
        held = Span.through(max(rep[0].time_s, now_s - window_s), now_s)
        span = RepSpan(rep[0].time_s, held, now_s)
        return tuple(
            found.code for found in findings(RepView(motion, span)) if found.severity != "note"
        )

    def _motion(self, rep: tuple[LiveReading, ...]) -> Motion:
        rotation = np.array([reading.rotation_deg for reading in rep])
        names = rep[0].channels
        return Motion(
            side=self.side,
            time_s=np.array([reading.time_s for reading in rep]),
            raw_deg=rotation,
            rotation_deg=rotation,
            bridged=np.zeros(len(rep), dtype=bool),
            channels={
                name: Channel(np.array([r.channels[name] for r in rep]), "landmarks")
                for name in names
            },
            start=Start(
                span_s=Span.through(0.0, 0.0),
                xy_px=self.start_px,
                tilt_deg=float(shank_tilt_deg(self.start_px, self.side)),
                shank_px=float(ruler_px(self.start_px)),
            ),
            reps=(),
            plateaus=(),
            external_deg=None,
            yaw_deg=camera_yaw_deg(self.start_px),
            thigh_deg=thigh_to_sight_deg(self.start_px, self.side),
            issues=(),
            protocol=self.protocol,
        )


def _latest(rep: tuple[LiveReading, ...], window_s: float) -> list[LiveReading]:
    return [reading for reading in rep if rep[-1].time_s - reading.time_s <= window_s]


def _speed(rep: tuple[LiveReading, ...]) -> float:
    """Degrees per second over the last moment; 0 for a single reading."""
    first, now = _latest(rep, SPEED_WINDOW_S)[0], rep[-1]
    passed_s = now.time_s - first.time_s
    return (now.rotation_deg - first.rotation_deg) / passed_s if passed_s > 0 else 0.0
