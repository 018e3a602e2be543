"""What somebody set by hand on one side of a clip, over what the machine found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import LEGS, Side

Span = tuple[float, float]
"""First and last moment, seconds of the clip."""

Point = tuple[float, float]
"""x right, y down, pixels of the upright picture."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Points of the tested leg in one frame; None: as the machine has it."""

    row: int  # of the track
    hip_px: Point | None = None
    knee_px: Point | None = None
    ankle_px: Point | None = None

    def on(self, xy_px: Floats, side: Side) -> Floats:
        """(33, 2) a pose with these points in place of its own."""
        leg, placed = LEGS[side], xy_px.copy()
        points = ((leg.hip, self.hip_px), (leg.knee, self.knee_px), (leg.ankle, self.ankle_px))
        for landmark, point in points:
            if point is not None:
                placed[landmark] = np.array(point)
        return placed


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything set on one side. Repetitions go by their number, which nothing here changes."""

    start_s: Span | None = None  # the still start that defines zero
    plateau_s: Mapping[int, Span] = field(default_factory=dict)
    span_s: Mapping[int, Span] = field(default_factory=dict)  # beginning and end of a repetition
    rejected: Mapping[int, str] = field(default_factory=dict)  # why
    start: Placed | None = None
    plateau: Mapping[int, Placed] = field(default_factory=dict)

    @property
    def numbers(self) -> set[int]:
        """Repetitions that anything was set of."""
        return {*self.plateau_s, *self.span_s, *self.rejected, *self.plateau}


NO_MARKS: Final = Marks()
