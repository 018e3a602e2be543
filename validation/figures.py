"""The few figures that the validation page rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm, rankdata  # type: ignore[import-untyped]

from hipcv.core.arrays import Floats

FEWEST: Final = 5
"""With fewer repetitions that hold a compensation, a ROC curve says nothing."""


@dataclass(frozen=True, slots=True)
class ErrorFigures:
    """How far off a set of numbers is, in degrees; NaN where there is none."""

    count: int
    mean_absolute_deg: float
    bias_deg: float
    p95_deg: float
    worst_deg: float


def error_figures(errors_deg: Sequence[float]) -> ErrorFigures:
    """Figures of the errors that exist; NaN is left out.

    Args:
        errors_deg: said less true.
    """
    known = np.array([error for error in errors_deg if np.isfinite(error)])
    if not len(known):
        return ErrorFigures(0, np.nan, np.nan, np.nan, np.nan)
    size = np.sort(np.abs(known))
    rank = int(np.ceil(0.95 * len(size))) - 1
    return ErrorFigures(
        len(known), float(size.mean()), float(known.mean()), float(size[rank]), float(size[-1])
    )


def coverage_at(nominal: float, errors_deg: Floats, half_widths_deg: Floats) -> float:
    """Share of errors inside intervals that were made for 95 % and scaled to another level.

    Args:
        nominal: the level asked for, 0 to 1; errors are taken as normal for the scaling.
        errors_deg: (N,)
        half_widths_deg: (N,) of the 95 % intervals.
    """
    scale = norm.ppf(0.5 + nominal / 2) / norm.ppf(0.975)
    return float(np.mean(np.abs(errors_deg) <= scale * half_widths_deg))


def roc(scores: Floats, positive: Floats) -> tuple[Floats, Floats]:
    """False and true alarm rate at every threshold, from strict to lenient.

    Args:
        scores: (N,) larger means found sooner.
        positive: (N,) 1 where it is there, 0 where it is not.

    Returns:
        Two (N + 1,) rising arrays, from 0 to 1.
    """
    order = np.argsort(-scores, kind="stable")
    there = positive[order]
    hits = np.cumsum(there) / max(there.sum(), 1)
    alarms = np.cumsum(1 - there) / max((1 - there).sum(), 1)
    return np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])


def area_under_roc(scores: Floats, positive: Floats) -> float:
    """Chance that one that is there scores above one that is not; ties count half.

    Args:
        scores: (N,)
        positive: (N,) 1 or 0.

    Returns:
        0 to 1; NaN where one of the two kinds is missing.
    """
    there, absent = int(positive.sum()), int((1 - positive).sum())
    if not there or not absent:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive == 1].sum() - there * (there + 1) / 2) / (there * absent))
