"""Choice of the frames that the pose model runs on; the others are interpolated."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from hipcv.core.pose import Pose
from hipcv.core.stillness import turning_deg_s

INTERVAL_S: Final = 0.7 / 30
"""Shortest interval between two sampled frames; 60 Hz adds no information to 30 Hz."""

RESTING_INTERVAL_S: Final = 1.7 / 30
"""The same interval while no shank turns."""

RESTING_DEG_S: Final = 15.0
"""Turning speed below which a shank is at rest: 0.5 deg between two samples, as much as landmarks
jitter."""


class FrameSampler:
    """Adaptive sampler, fed in time order, that samples less often while no shank turns."""

    def __init__(self) -> None:
        self._last: Pose | None = None  # None: no person, or several
        self._next_s = -np.inf

    def should_sample(self, time_s: float) -> bool:
        """Return True if the frame at this time is to be sampled."""
        return time_s >= self._next_s

    def record_sample(self, time_s: float, poses: Sequence[Pose]) -> None:
        """Record a sampled frame and the poses found in it."""
        before, now = self._last, poses[0] if len(poses) == 1 else None
        self._last = now
        resting = before and now and turning_deg_s(before, now) < RESTING_DEG_S
        self._next_s = time_s + (RESTING_INTERVAL_S if resting else INTERVAL_S)
