"""Cuts of a clip: moments at which the person jumps or changes size from one picture to the next.

What was recorded before and after a cut, a zoom among them, has no common start.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_knees_px, trunk_length_px
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import runs_of

GAP_S: Final = 0.1
"""Time left out on either side of a cut: landmarks are interpolated across it."""

WINDOW_S: Final = 0.2
"""Time before and after the gap that is compared."""

SETTLE_S: Final = 0.5
"""Time that landmarks take to settle on a person who was not there before."""

STEADY_SHARE: Final = 0.25
"""Largest spread before and after a cut, as share of the jump: who stands up moves throughout."""


def scene_cut_s(track: PoseTrack, protocol: MeasurementProtocol) -> float:
    """Return when the clip was cut or zoomed first; NaN where it was not."""
    for jumps, limit in jump_sizes(track, protocol):
        found_s = [at_s for at_s, size in jumps if size > limit]
        first_s = [at_s for at_s in found_s if at_s - found_s[0] <= 2 * GAP_S]
        if first_s:
            return float(np.median(first_s))  # its neighbours see the same jump
    return float("nan")


def jump_sizes(
    track: PoseTrack, protocol: MeasurementProtocol
) -> Iterator[tuple[list[tuple[float, float]], float]]:
    """Yield the jumps of the person's size, then of the position, each with the limit of a cut.

    A jump is its time and what it amounts to, a logarithm or shank lengths. The size is that of
    trunk and shanks alike, whichever changes less: landmarks of a hidden head make the trunk jump,
    and those of a shank shorten as it swings. The position is that of hips and knees alike: who
    stands up fast moves the hips.
    """
    rows = _settled_rows(track)
    xy_px, time_s = track.xy_px[rows], track.time_s[rows]
    if not len(rows):
        return
    shank_px = mean_shank_px(xy_px)
    sizes = np.log(np.maximum([trunk_length_px(xy_px), shank_px], 1.0)).T
    yield (
        [(at_s, _common(change)) for at_s, change in _jumps(sizes, time_s)],
        float(np.log1p(protocol.cut_size_share)),
    )
    hips_knees = np.concatenate([mid_hips_px(xy_px), mid_knees_px(xy_px)], axis=1)
    positions = hips_knees / float(np.nanmedian(shank_px))
    yield (
        [(at_s, _carried(change)) for at_s, change in _jumps(positions, time_s)],
        protocol.cut_jump_ratio,
    )


def _settled_rows(track: PoseTrack) -> Ints:
    """Return the rows that show the person, without the first moment after an absence."""
    settled = track.visible.copy()
    for first, last in runs_of(track.visible):
        if first > 0:
            late = track.time_s[first : last + 1] - track.time_s[first] >= SETTLE_S
            settled[first : last + 1] = late
    return np.flatnonzero(settled)


def _common(change: Floats) -> float:
    """Return the change that two sizes have in common; 0 where one grew and the other shrank."""
    return float(np.abs(change).min()) if change[0] * change[1] > 0 else 0.0


def _carried(change: Floats) -> float:
    """Return the smaller displacement of the hips and the knees, (4,)."""
    return min(float(np.hypot(*change[:2])), float(np.hypot(*change[2:])))


def _jumps(values: Floats, time_s: Floats) -> Iterator[tuple[float, Floats]]:
    """Yield time and change of values, (T, D), where they jump between steady windows.

    Where the person was not seen for longer than the windows, there is no jump.
    """
    for row in range(1, len(time_s)):
        before, after = _windows(time_s, row)
        if min(before.stop - before.start, after.stop - after.start) < 2:  # noqa: PLR2004 - a spread
            continue
        spread = max(float(np.ptp(values[part], axis=0).max()) for part in (before, after))
        reach = np.ptp(values[before.start : after.stop], axis=0)  # no change exceeds it
        if spread >= STEADY_SHARE * float(np.hypot.reduce(reach)):
            continue
        change = np.median(values[after], 0) - np.median(values[before], 0)
        if spread < STEADY_SHARE * float(np.hypot.reduce(change)):
            yield float(time_s[row]), change


def _windows(time_s: Floats, row: int) -> tuple[slice, slice]:
    """Return the rows of the windows before and after a row."""
    at_s = time_s[row]
    begins = np.searchsorted(time_s, (at_s - GAP_S - WINDOW_S, at_s + GAP_S), "left")
    ends = np.searchsorted(time_s, (at_s - GAP_S, at_s + GAP_S + WINDOW_S), "right")
    return slice(int(begins[0]), int(ends[0])), slice(int(begins[1]), int(ends[1]))
