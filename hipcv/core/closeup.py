"""Arrays of the refinement at key frames, which the measured rotation rests on.

A closeup is made from pictures (`hipcv.estimation.refinement`) and archived with the track, so that
a result can be assessed again without the video.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hipcv.core.arrays import Floats, Ints, require_shapes
from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.shank_track import PATCHES

START: Final = -1
"""Value of `KeyFrames.window` for a frame of the still start; repetitions count from 0."""

UNUSED: Final = -2
"""Value of `Closeup.window` for a key frame outside of every repetition, or of the spans set by
hand."""


class Region(IntEnum):
    """Column of a region in `RegionMotion`."""

    LAP = 0
    WAIST = 1
    UPPER_TRUNK = 2
    KNEE = 3
    OTHER_KNEE = 4
    BACKGROUND = 5


@dataclass(frozen=True, slots=True, eq=False)
class KeyFrames:
    """Frames of one side that are refined, each with its window."""

    side: Side
    index: Ints  # (K,) rows of the track, increasing
    window: Ints  # (K,) START, or the number of the repetition whose plateau it is


@dataclass(frozen=True, slots=True, eq=False)
class RegionMotion:
    """Motion of regions of the picture since the still start, as displayed.

    F is the number of frames, R = `len(Region)`. The camera's motion is still in every region. NaN
    where a region could not be tracked.
    """

    time_s: Floats  # (F,)
    turn_deg: Floats  # (F, R)     clockwise as displayed
    shift_px: Floats  # (F, R, 2)  of the region's centre; x right, y down
    centre_px: Floats  # (R, 2)     the region's centre at the start
    points: Ints  # (F, R)     points still tracked
    kept: Floats  # (F, R)     share of the points tracked from the start
    inliers: Floats  # (F, R)     share of those that agree with one similarity
    scale: Floats  # (F, R)     size against the start

    def __post_init__(self) -> None:
        frames, regions = self.time_s.size, len(Region)
        by_region = dict.fromkeys(
            ("turn_deg", "points", "kept", "inliers", "scale"), (frames, regions)
        )
        require_shapes(
            self,
            time_s=(frames,),
            shift_px=(frames, regions, 2),
            centre_px=(regions, 2),
            **by_region,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Closeup:
    """Key frames of one side, refined. K is the number of key frames, P = `len(PATCHES)`.

    `rotation_deg` is the shank's turn against its template at the still start, internal positive,
    in the picture (no view correction); NaN where the silhouette could not be registered.
    """

    side: Side
    time_s: Floats  # (K,)
    window: Ints  # (K,)          START or the number of the repetition
    xy_px: Floats  # (K, 33, 2)    landmarks of the key frame itself
    visibility: Floats  # (K, 33)
    rotation_deg: Floats  # (K, P)
    residual_px: Floats  # (K, P)   robust spread of the edges about the fit, patch columns
    slide_ratio: Floats  # (K, P)   how far the landmarks slid along the leg, shank lengths
    knee_px: Floats  # (K, P, 2)     where the registration puts the knee
    foot_ratio: Floats  # (K,)    how far the foot reaches below that knee, shank lengths
    shank_px: float  # length of the shank at the start, knee to ankle landmark
    motion: RegionMotion | None  # None without optical flow
    model: str  # of the landmarks and masks

    def __post_init__(self) -> None:
        keys, patches = self.time_s.size, len(PATCHES)
        require_shapes(
            self,
            time_s=(keys,),
            window=(keys,),
            xy_px=(keys, LANDMARK_COUNT, 2),
            visibility=(keys, LANDMARK_COUNT),
            rotation_deg=(keys, patches),
            residual_px=(keys, patches),
            slide_ratio=(keys, patches),
            knee_px=(keys, patches, 2),
            foot_ratio=(keys,),
        )
