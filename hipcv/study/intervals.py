"""Confidence intervals of 95 % of a mean, a standard deviation, and a sum of variances."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hipcv.study import distributions

TAIL: Final = 0.025
"""Share beyond each end of a 95 % interval."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Component:
    """Weighted mean square of a sum that estimates a variance."""

    weight: float
    mean_square: float
    freedom: float

    @property
    def value(self) -> float:
        """Return its part of the sum."""
        return self.weight * self.mean_square


def about_mean(mean: float, error: float, freedom: float) -> Interval:
    """Return the interval of a mean with a standard error, by Student's distribution."""
    half = distributions.t(1 - TAIL, freedom) * error
    return mean - half, mean + half


def of_deviation(deviation: float, freedom: float) -> Interval:
    """Return the interval of a standard deviation, by the chi-square distribution."""
    low, high = (distributions.chi_square(share, freedom) for share in (TAIL, 1 - TAIL))
    return deviation * math.sqrt(freedom / high), deviation * math.sqrt(freedom / low)


def of_variance(components: Sequence[Component]) -> Interval:
    """Return the interval of a sum of weighted mean squares by the method of variance estimates.

    MOVER: G. Y. Zou, Stat Methods Med Res 2013; 22: 630-642. The lower end is 0 at least.
    """
    total = sum(part.value for part in components)
    below = above = 0.0
    for part in components:
        if part.freedom > 0:
            low, high = of_deviation(math.sqrt(max(part.mean_square, 0.0)), part.freedom)
            ends = sorted(part.weight * (end**2 - part.mean_square) for end in (low, high))
            below, above = below + ends[0] ** 2, above + ends[1] ** 2
    return max(total - math.sqrt(below), 0.0), total + math.sqrt(above)
