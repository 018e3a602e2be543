"""Motion: what one side did over the clip, in numbers over time."""

from dataclasses import dataclass

from hipcv.core.arrays import Bools, Floats
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import Protocol


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The still start that defines zero degrees."""

    span_s: tuple[float, float]
    xy_px: Floats  # (33, 2)  median pose
    tilt_deg: float  # of the shank against the picture's vertical, internal positive
    shank_px: float  # knee to ankle, the ruler for every ratio


@dataclass(frozen=True, slots=True)
class RepSpan:
    """When one repetition began, was held, and ended."""

    start_s: float
    plateau_s: tuple[float, float]
    end_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One quantity over the clip, as change from the start.

    T is the number of frames of the track; NaN where it was not measured.
    """

    value: Floats  # (T,)
    source: str  # "flow", "registration", "landmarks"


@dataclass(frozen=True, slots=True, eq=False)
class Plateau:
    """What the closer look found at one repetition's plateau (one entry per repetition).

    NaN where nothing was measured.
    """

    rotation_deg: float  # view-corrected, from the start; internal positive
    picture_deg: float  # before the view correction
    landmarks_deg: float  # by knee and ankle landmarks alone, for comparison
    patch_gap_deg: float  # between the two shank patches
    residual_px: float
    registered: bool  # False: landmarks were the last resort


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One side's movement. All (T,) arrays share `time_s`.

    Signs: internal rotation (foot away from the midline) positive on both sides; pelvic obliquity
    positive with the tested side up; trunk lean and shift positive away from the tested side;
    knee drift positive outwards; rises positive.
    """

    side: Side
    time_s: Floats  # (T,)
    raw_deg: Floats  # (T,) landmark angle from the start, as read
    rotation_deg: Floats  # (T,) the angle used: calmed, gaps bridged, scaled to the plateaus
    bridged: Bools  # (T,) a short gap was bridged here
    channels: dict[str, Channel]
    start: Start | None  # None where no still start was found
    reps: tuple[RepSpan, ...]  # internal rotation
    plateaus: tuple[Plateau, ...]  # one for each of `reps`
    external_deg: float | None  # largest held external rotation, positive; None where not done
    yaw_deg: float  # camera yaw estimate, NaN unknown
    thigh_deg: float  # test thigh against the line of sight, NaN unknown
    issues: tuple[Issue, ...]
    protocol: Protocol
