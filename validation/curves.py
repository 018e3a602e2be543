"""Pairs of truth and answer in every frame, and of the two readings of every repetition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hipcv.core.arrays import Bools, Floats
from validation.answers import Answer
from validation.cases import SideCase
from validation.truth import ClipTruth


@dataclass(frozen=True, slots=True, eq=False)
class CurveCase:
    """Curve of one tested side: the angle in the picture, from the still start, in every frame."""

    truth: ClipTruth
    side: str
    error_deg: Floats  # (T,) measured less true, before the view correction; NaN: nothing was read
    source: tuple[str, ...]  # (T,) of `angles.csv`: outline, bridged, landmarks, or empty

    @property
    def rmse_deg(self) -> float:
        """Root mean square error over the frames that were read."""
        return float(np.sqrt(np.nanmean(self.error_deg**2)))

    @property
    def read(self) -> Bools:
        """(T,) True where the angle was read in the frame itself."""
        direct = np.array([source not in {"", "bridged"} for source in self.source])
        return np.asarray(direct & np.isfinite(self.error_deg))

    @property
    def worst_deg(self) -> float:
        """Largest error of a frame, bridged gaps left out."""
        return float(np.abs(self.error_deg[self.read]).max(initial=0.0))

    def share_of(self, source: str) -> float:
        """Return the share of the frames whose angle is of a source."""
        return sum(s == source for s in self.source) / len(self.source)


@dataclass(frozen=True, slots=True)
class Witness:
    """The two readings of one repetition."""

    difference_deg: float  # masks less tracked outline; NaN: there is no second reading
    error_deg: float  # of the rotation
    source: str  # outline, masks or landmarks: where the rotation is from


def curve_cases(truths: Sequence[ClipTruth], results: Sequence[Answer]) -> list[CurveCase]:
    """Return the curve of every measured side whose true curve is known."""
    cases = [
        _curve_case(truth, side, answer["curves"][side])
        for truth, answer in zip(truths, results, strict=True)
        if truth.measurable
        for side in truth.tilt_deg
        if side in answer.get("curves", {})
    ]
    return [case for case in cases if case is not None]


def _curve_case(truth: ClipTruth, side: str, curve: Mapping[str, Any]) -> CurveCase | None:
    """Compare one curve; None where it has no start."""
    true_deg = truth.tilt_deg[side]
    frame = np.array(curve["frame"])
    inside = frame < len(true_deg)
    frame, at_start = frame[inside], np.array(curve["at_start"])[inside]
    if not at_start.any():
        return None
    measured = np.array(curve["raw_deg"], dtype=np.float64)[inside]
    turn_deg = true_deg[frame] - np.median(true_deg[frame[at_start]])
    source = tuple(s for s, is_in in zip(curve["source"], inside, strict=True) if is_in)
    return CurveCase(truth, side, measured - turn_deg, source)


def witnesses(cases: Sequence[SideCase]) -> list[Witness]:
    """Return both readings of every repetition of the measured sides with the right count."""
    return [witness for case in cases for witness in _witnesses(case)]


def _witnesses(case: SideCase) -> Iterator[Witness]:
    reps = [] if case.answer is None else case.answer["reps"]
    if len(reps) != len(case.reps):
        return
    for truth, rep in zip(case.reps, reps, strict=True):
        second = rep.get("witness_deg")
        difference = np.nan if second is None else second - rep["rotation_deg"]
        source = rep.get("angle_source", "")
        yield Witness(difference, rep["rotation_deg"] - truth.shank_deg, source)
