"""Gap filling, running median and speed of a quantity over time, with windows in seconds."""

import numpy as np

from hipcv.core.arrays import Bools, Floats


def fill_gaps(value: Floats, time_s: Floats, longest_s: float) -> tuple[Floats, Bools]:
    """Fill gaps of NaN that are no longer than allowed, by a straight line.

    A gap's length is the time between its finite neighbours less one median frame, so that one
    missing frame is one frame long. Gaps at either end are never filled.

    Returns:
        (T,) values, and (T,) True where a value was filled in.
    """
    finite = np.isfinite(value)
    if finite.all() or finite.sum() < 2:  # noqa: PLR2004 - a line needs two ends
        return value.copy(), np.zeros(len(value), dtype=bool)
    rows = np.flatnonzero(finite)
    frame_s = float(np.median(np.diff(time_s)))
    before = np.searchsorted(rows, np.arange(len(value)), side="right") - 1
    inside = ~finite & (before >= 0) & (before < len(rows) - 1)
    left = rows[np.clip(before, 0, None)]
    right = rows[np.clip(before + 1, None, len(rows) - 1)]
    short = inside & (time_s[right] - time_s[left] - frame_s <= longest_s + 1e-9)
    filled = value.copy()
    filled[short] = np.interp(time_s[short], time_s[finite], value[finite])
    return filled, short


def running_median(value: Floats, time_s: Floats, window_s: float) -> Floats:
    """Return the median over a window centred on each time; NaN are left out, and stay NaN.

    Times (T,) increase, at any rate; `window_s` is the full width.
    """
    if not len(value):
        return value.copy()
    half = window_s / 2 + 1e-9
    first = np.searchsorted(time_s, time_s - half, side="left")
    last = np.searchsorted(time_s, time_s + half, side="right")
    index = first[:, None] + np.arange((last - first).max())
    inside = index < last[:, None]
    window = np.where(inside, value[np.minimum(index, len(value) - 1)], np.nan)
    window.sort(axis=1)  # NaN go last
    finite = np.isfinite(window).sum(axis=1)
    row = np.arange(len(value))
    median = (window[row, np.maximum(finite - 1, 0) // 2] + window[row, finite // 2]) / 2
    return np.where(np.isfinite(value), median, np.nan)


def speed(value: Floats, time_s: Floats) -> Floats:
    """Return the change per second, (T,), by central differences; NaN next to NaN."""
    if len(value) < 2:  # noqa: PLR2004 - a change needs two instants
        return np.full(len(value), np.nan)
    return np.asarray(np.gradient(value, time_s))
