"""Held stretches of a repetition: where the leg stays near one angle, slowly and for long enough.

The definition is in docs/measurement.md, its limits are in the protocol.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import moving_mean, runs_of, speed_over

SPEED_WINDOW_S: Final = 0.1
"""Time over which a speed is read; the running median has calmed the angle before."""

SHAKE_S: Final = 1 / 3
"""Window of a mean that, taken twice, levels a tremor or bounce of 2 Hz and more."""

SHAKE_DEG: Final = 5.0
"""A leg that shakes by more about its mean is not held."""

SHAKE_TURNS: Final = 2
"""A leg that shakes turns back so often at least; one that swings turns back once."""

ALIKE_S: Final = 0.1
"""Brief holds whose durations differ by less are alike."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames from first to last in which the leg was held."""

    first: int
    last: int
    level_deg: float  # median
    duration_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """Angle of one repetition. N is the number of frames that its pictures stand for."""

    turn_deg: Floats  # (N,) smoothed; NaN where the leg was lost for a moment
    time_s: Floats  # (N,)
    frame_s: float  # time of one frame

    def stretch(self, first: int, last: int) -> Stretch:
        """Return the stretch from one frame to another; its level is that of what was visible."""
        part = self.turn_deg[first : last + 1]
        if not np.isfinite(part).any():
            part = _without_gaps(self.turn_deg, self.time_s)[first : last + 1]
        level_deg = float(np.nanmedian(part))
        return Stretch(first, last, level_deg, (last + 1 - first) * self.frame_s)


def held_stretch(swing: Swing, protocol: MeasurementProtocol) -> Stretch | None:
    """Return the stretch whose angle is a repetition's; None where the leg was never held.

    Of the stretches near the highest one it is the highest that lasted `hold_long_s`: a leg that
    swings past, or is pushed on for a moment, turns back at once. Where none lasted so long it is
    the longest, of several alike the lowest.
    """
    stretches = [s for s in _stretches(swing, protocol) if s.duration_s >= protocol.hold_min_s]
    if not stretches:
        return None
    top = max(stretch.level_deg for stretch in stretches)
    near = [s for s in stretches if s.level_deg >= protocol.hold_share * top]
    long = [s for s in near if s.duration_s >= protocol.hold_long_s]
    if long:
        return max(long, key=lambda stretch: stretch.level_deg)
    longest_s = max(stretch.duration_s for stretch in near)
    alike = [stretch for stretch in near if stretch.duration_s > longest_s - ALIKE_S]
    return min(alike, key=lambda stretch: stretch.level_deg)


def _stretches(swing: Swing, protocol: MeasurementProtocol) -> list[Stretch]:
    """Return the stretches of a leg held still, or else of one that shakes about an angle."""
    turn, time_s = _without_gaps(swing.turn_deg, swing.time_s), swing.time_s
    limit = protocol.hold_speed_deg_s
    still = [
        stretch
        for first, last in _slow_spans(turn, time_s, limit, 2 * protocol.hold_band_deg)
        if (stretch := swing.stretch(first, last)).duration_s >= protocol.hold_min_s
    ]
    if any(stretch.duration_s >= protocol.hold_long_s for stretch in still):
        return still
    return still + [
        stretch
        for stretch in _shaking_stretches(replace(swing, turn_deg=turn), protocol)
        if stretch.duration_s >= protocol.hold_long_s
    ]


def _shaking_stretches(swing: Swing, protocol: MeasurementProtocol) -> Iterator[Stretch]:
    """Yield the stretches in which the mean of the angle is held while the leg turns to and fro."""
    turn, time_s, limit = swing.turn_deg, swing.time_s, protocol.hold_speed_deg_s
    mean = moving_mean(moving_mean(turn, time_s, SHAKE_S), time_s, SHAKE_S)
    mean = np.where(np.abs(turn - mean) < SHAKE_DEG, mean, np.nan)
    speed = speed_over(turn, time_s, SPEED_WINDOW_S)
    for first, last in _slow_spans(mean, time_s, limit, 2 * protocol.hold_band_deg):
        core = swing.stretch(first, last)
        if core.duration_s < protocol.hold_min_s:
            continue
        whole = _with_ends(swing, core)
        there = speed[whole.first : whole.last + 1]
        signs = np.sign(there[np.abs(there) > limit / 2])
        if np.count_nonzero(np.diff(signs)) >= SHAKE_TURNS:
            yield whole


def _with_ends(swing: Swing, core: Stretch) -> Stretch:
    """Return a stretch with the frames before and after it in which the leg shakes as far."""
    away = np.abs(swing.turn_deg - core.level_deg) > SHAKE_DEG
    before, after = np.flatnonzero(away[: core.first]), np.flatnonzero(away[core.last + 1 :])
    first = before[-1] + 1 if len(before) else 0
    last = core.last + after[0] if len(after) else len(away) - 1
    return swing.stretch(int(first), int(last))


def _without_gaps(turn_deg: Floats, time_s: Floats) -> Floats:
    seen = np.isfinite(turn_deg)
    return np.interp(time_s, time_s[seen], turn_deg[seen]) if seen.any() else turn_deg


def _slow_spans(
    turn: Floats, time_s: Floats, limit_deg_s: float, height_deg: float
) -> Iterator[tuple[int, int]]:
    """Yield the longest spans of frames that are slow and lie in a band; they may overlap."""
    slow = np.abs(speed_over(turn, time_s, SPEED_WINDOW_S)) < limit_deg_s
    for begin, end in runs_of(slow):
        last = begin - 1
        for first in range(begin, end + 1):
            reach = _reach(turn[first : end + 1], height_deg)
            if first + reach > last:
                last = first + reach
                yield first, last


def _reach(turn: Floats, height_deg: float) -> int:
    """Return the last of the first frames that together lie within a band."""
    high, low = np.maximum.accumulate(turn), np.minimum.accumulate(turn)
    return int(np.count_nonzero(high - low <= height_deg)) - 1
