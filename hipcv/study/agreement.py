"""Agreement of two methods: bias, limits of agreement, proportional bias, with their intervals.

Bland and Altman, Lancet 1986; i: 307-310, and for several readings of a person J Biopharm Stat
2007; 17: 571-582. Persons are independent of one another; readings of the same person are not.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.study import distributions
from hipcv.study.intervals import TAIL, Component, Interval, about_mean, of_variance

LIMIT: Final = 1.96
"""Distance of a limit of agreement from the bias, in standard deviations."""

MIN_PERSONS: Final = 3
"""Fewest persons of whom anything is computed."""

Method = Literal["exact", "mover"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Number with its 95 % interval; the interval is None where it cannot be computed."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Differences of two methods, in degrees.

    `exact`: one difference for each person; the intervals of the limits are those of Carkeet,
    Optom Vis Sci 2015; 92: e71-80. `mover`: several, see `intervals.of_variance`.
    """

    persons: int
    pairs: int
    bias: Estimate
    sd: float  # of a single difference, between and within persons
    sd_within: float | None  # within a person; None where each has one difference
    lower: Estimate
    upper: Estimate
    slope: Estimate  # of the difference against the mean of both, over persons
    method: Method


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and variance of differences of persons who have one or several each."""

    mean: float
    error: float  # standard error of the mean
    freedom: float
    components: tuple[Component, ...]  # their sum is the variance of a single difference
    within: float | None  # mean square within persons


def agreement(
    person: Ints, difference: Floats, mean: Floats, extra: tuple[Component, ...] = ()
) -> Agreement:
    """Return the agreement of paired readings.

    Args:
        person: (N,) number of the person of each pair.
        difference: (N,) tested method less reference.
        mean: (N,) of the two.
        extra: variance of a single reading beyond that of the paired means, if those were paired.
    """
    spread = spread_of(person, difference)
    components = (*spread.components, *extra)
    sd = math.sqrt(sum(part.value for part in components))
    persons = len(np.unique(person))
    single = persons == len(person) and not extra
    ends = exact_limits if single else mover_limits
    lower, upper = ends(spread, components)
    return Agreement(
        persons=persons,
        pairs=len(person),
        bias=Estimate(spread.mean, about_mean(spread.mean, spread.error, spread.freedom)),
        sd=sd,
        sd_within=None if spread.within is None else math.sqrt(spread.within),
        lower=Estimate(spread.mean - LIMIT * sd, lower),
        upper=Estimate(spread.mean + LIMIT * sd, upper),
        slope=slope_of(*(person_means(person, values) for values in (mean, difference))),
        method="exact" if single else "mover",
    )


def spread_of(person: Ints, difference: Floats) -> Spread:
    """Return mean and variance by a one-way analysis of variance over persons."""
    _, group = np.unique(person, return_inverse=True)
    counts = np.bincount(group)
    means = np.bincount(group, difference) / counts
    total, persons = len(difference), len(counts)
    mean = float(difference.mean())
    between = float(counts @ (means - mean) ** 2) / (persons - 1)
    if total == persons:
        parts: tuple[Component, ...] = (Component(1.0, between, persons - 1),)
        return Spread(mean, math.sqrt(between / total), persons - 1, parts, None)
    within = float(np.sum((difference - means[group]) ** 2)) / (total - persons)
    size = (total - float(counts @ counts) / total) / (persons - 1)  # readings of a person
    of_person = (between - within) / size
    squared = of_person * float(counts @ counts) / total**2 + within / total
    error = math.sqrt(max(squared, between / total))  # equal where all have as many readings
    parts = (
        Component(1 / size, between, persons - 1),
        Component(1 - 1 / size, within, total - persons),
    )
    return Spread(mean, error, persons - 1, parts, within)


def exact_limits(spread: Spread, components: tuple[Component, ...]) -> tuple[Interval, Interval]:
    """Return the intervals of lower and upper limit where each person has one difference."""
    count = spread.freedom + 1
    shift = distributions.normal(1 - TAIL) * math.sqrt(count)
    sd = math.sqrt(components[0].value)
    near, far = (
        distributions.noncentral_t(share, spread.freedom, shift) / math.sqrt(count) * sd
        for share in (TAIL, 1 - TAIL)
    )
    return (spread.mean - far, spread.mean - near), (spread.mean + near, spread.mean + far)


def mover_limits(spread: Spread, components: tuple[Component, ...]) -> tuple[Interval, Interval]:
    """Return the intervals of lower and upper limit where persons have several differences."""
    sd = math.sqrt(sum(part.value for part in components))
    small, large = (math.sqrt(end) for end in of_variance(components))
    half = distributions.t(1 - TAIL, spread.freedom) * spread.error
    inner = math.hypot(half, LIMIT * (sd - small))
    outer = math.hypot(half, LIMIT * (large - sd))
    lower, upper = spread.mean - LIMIT * sd, spread.mean + LIMIT * sd
    return (lower - outer, lower + inner), (upper - inner, upper + outer)


def slope_of(across: Floats, up: Floats) -> Estimate:
    """Return the slope of a straight line through points (N,), by least squares."""
    centred = across - across.mean()
    squares = float(centred @ centred)
    if squares == 0:
        return Estimate(math.nan, None)
    slope = float(centred @ up) / squares
    freedom = len(across) - 2
    if freedom < 1:
        return Estimate(slope, None)
    rest = up - up.mean() - slope * centred
    error = math.sqrt(float(rest @ rest) / freedom / squares)
    return Estimate(slope, about_mean(slope, error, freedom))


def person_means(person: Ints, values: Floats) -> Floats:
    """Return the mean of each person, in the order of their numbers."""
    _, group = np.unique(person, return_inverse=True)
    means: Floats = np.bincount(group, values) / np.bincount(group)
    return means
