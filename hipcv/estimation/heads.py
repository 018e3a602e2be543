"""How many people a picture shows, looked at now and then."""

from typing import Final

import numpy as np

from hipcv.core.patient import distinct
from hipcv.core.ports import Frame, PoseEstimator

CROWD: Final = 3
"""How many people are told apart where more than one is in view."""

COUNT_EVERY_S: Final = 1.0
"""How often the picture is searched for further people."""


class HeadCount:
    """Counts the people of a clip or a camera's pictures, which come in time order.

    Args:
        crowd: finds up to `CROWD` people in a single picture.
    """

    def __init__(self, crowd: PoseEstimator) -> None:
        self._crowd = crowd
        self._counted_s = -np.inf

    def due(self, frame: Frame) -> int | None:
        """How many people there are; None where the last count is not long ago."""
        if frame.time_s - self._counted_s < COUNT_EVERY_S:
            return None
        self._counted_s = frame.time_s
        return len(distinct(self._crowd.estimate(frame)))
