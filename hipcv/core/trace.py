"""What the closer look shows of each of its steps, for whoever wants to draw it."""

from collections.abc import Callable
from dataclasses import dataclass

from hipcv.core.arrays import Floats, Ints
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.landmarks import Side
from hipcv.core.outline import Outline, Registration


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """What one strip of the picture shows, laid along the shank."""

    picture: Picture  # (ROWS, COLUMNS, 3)
    mask_edges: Floats  # (ROWS, 2) columns; NaN where none was found
    outline: Outline  # the same edges, moved to the change of colour


@dataclass(frozen=True, slots=True, eq=False)
class ShankSeen:
    """A key frame was cut out."""

    model: str  # whose landmarks and mask these are
    side: Side
    window: int  # START or the number of the repetition
    frame: Frame
    cutout: Cutout


@dataclass(frozen=True, slots=True, eq=False)
class ShankRegistered:
    """A key frame was laid on the start's outline."""

    model: str
    side: Side
    window: int
    time_s: float
    template: Outline
    outline: Outline
    registrations: tuple[Registration, ...]  # one for each of PATCHES


@dataclass(frozen=True, slots=True, eq=False)
class RegionsFollowed:
    """Points were followed to a frame; the first time, they are all where they were found."""

    model: str
    side: Side
    frame: Frame
    arrows_px: Floats  # (N, 2, 2) at the start and now
    regions: Ints  # (N,) Region of every point


Evidence = ShankSeen | ShankRegistered | RegionsFollowed
TraceCallback = Callable[[Evidence], None]
"""Shown every step; the look itself does not depend on it."""
