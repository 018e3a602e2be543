"""Reliability of a table of persons and columns: ICC, SEM and MDC95, with their intervals.

Intraclass correlations of McGraw and Wong, Psychol Methods 1996; 1: 30-46, two-way models; SEM and
MDC95 as in Weir, J Strength Cond Res 2005; 19: 231-240.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.study import distributions
from hipcv.study.agreement import Estimate
from hipcv.study.intervals import TAIL, Interval, of_deviation

MDC_FACTOR: Final = 1.96 * math.sqrt(2)
"""MDC95 of an SEM of 1."""


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Two-way analysis of variance of a full table of persons and columns."""

    persons: int
    columns: int
    rows: float  # between persons
    between: float  # between columns
    error: float

    @classmethod
    def of(cls, table: Floats) -> "MeanSquares":
        """Return the mean squares of a table (persons, columns) without gaps."""
        persons, columns = table.shape
        of_rows, of_columns = table.mean(axis=1), table.mean(axis=0)
        mean = table.mean()
        rest = table - of_rows[:, None] - of_columns[None, :] + mean
        return cls(
            persons,
            columns,
            rows=float(columns * np.sum((of_rows - mean) ** 2) / (persons - 1)),
            between=float(persons * np.sum((of_columns - mean) ** 2) / (columns - 1)),
            error=float(np.sum(rest**2) / ((persons - 1) * (columns - 1))),
        )

    @property
    def error_freedom(self) -> int:
        """Return the degrees of freedom of the error."""
        return (self.persons - 1) * (self.columns - 1)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of a table of persons and columns; SEM and MDC95 in its unit.

    A and C stand for absolute agreement and consistency, 1 and k for a single column and the mean
    of all. The SEM leaves the systematic difference between columns out; `systematic` is the
    largest one.
    """

    squares: MeanSquares
    icc_a1: Estimate
    icc_ak: Estimate
    icc_c1: Estimate
    icc_ck: Estimate
    sem: Estimate
    mdc95: Estimate
    sem_agreement: float  # with the systematic difference
    systematic: float


def reliability(table: Floats) -> Reliability:
    """Return the reliability of a table (persons, columns) without gaps, two of each at least."""
    squares = MeanSquares.of(table)
    single, consistent = icc_agreement(squares), icc_consistency(squares)
    sem = math.sqrt(squares.error)
    interval = of_deviation(sem, squares.error_freedom)
    columns = squares.columns
    within = (squares.between + (squares.persons - 1) * squares.error) / squares.persons
    return Reliability(
        squares=squares,
        icc_a1=single,
        icc_ak=of_mean(single, columns),
        icc_c1=consistent,
        icc_ck=of_mean(consistent, columns),
        sem=Estimate(sem, interval),
        mdc95=Estimate(MDC_FACTOR * sem, scaled(interval, MDC_FACTOR)),
        sem_agreement=math.sqrt(within),
        systematic=float(np.ptp(table.mean(axis=0))),
    )


def icc_agreement(squares: MeanSquares) -> Estimate:
    """Return ICC(A,1), which is ICC(2,1) of Shrout and Fleiss, with its F-based interval."""
    n, k = squares.persons, squares.columns
    rows, between, error = squares.rows, squares.between, squares.error
    value = _ratio(rows - error, rows + (k - 1) * error + k * (between - error) / n)
    if not math.isfinite(value) or value >= 1 or error == 0:
        return Estimate(value, None)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * between + b * error) ** 2 / (
        (a * between) ** 2 / (k - 1) + (b * error) ** 2 / squares.error_freedom
    )
    rest = k * between + (k * n - k - n) * error
    below = distributions.f(1 - TAIL, n - 1, freedom)
    above = distributions.f(1 - TAIL, freedom, n - 1)
    low = n * (rows - below * error) / (below * rest + n * rows)
    high = n * (above * rows - error) / (rest + n * above * rows)
    return Estimate(value, (low, high))


def icc_consistency(squares: MeanSquares) -> Estimate:
    """Return ICC(C,1), which is ICC(3,1) of Shrout and Fleiss, with its F-based interval."""
    k = squares.columns
    value = _ratio(squares.rows - squares.error, squares.rows + (k - 1) * squares.error)
    if squares.error == 0:
        return Estimate(value, None)
    ratio = squares.rows / squares.error
    freedom = squares.persons - 1, squares.error_freedom
    low = ratio / distributions.f(1 - TAIL, *freedom)
    high = ratio * distributions.f(1 - TAIL, *reversed(freedom))
    return Estimate(value, ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1)))


def of_mean(single: Estimate, columns: int) -> Estimate:
    """Return the coefficient of the mean of all columns, by the formula of Spearman and Brown."""

    def stepped(value: float) -> float:
        return _ratio(columns * value, 1 + (columns - 1) * value)

    low, high = single.interval or (math.nan, math.nan)
    interval = (stepped(low), stepped(high)) if single.interval else None
    return Estimate(stepped(single.value), interval)


def scaled(interval: Interval, factor: float) -> Interval:
    """Return an interval times a factor."""
    return interval[0] * factor, interval[1] * factor


def _ratio(above: float, below: float) -> float:
    return above / below if below else math.nan
