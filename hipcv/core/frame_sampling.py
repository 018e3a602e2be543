"""Choice of the frames that the pose model runs on; the others are interpolated."""

from typing import Final

import numpy as np

WAITING_INTERVAL_S: Final = 1.7 / 30
"""Interval between two sampled frames while a leg has no template: a still moment is awaited."""

MOVING_INTERVAL_S: Final = 3.7 / 30
"""The same while a shank turns."""

RESTING_INTERVAL_S: Final = 5.7 / 30
"""The same while no shank turns."""


class FrameSampler:
    """Adaptive sampler, fed in time order, that samples less often while no shank turns."""

    def __init__(self) -> None:
        self._next_s = -np.inf

    def should_sample(self, time_s: float) -> bool:
        """Return True if the frame at this time is to be sampled."""
        return time_s >= self._next_s

    def record_sample(self, time_s: float, *, waiting: bool, moving: bool) -> None:
        """Record a sampled frame, and the state of the legs then."""
        interval_s = MOVING_INTERVAL_S if moving else RESTING_INTERVAL_S
        self._next_s = time_s + (WAITING_INTERVAL_S if waiting else interval_s)
