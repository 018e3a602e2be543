"""Tracking of one shank from frame to frame by the outline of its template.

The template's own edges are the guess for the edges in the next picture, so neither a mask nor a
pose model is needed. The template never changes while a clip is tracked: nothing drifts.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.geometry import rotate
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import Outline, Strip, colour_change, register_patches
from hipcv.core.shank_track import PATCHES, ShankTrack

LAYINGS: Final = 3
"""Most times a strip is laid again because the shank lies at another angle than expected."""

SETTLED_DEG: Final = 1.0
"""Difference between a strip and the shank in it below which it is not laid again."""

SURE_RESIDUAL: Final = 1.2
SURE_GAP_DEG: Final = 2.0
SURE_STEP_DEG: Final = 6.0
"""A reading beyond these is compared with readings of other guesses."""

DOUBTFUL_RESIDUAL: Final = 1.5
DOUBTFUL_GAP_DEG: Final = 3.0
"""A reading beyond these may have followed another edge, and is worth the check by a mask."""

LOST_RESIDUAL: Final = 2.1
LOST_GAP_DEG: Final = 8.0
LOST_KNEE_SHANKS: Final = 0.5
LOST_TURN_DEG: Final = 25.0
COVERED_CHANGE: Final = 0.12
"""A reading beyond these is none: the leg is hidden, or another edge was followed."""

PREDICTION_OFFSETS_DEG: Final = (-8.0, 8.0, -16.0, 16.0)
SLIDES_SHANKS: Final = (-0.15, -0.08, 0.08, 0.15)
LANDMARK_OFFSETS_DEG: Final = (0.0, -6.0, 6.0, -12.0, 12.0)
"""Guesses about the predicted direction, along the predicted shank, and about the landmarks."""

GAP_COST: Final = 0.3
STEP_COST: Final = 0.03
LANDMARK_COST: Final = 0.06
LANDMARK_ERROR_DEG: Final = 12.0
"""Largest error of the light model's landmarks that is not held against a reading."""

SWITCH_COST: Final = 0.3
"""Cost that another guess must save before it replaces the reading of the prediction."""

FASTEST_DEG_S: Final = 450.0
FORGET_SPEED_S: Final = 0.2
"""After so long without a reading the shank is expected at rest."""

Trace = Callable[[Strip], Outline]
"""Returns the outline of the leg in a strip of the present picture."""

Locate = Callable[[], Strip | None]
"""Returns the strip along the landmarks of the present picture; None without a leg."""


@dataclass(frozen=True, slots=True, eq=False)
class ShankReading:
    """Shank in one picture. P = `len(PATCHES)`."""

    turn_deg: Floats  # (P,) against six o'clock, clockwise as displayed; NaN: patch not registered
    knee_px: Floats  # (2,)
    residual: float  # mean robust spread of the edges about the fit, strip columns
    colour_change: float = 0.0  # since the start, share of the brightness; see `colour_change`

    @property
    def mean_deg(self) -> float:
        """Mean turn of the registered patches."""
        turns: list[float] = self.turn_deg.tolist()
        registered = [turn for turn in turns if math.isfinite(turn)]
        return sum(registered) / len(registered)

    @property
    def gap_deg(self) -> float:
        """Difference between the patches; infinite unless both were registered."""
        turns = self.turn_deg.tolist()
        return max(turns) - min(turns) if all(map(math.isfinite, turns)) else math.inf

    @property
    def is_doubtful(self) -> bool:
        """True if another edge may have been followed."""
        return self.residual > DOUBTFUL_RESIDUAL or self.gap_deg > DOUBTFUL_GAP_DEG

    def shifted(self, offset_deg: float) -> "ShankReading":
        """Return the reading with another zero of the turn."""
        return replace(self, turn_deg=self.turn_deg + offset_deg)


def shank_track(readings: Sequence[ShankReading | None], side: Side) -> ShankTrack:
    """Return the readings of successive frames as arrays; None where the leg was lost."""
    frames = len(readings)
    tilt, knee = np.full((frames, len(PATCHES)), np.nan), np.full((frames, 2), np.nan)
    residual = np.full(frames, np.nan)
    for row, reading in enumerate(readings):
        if reading is not None:
            tilt[row] = LEGS[side].internal_sign * reading.turn_deg
            knee[row], residual[row] = reading.knee_px, reading.residual
    return ShankTrack(tilt, knee, residual, np.zeros(frames, dtype=bool))


