"""Which frames of a clip are looked at; the others are read between them."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from hipcv.core.pose import Pose
from hipcv.core.stillness import turning_deg_s

EVERY_S: Final = 0.7 / 30
"""A frame that follows the last look sooner is passed over: 60 pictures a second tell no more."""

CALM_EVERY_S: Final = 1.7 / 30
"""The same while no shank turns: nothing is to be missed between two looks."""

CALM_DEG_S: Final = 15.0
"""A shank that turns slower is calm: in between it goes 0.5 deg, as much as landmarks jitter."""


class Glances:
    """Decides frame by frame, in time order, by what the last two looks showed."""

    def __init__(self) -> None:
        self._last: Pose | None = None  # None: nobody, or several
        self._due_s = -np.inf

    def due(self, time_s: float) -> bool:
        """Whether the frame of this time shall be looked at."""
        return time_s >= self._due_s

    def took(self, time_s: float, seen: Sequence[Pose]) -> None:
        """Take note of a look, and of who was seen."""
        before, now = self._last, seen[0] if len(seen) == 1 else None
        self._last = now
        calm = before and now and turning_deg_s(before, now) < CALM_DEG_S
        self._due_s = time_s + (CALM_EVERY_S if calm else EVERY_S)
