"""What there is to show at one instant: numbers and places, no ink."""

from dataclasses import dataclass
from typing import Literal

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import Side

Phase = Literal["before", "start", "moving", "plateau", "rest"]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One side at one instant, ready to be drawn on the frame of that instant.

    `shank_px` is the line of the leg that the angle used stands for: it begins at the knee and
    makes exactly `rotation_deg` with `start_shank_px`, so that picture and number agree.
    """

    side: Side
    time_s: float
    rotation_deg: float  # NaN = not read
    target_deg: float
    phase: Phase
    rep: int | None  # which repetition is under way, 0 first
    knee_px: Floats  # (2,)   where both shank lines begin; NaN = not seen
    shank_px: Floats  # (2,)   from the knee to the end of the shank now
    start_shank_px: Floats  # (2,)   from the knee to where it ended at the start
    hips_px: Floats  # (2, 2) left, right
    shoulders_px: Floats  # (2, 2) left, right
    findings: tuple[str, ...]  # codes of compensations that have begun in this repetition
    finding_at_s: float  # when the latest of them began; NaN where there is none