class ShankTracker:
    """Tracker of one shank, fed in time order, offline and live alike."""

    def __init__(self, template: Outline) -> None:
        self.template = template
        self._strip = template.strip  # of the latest reading
        self.speed_deg_s = 0.0
        self._time_s = -np.inf  # of the latest reading

    def track(self, time_s: float, trace: Trace, locate: Locate) -> ShankReading | None:
        """Read the shank in the next picture; None where it was lost.

        `locate` is called only where the prediction does not fit.
        """
        predicted = self._predict(time_s)
        reading = self._read(trace, predicted)
        if reading is None or not self._is_sure(reading, predicted):
            reading = self._search(trace, predicted, locate(), reading)
        if reading is None:
            return None
        passed_s, turned = time_s - self._time_s, reading.mean_deg - self._strip.turn_deg
        speed = turned / passed_s if passed_s < FORGET_SPEED_S else 0.0
        self._take_up(time_s, reading, speed_deg_s=speed)
        return reading

    def fitted(self, outline: Outline) -> ShankReading | None:
        """Return the shank in an outline by a mask; None where it does not fit."""
        reading = self._register(outline)
        return reading if reading is not None and self._fits(reading) else None

    def resume(self, time_s: float, reading: ShankReading) -> None:
        """Take the shank up again from a reading by a mask."""
        self._take_up(time_s, reading, speed_deg_s=0.0)

    def _take_up(self, time_s: float, reading: ShankReading, *, speed_deg_s: float) -> None:
        """Expect the shank where it was read last."""
        self._strip = Strip(reading.knee_px, reading.mean_deg, self.template.strip.shank_px)
        self._time_s = time_s
        self.speed_deg_s = float(np.clip(speed_deg_s, -FASTEST_DEG_S, FASTEST_DEG_S))

    def _predict(self, time_s: float) -> Strip:
        passed_s = time_s - self._time_s
        turned = self.speed_deg_s * passed_s if passed_s < FORGET_SPEED_S else 0.0
        return Strip(self._strip.knee_px, self._strip.turn_deg + turned, self._strip.shank_px)

    def _is_sure(self, reading: ShankReading, predicted: Strip) -> bool:
        """Return True if a reading agrees with itself, the prediction, and the start's outline."""
        return (
            not reading.colour_change > COVERED_CHANGE
            and reading.residual < SURE_RESIDUAL
            and reading.gap_deg < SURE_GAP_DEG
            and abs(reading.mean_deg - predicted.turn_deg) < SURE_STEP_DEG
        )

    def _search(
        self, trace: Trace, predicted: Strip, located: Strip | None, first: ShankReading | None
    ) -> ShankReading | None:
        """Return the best reading of several guesses."""
        guesses = (*_slid(predicted), *_turned(predicted, located))
        readings = [first, *(self._read(trace, guess) for guess in guesses)]
        return self._best(readings, predicted, located)

    def _best(
        self, readings: Sequence[ShankReading | None], predicted: Strip, located: Strip | None
    ) -> ShankReading | None:
        """Return the first reading, or another plausible one that costs clearly less."""
        plausible = [
            r for r in readings if r is not None and self._is_plausible(r, predicted, located)
        ]
        best = min(plausible, key=lambda r: _cost(r, predicted, located), default=None)
        first = readings[0]
        if best is None or first is None or first not in plausible:
            return best
        gain = _cost(first, predicted, located) - _cost(best, predicted, located)
        return best if gain > SWITCH_COST else first

    def _is_plausible(self, reading: ShankReading, predicted: Strip, located: Strip | None) -> bool:
        anchors = [predicted, *([] if located is None else [located])]
        off_px = min(float(np.linalg.norm(reading.knee_px - strip.knee_px)) for strip in anchors)
        off_deg = min(abs(reading.mean_deg - strip.turn_deg) for strip in anchors)
        return (
            self._fits(reading)
            and off_deg < LOST_TURN_DEG
            and off_px < LOST_KNEE_SHANKS * self.template.strip.shank_px
        )

    @staticmethod
    def _fits(reading: ShankReading) -> bool:
        """Return True if a reading can be that of the template's leg, wherever it lies."""
        return (
            not reading.colour_change > COVERED_CHANGE
            and reading.residual < LOST_RESIDUAL
            and reading.gap_deg < LOST_GAP_DEG
        )

    def _read(self, trace: Trace, strip: Strip) -> ShankReading | None:
        """Return the shank as registered from one guess; None where both patches failed."""
        reading: ShankReading | None = None
        for _ in range(LAYINGS):
            now = self._register(trace(strip))
            if now is None:
                return reading
            reading = now
            if abs(reading.mean_deg - strip.turn_deg) < SETTLED_DEG:
                return reading
            strip = Strip(reading.knee_px, reading.mean_deg, strip.shank_px)
        return reading

    def _register(self, outline: Outline) -> ShankReading | None:
        """Return the shank in a strip; None where both patches failed."""
        patches = register_patches(outline, self.template)
        registered = [patch for patch in patches if np.isfinite(patch.turn_deg)]
        if not registered:
            return None
        return ShankReading(
            turn_deg=np.array([patch.turn_deg for patch in patches]),
            knee_px=np.mean([patch.knee_px for patch in registered], axis=0),
            residual=float(np.mean([patch.residual for patch in registered])),
            colour_change=colour_change(outline, self.template),
        )


def _slid(predicted: Strip) -> Iterator[Strip]:
    """Yield guesses along the predicted shank, where its position is known least."""
    along = rotate(np.array([0.0, predicted.shank_px]), predicted.turn_deg)
    for share in SLIDES_SHANKS:
        yield Strip(predicted.knee_px + share * along, predicted.turn_deg, predicted.shank_px)


def _turned(predicted: Strip, located: Strip | None) -> Iterator[Strip]:
    """Yield guesses about the predicted direction and about that of the landmarks."""
    for offset_deg in PREDICTION_OFFSETS_DEG:
        yield Strip(predicted.knee_px, predicted.turn_deg + offset_deg, predicted.shank_px)
    if located is None:
        return
    for offset_deg in LANDMARK_OFFSETS_DEG:
        yield Strip(located.knee_px, located.turn_deg + offset_deg, predicted.shank_px)


def _cost(reading: ShankReading, predicted: Strip, located: Strip | None) -> float:
    """Return the disagreement of a reading with itself, the prediction and the landmarks."""
    cost = reading.residual + GAP_COST * reading.gap_deg
    cost += STEP_COST * abs(reading.mean_deg - predicted.turn_deg)
    if located is not None:
        off_deg = abs(reading.mean_deg - located.turn_deg)
        cost += LANDMARK_COST * max(0.0, off_deg - LANDMARK_ERROR_DEG)
    return cost
