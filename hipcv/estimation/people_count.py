"""Counting of the people in view at intervals."""

from typing import Final

import numpy as np

from hipcv.core.interfaces import Frame, PoseEstimator
from hipcv.core.person_selection import distinct

MAX_PEOPLE: Final = 3
"""Number of people detected in one picture where several are in view."""

COUNT_EVERY_S: Final = 2.0


class PeopleCounter:
    """Counter of the people in the frames of a clip or camera, fed in time order."""

    def __init__(self, crowd: PoseEstimator) -> None:
        self._crowd = crowd
        self._counted_s = -np.inf

    def should_count(self, time_s: float) -> bool:
        """Return True, and begin the next interval, if a count is due at this time."""
        if time_s - self._counted_s < COUNT_EVERY_S:
            return False
        self._counted_s = time_s
        return True

    def count(self, frame: Frame) -> int:
        """Return the number of different people in a frame."""
        return len(distinct(self._crowd.estimate(frame)))
