"""Metadata of one clip: what its container declares, and what decoding it counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats
from hipcv.core.clip_info import ClipInfo, SizeChange
from hipcv.core.text import escape
from hipcv.video.orientation import AS_STORED, Matrix, is_reflection
from hipcv.video.recording_time import recording_time

UNEVEN_GAP: Final = 0.2  # a gap this far from the median gap, as a share of it, is uneven
UNEVEN_SHARE: Final = 0.1  # more uneven gaps than this share make a variable rate

UNNUMBERED: Final = {"av1", "flv1", "h263", "mpeg1video", "mpeg2video", "mpeg4", "vp8", "vp9"}
"""Codecs that predict frames from earlier ones without a number that shows a missing one."""


@dataclass(slots=True)
class DecodeStats:
    """Counts of one reading of a clip, from its first frame to its last."""

    codec: str
    frames_declared: int | None
    declared_time: datetime | None = None  # time of the recording, by the container
    matrix: Matrix | None = None  # None where the container holds none
    size_px: tuple[int, int] = (0, 0)  # width, height, upright
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)  # as stored, of every frame
    size_change: SizeChange | None = None
    start_s: float = 0.0  # the container's own time of the first frame used
    time_s: list[float] = field(default_factory=list)  # of every frame used
    frames_corrupt: int = 0
    frames_hidden: int = 0  # cut off by an edit list, or before the requested start
    is_spoiled: bool = False  # the latest frame is damaged, or predicted from damage
    packets_damaged: int = 0  # not decodable, lost, or without a usable time or shape
    packets_unread: int = 0  # of these, times that the container could not be read

    def end_at(self, end_s: float) -> None:
        """Leave out the frames after a time, and what was declared of the whole clip."""
        self.time_s = [time_s for time_s in self.time_s if time_s <= end_s]
        self.frames_declared = None


def build_clip_info(path: Path, stats: DecodeStats, *, sha256: str, mirrored: bool) -> ClipInfo:
    """Return the metadata of a clip from the counts of a whole reading.

    At least one frame was used. With only one, frame rate, largest gap and duration are 0.
    """
    gaps_s = np.diff(stats.time_s) if len(stats.time_s) > 1 else np.zeros(1)
    median_gap_s = float(np.median(gaps_s))
    variable_rate = bool(is_uneven(gaps_s).mean() > UNEVEN_SHARE)
    is_checked = variable_rate or stats.codec not in UNNUMBERED
    lost = 0 if is_checked else frames_lost(gaps_s)
    declared = stats.frames_declared
    return ClipInfo(
        name=printable_name(path),
        sha256=sha256,
        width_px=stats.size_px[0],
        height_px=stats.size_px[1],
        start_s=stats.start_s,
        duration_s=stats.time_s[-1] + median_gap_s,
        frames=len(stats.time_s),
        frames_declared=None if declared is None else max(0, declared - stats.frames_hidden),
        frames_corrupt=stats.frames_corrupt,
        packets_damaged=stats.packets_damaged + lost,
        frame_rate_hz=1 / median_gap_s if median_gap_s > 0 else 0.0,
        largest_gap_s=float(gaps_s.max()),
        variable_rate=variable_rate,
        codec=stats.codec,
        display_matrix=stats.matrix or (),
        mirrored_container=is_reflection(stats.matrix or AS_STORED),
        mirrored=mirrored,
        recorded=recording_time(path, stats.declared_time),
        size_change=stats.size_change,
    )


def is_uneven(gaps_s: Floats) -> Bools:
    """Return the gaps between frames that are far from the usual one."""
    usual_s = np.median(gaps_s)
    return np.asarray(np.abs(gaps_s - usual_s) > UNEVEN_GAP * usual_s)


def frames_lost(gaps_s: Floats) -> int:
    """Return how many frames are missing from a steady sequence; 0 if it is not one.

    Where frames were lost, a gap is a whole multiple of the usual one, which containers round to
    milliseconds: it is the mean of the even gaps.
    """
    uneven = is_uneven(gaps_s)
    if uneven.all() or not np.median(gaps_s):
        return 0
    holes = gaps_s[uneven] / gaps_s[~uneven].mean()
    missing = np.rint(holes) - 1
    if (np.abs(holes - missing - 1) > UNEVEN_GAP).any() or (missing < 1).any():
        return 0
    return int(missing.sum())


def printable_name(path: Path) -> str:
    """Return the file name for messages and records.

    Undecodable bytes are question marks; control characters and changes of direction are escaped.
    """
    return escape(path.name.encode("utf-8", "replace").decode("utf-8"))
