"""Cuts of a clip: moments at which the person jumps or changes size from one picture to the next.

What was recorded before and after a cut, a zoom among them, has no common start.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.kinematics import (
    mean_shank_px,
    mid_hips_px,
    shank_length_px,
    trunk_length_px,
)
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol

GAP_S: Final = 0.1
"""Time left out on either side of a cut: landmarks are interpolated across it."""

WINDOW_S: Final = 0.2
"""Time before and after the gap that is compared."""

STEADY_SHARE: Final = 0.25
"""Largest spread before and after a cut, as share of the jump: who stands up moves throughout."""


def scene_cut_s(track: PoseTrack, protocol: MeasurementProtocol) -> float:
    """Return when the clip was cut or zoomed first; NaN where it was not."""
    rows = np.flatnonzero(track.visible)
    if not len(rows):
        return float("nan")
    xy_px, time_s = track.xy_px[rows], track.time_s[rows]
    hips = mid_hips_px(xy_px) / float(np.nanmedian(mean_shank_px(xy_px)))
    for values, limit in (
        (_log_size(xy_px)[:, None], float(np.log1p(protocol.cut_size_share))),
        (hips, protocol.cut_jump_ratio),
    ):
        jumps_s = list(_jumps_s(values, time_s, limit))
        first_s = [at_s for at_s in jumps_s if at_s - jumps_s[0] <= 2 * GAP_S]
        if first_s:
            return float(np.median(first_s))  # its neighbours see the same jump
    return float("nan")


def _log_size(xy_px: Floats) -> Floats:
    """Return the logarithm of the person's size against the usual one, (T,).

    It is the middle one of trunk and both shanks: a cut or a zoom changes all of them, the
    landmarks of a hidden head or a swinging foot one.
    """
    lengths_px = [trunk_length_px(xy_px), *(shank_length_px(xy_px, side) for side in Side)]
    logs = np.log(np.maximum(lengths_px, 1.0))
    return np.asarray(np.median(logs - np.nanmedian(logs, axis=1, keepdims=True), axis=0))


def _jumps_s(values: Floats, time_s: Floats, limit: float) -> Iterator[float]:
    """Yield the times at which values, (T, D), jump by more than the limit between steady windows.

    Where the person was not seen for longer than the windows, there is no jump.
    """
    for row in range(1, len(time_s)):
        before, after = _windows(time_s, row)
        if min(before.stop - before.start, after.stop - after.start) < 2:  # noqa: PLR2004 - a spread
            continue
        jump = float(np.hypot.reduce(np.median(values[after], 0) - np.median(values[before], 0)))
        spread = max(float(np.ptp(values[part], axis=0).max()) for part in (before, after))
        if jump > limit and spread < STEADY_SHARE * jump:
            yield float(time_s[row])


def _windows(time_s: Floats, row: int) -> tuple[slice, slice]:
    """Return the rows of the windows before and after a row."""
    at_s = time_s[row]
    begins = np.searchsorted(time_s, (at_s - GAP_S - WINDOW_S, at_s + GAP_S), "left")
    ends = np.searchsorted(time_s, (at_s - GAP_S, at_s + GAP_S + WINDOW_S), "right")
    return slice(int(begins[0]), int(ends[0])), slice(int(begins[1]), int(ends[1]))
