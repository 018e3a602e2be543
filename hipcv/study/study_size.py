"""Size of a study: how exact its figures will be with a number of persons.

ICC: Bonett, Stat Med 2002; 21: 1331-1335. Limits of agreement: Bland and Altman 1986.
"""

import math

from hipcv.study import distributions
from hipcv.study.intervals import TAIL


def icc_width(icc: float, persons: int, columns: int) -> float:
    """Return the expected width of the 95 % interval of an ICC of this size."""
    z = distributions.normal(1 - TAIL)
    spread = (1 - icc) * (1 + (columns - 1) * icc)
    return 2 * z * spread * math.sqrt(2 / (columns * (columns - 1) * (persons - 1)))


def persons_for_icc(icc: float, width: float, columns: int) -> int:
    """Return the fewest persons with whom the interval of an ICC is at most so wide."""
    z = distributions.normal(1 - TAIL)
    spread = (1 - icc) * (1 + (columns - 1) * icc)
    return math.ceil(8 * (z * spread / width) ** 2 / (columns * (columns - 1)) + 1)


def bias_half_width(sd: float, persons: int) -> float:
    """Return half the width of the 95 % interval of the bias, where differences spread so much."""
    return distributions.t(1 - TAIL, persons - 1) * sd / math.sqrt(persons)


def limit_half_width(sd: float, persons: int) -> float:
    """Return half the width of the 95 % interval of a limit of agreement, likewise."""
    z = distributions.normal(1 - TAIL)
    error = sd * math.sqrt(1 / persons + z**2 / (2 * (persons - 1)))
    return distributions.t(1 - TAIL, persons - 1) * error
