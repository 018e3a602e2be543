"""Trace of the steps of the refinement, for drawing them."""

from collections.abc import Callable
from dataclasses import dataclass

from hipcv.core.arrays import Floats, Ints
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.landmarks import Side
from hipcv.core.outline import Outline, Registration


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """Strip of the picture along the shank."""

    picture: Picture  # (ROWS, COLUMNS, 3)
    mask_edges: Floats  # (ROWS, 2) columns; NaN without an edge
    outline: Outline  # the same edges, moved to the change of colour


@dataclass(frozen=True, slots=True, eq=False)
class ShankSeen:
    """Event: a key frame was cut out."""

    model: str  # whose landmarks and mask these are
    side: Side
    window: int  # START or the number of the repetition
    frame: Frame
    cutout: Cutout


@dataclass(frozen=True, slots=True, eq=False)
class ShankRegistered:
    """Event: a key frame was registered with the start's outline."""

    model: str
    side: Side
    window: int
    time_s: float
    template: Outline
    outline: Outline
    registrations: tuple[Registration, ...]  # one for each of PATCHES


@dataclass(frozen=True, slots=True, eq=False)
class RegionsFollowed:
    """Event: points were tracked to a frame; at first they are at their start."""

    model: str
    side: Side
    frame: Frame
    arrows_px: Floats  # (N, 2, 2) at the start and now
    regions: Ints  # (N,) Region of every point


Evidence = ShankSeen | ShankRegistered | RegionsFollowed
TraceCallback = Callable[[Evidence], None]
"""Called with every step; the result does not depend on it."""
