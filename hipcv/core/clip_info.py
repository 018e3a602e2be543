"""Metadata of a clip: declared by its container, and counted while decoding."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TimeSource = Literal["container", "file"]
"""Source of the time of a recording; copying a file may change the file's."""


@dataclass(frozen=True, slots=True)
class RecordingTime:
    """Time at which a clip was recorded, to the second."""

    at: datetime  # aware
    source: TimeSource


@dataclass(frozen=True, slots=True)
class SizeChange:
    """First change of the picture's size within a clip, as a call makes on a poor connection."""

    at_s: float
    before_px: tuple[int, int]  # width, height, upright
    after_px: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """Identity, picture, time, and declared and decoded frames of one clip."""

    name: str
    sha256: str
    width_px: int  # upright, square pixels
    height_px: int
    start_s: float  # the container's own time of the first frame; frame times count from it
    duration_s: float  # first to last decoded frame, plus one median frame
    frames: int  # decoded
    frames_declared: int | None  # by the container; None where it gives no number
    frames_corrupt: int  # damaged, or predicted from a damaged one
    packets_damaged: int  # could not be decoded at all
    frame_rate_hz: float  # 1 / median gap between frames
    largest_gap_s: float
    variable_rate: bool
    codec: str
    display_matrix: tuple[tuple[int, int], ...]  # 2×2 part, rounded; () where absent
    mirrored_container: bool  # the display matrix holds a reflection, which was applied
    mirrored: bool  # the user declared a selfie recording, and it was undone
    recorded: RecordingTime | None = None  # None: unknown
    size_change: SizeChange | None = None  # None: one size throughout
