"""How many people a picture shows, looked at now and then."""

from typing import Final

import numpy as np

from hipcv.core.interfaces import Frame, PoseEstimator
from hipcv.core.person_selection import distinct

MAX_PEOPLE: Final = 3
"""How many people are told apart where more than one is in view."""

COUNT_EVERY_S: Final = 1.0
"""How often the picture is searched for further people."""


class PeopleCounter:
    """Counts the people of a clip or a camera's pictures, which come in time order.

    Args:
        crowd: finds up to `MAX_PEOPLE` people in a single picture.
    """

    def __init__(self, crowd: PoseEstimator) -> None:
        self._crowd = crowd
        self._counted_s = -np.inf

    def should_count(self, time_s: float) -> bool:
        """Whether the picture of this time shall be counted, since the last one is long ago."""
        if time_s - self._counted_s < COUNT_EVERY_S:
            return False
        self._counted_s = time_s
        return True

    def count(self, frame: Frame) -> int:
        """How many people there are."""
        return len(distinct(self._crowd.estimate(frame)))
