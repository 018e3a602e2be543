"""Half-open intervals of time."""

from typing import NamedTuple, overload

import numpy as np

from hipcv.core.arrays import Bools, Floats


class Span(NamedTuple):
    """Half-open interval in seconds of the clip: `start_s` is inside, `end_s` is not."""

    start_s: float
    end_s: float

    @classmethod
    def through(cls, first_s: float, last_s: float) -> "Span":
        """Return the shortest span that contains both times, as of a first and a last frame."""
        return cls(float(first_s), float(np.nextafter(last_s, np.inf)))

    @property
    def closed(self) -> tuple[float, float]:
        """First and last time inside; of a span made by `through`, those it was made from."""
        return self.start_s, float(np.nextafter(self.end_s, -np.inf))

    @property
    def duration_s(self) -> float:
        """Time from the first frame to the last."""
        first_s, last_s = self.closed
        return last_s - first_s

    @overload
    def contains(self, time_s: float) -> bool: ...
    @overload
    def contains(self, time_s: Floats) -> Bools: ...
    def contains(self, time_s: float | Floats) -> bool | Bools:
        """Return True where a time is inside; NaN never is."""
        return (time_s >= self.start_s) & (time_s < self.end_s)
