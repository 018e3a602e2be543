"""Statistics of the validation page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import rankdata  # type: ignore[import-untyped]

from hipcv.core.arrays import Floats
from hipcv.study.distributions import normal

MIN_POSITIVE: Final = 5
"""Fewest repetitions with a compensation for a ROC curve."""


@dataclass(frozen=True, slots=True)
class ErrorFigures:
    """Statistics of a set of errors, in degrees; NaN if it is empty."""

    count: int
    mean_absolute_deg: float
    bias_deg: float
    p95_deg: float
    worst_deg: float


def error_figures(errors_deg: Sequence[float]) -> ErrorFigures:
    """Return the statistics of errors; NaN is ignored.

    Args:
        errors_deg: measured minus true.
    """
    finite = np.array([error for error in errors_deg if np.isfinite(error)])
    if not len(finite):
        return ErrorFigures(0, np.nan, np.nan, np.nan, np.nan)
    size = np.sort(np.abs(finite))
    rank = int(np.ceil(0.95 * len(size))) - 1
    return ErrorFigures(
        len(finite), float(size.mean()), float(finite.mean()), float(size[rank]), float(size[-1])
    )


def coverage_at(nominal: float, errors_deg: Floats, half_widths_deg: Floats) -> float:
    """Return the share of errors inside 95 % intervals that are scaled to another level.

    Args:
        nominal: level 0 to 1; the scaling assumes normal errors.
        errors_deg: (N,)
        half_widths_deg: (N,) of the 95 % intervals.
    """
    scale = normal(0.5 + nominal / 2) / normal(0.975)
    return float(np.mean(np.abs(errors_deg) <= scale * half_widths_deg))


def roc(scores: Floats, positive: Floats) -> tuple[Floats, Floats]:
    """Return false and true positive rate at every threshold, from strict to lenient.

    Args:
        scores: (N,) larger means detected at a stricter threshold.
        positive: (N,) 1 where the compensation is present, 0 where not.

    Returns:
        Two (N + 1,) rising arrays, from 0 to 1.
    """
    order = np.argsort(-scores, kind="stable")
    present = positive[order]
    hits = np.cumsum(present) / max(present.sum(), 1)
    alarms = np.cumsum(1 - present) / max((1 - present).sum(), 1)
    return np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])


def area_under_roc(scores: Floats, positive: Floats) -> float:
    """Return the area under the ROC curve, by the Mann-Whitney statistic; ties count half.

    Args:
        scores: (N,)
        positive: (N,) 1 or 0.

    Returns:
        0 to 1; NaN if one of the two classes is empty.
    """
    present, absent = int(positive.sum()), int((1 - positive).sum())
    if not present or not absent:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive == 1].sum() - present * (present + 1) / 2) / (present * absent))
