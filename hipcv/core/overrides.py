"""Values set by hand on one side of a clip, and their use in place of those that were detected.

Without overrides the input is returned unchanged.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints
from hipcv.core.closeup import START, UNUSED, Closeup
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.phases import Curve, Phases, RepFrames, phases_about
from hipcv.core.plateaus import FRAMES_MIN
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.span import Span
from hipcv.language import _

ROUNDING_S: Final = 0.0006
"""Times are stored to a thousandth of a second; the frame meant may be half of one away."""

START_FRAMES_MIN: Final = 3
"""Fewer frames give no median of the start."""

Point = tuple[float, float]
"""x right, y down, pixels of the upright picture."""


@dataclass(frozen=True, slots=True)
class PlacedPoints:
    """Points of the tested leg placed by hand in one frame; None: as detected."""

    row: int  # of the track
    hip_px: Point | None = None
    knee_px: Point | None = None
    ankle_px: Point | None = None

    def apply(self, xy_px: Floats, side: Side) -> Floats:
        """Return a copy of a pose, (33, 2), with these points in it."""
        leg, pose = LEGS[side], xy_px.copy()
        points = ((leg.hip, self.hip_px), (leg.knee, self.knee_px), (leg.ankle, self.ankle_px))
        for landmark, point in points:
            if point is not None:
                pose[landmark] = np.array(point)
        return pose


@dataclass(frozen=True, slots=True)
class Overrides:
    """Values set by hand on one side, by number of the repetition where they are of one."""

    start_s: Span | None = None  # the still start that defines zero
    plateau_s: Mapping[int, Span] = field(default_factory=dict)
    span_s: Mapping[int, Span] = field(default_factory=dict)  # beginning and end of a repetition
    rejected: Mapping[int, str] = field(default_factory=dict)  # reason
    start: PlacedPoints | None = None
    plateau: Mapping[int, PlacedPoints] = field(default_factory=dict)

    @property
    def numbers(self) -> set[int]:
        """Repetitions of which anything was set."""
        return {*self.plateau_s, *self.span_s, *self.rejected, *self.plateau}

    @property
    def windows_s(self) -> dict[int, Span]:
        """Spans that windows of key frames are restricted to, by `Closeup.window`."""
        start = {} if self.start_s is None else {START: self.start_s}
        return start | dict(self.plateau_s)


NO_OVERRIDES: Final = Overrides()


def apply_overrides(phases: Phases, overrides: Overrides, protocol: MeasurementProtocol) -> Phases:
    """Return the phases with start, plateaus and spans as they were set.

    A new start moves the zero; the repetitions and their numbers stay. Where no start had been
    detected, repetitions are detected about the one that was set.

    Raises:
        BadRequest: too little is visible in a span, or there is no such repetition.
    """
    if overrides.start_s is not None:
        rows = _usable_rows(phases.curve, overrides.start_s)
        if len(rows) < START_FRAMES_MIN:
            raise _too_little(_("The start position"), overrides.start_s)
        if not len(phases.start):
            phases = phases_about(phases.curve, rows, protocol, still=True)
        zero = float(np.median(phases.curve.smoothed_deg[phases.curve.over_time(rows)]))
        phases = replace(phases, start=rows, still=True, zero_deg=zero)
    for number in sorted(overrides.numbers):
        if not 0 <= number < len(phases.internal):
            raise BadRequest(
                _("There is no repetition {number} of this leg.").format(number=number + 1)
            )
    reps = [_set_rep(rep, n, phases.curve, overrides) for n, rep in enumerate(phases.internal)]
    return replace(phases, internal=tuple(reps))


def restrict_closeup(closeup: Closeup, overrides: Overrides) -> Closeup:
    """Return the closeup with key frames outside of the spans set by hand marked as unused."""
    window = closeup.window.copy()
    for number, span_s in overrides.windows_s.items():
        window[(window == number) & ~_within(closeup.time_s, span_s)] = UNUSED
    return replace(closeup, window=window)


def key_frames_missing(closeup: Closeup, overrides: Overrides, reps: Collection[int]) -> bool:
    """Return True where masks of too few key frames lie in a span set by hand.

    `reps` are the repetitions to be read from masks: the others need none, nor does their start.
    """
    registered = np.isfinite(closeup.rotation_deg).any(axis=1)
    window = restrict_closeup(closeup, overrides).window
    return any(
        np.count_nonzero(registered & (window == number)) < FRAMES_MIN
        for number in overrides.windows_s
        if number in reps or (reps and number == START)
    )


def _set_rep(rep: RepFrames, number: int, curve: Curve, overrides: Overrides) -> RepFrames:
    plateau, first, last = rep.plateau, rep.first, rep.last
    held = rep.held or number in overrides.plateau_s
    if number in overrides.plateau_s:
        plateau = _usable_rows(curve, overrides.plateau_s[number])
        if not len(plateau):
            name = _("The plateau of repetition {number}").format(number=number + 1)
            raise _too_little(name, overrides.plateau_s[number])
    if number in overrides.span_s:
        first, last = (
            int(np.abs(curve.time_s - at_s).argmin()) for at_s in overrides.span_s[number].closed
        )
    return RepFrames(min(first, int(plateau[0])), max(last, int(plateau[-1])), plateau, held)


def _usable_rows(curve: Curve, span_s: Span) -> Ints:
    """Return the rows of a span in which the leg was visible and the posture was the usual one."""
    return np.flatnonzero(_within(curve.time_s, span_s) & np.isfinite(curve.smoothed_deg))


def _within(time_s: Floats, span_s: Span) -> Bools:
    first_s, last_s = span_s.closed
    return Span(first_s - ROUNDING_S, last_s + ROUNDING_S).contains(time_s)


def _too_little(name: str, span_s: Span) -> BadRequest:
    return BadRequest(
        _(
            "{name} from {start_s:.2f} to {end_s:.2f} s: the leg is not seen in "
            "enough frames there. Mark a longer moment, or another one."
        ).format(name=name, start_s=span_s.start_s, end_s=span_s.end_s)
    )
