"""Short gaps bridged and jitter calmed; knows seconds, not frames."""

import numpy as np

from hipcv.core.arrays import Bools, Floats


def fill_gaps(value: Floats, time_s: Floats, longest_s: float) -> tuple[Floats, Bools]:
    """Fill gaps of NaN that are no longer than allowed, by a straight line.

    A gap's length is the time between its seen neighbours less one usual frame, so that one missing
    frame is one frame long. Gaps at either end are never filled.

    Args:
        value: (T,)
        time_s: (T,)
        longest_s: longest gap that is filled.

    Returns:
        (T,) values, and (T,) True where one was filled in.
    """
    seen = np.isfinite(value)
    if seen.all() or seen.sum() < 2:  # noqa: PLR2004 - a line needs two ends
        return value.copy(), np.zeros(len(value), dtype=bool)
    at = np.flatnonzero(seen)
    usual_s = float(np.median(np.diff(time_s)))
    before = np.searchsorted(at, np.arange(len(value)), side="right") - 1
    inside = ~seen & (before >= 0) & (before < len(at) - 1)
    left, right = at[np.clip(before, 0, None)], at[np.clip(before + 1, None, len(at) - 1)]
    short = inside & (time_s[right] - time_s[left] - usual_s <= longest_s + 1e-9)
    filled = value.copy()
    filled[short] = np.interp(time_s[short], time_s[seen], value[seen])
    return filled, short


def running_median(value: Floats, time_s: Floats, window_s: float) -> Floats:
    """Median over a window centred on each instant; NaN are left out, and stay NaN.

    Args:
        value: (T,)
        time_s: (T,) increasing; the window is in time, so an uneven rate does no harm.
        window_s: full width.

    Returns:
        (T,)
    """
    if not len(value):
        return value.copy()
    half = window_s / 2 + 1e-9
    first = np.searchsorted(time_s, time_s - half, side="left")
    last = np.searchsorted(time_s, time_s + half, side="right")
    place = first[:, None] + np.arange((last - first).max())
    inside = place < last[:, None]
    window = np.where(inside, value[np.minimum(place, len(value) - 1)], np.nan)
    window.sort(axis=1)  # NaN go last
    seen = np.isfinite(window).sum(axis=1)
    row = np.arange(len(value))
    calm = (window[row, np.maximum(seen - 1, 0) // 2] + window[row, seen // 2]) / 2
    return np.where(np.isfinite(value), calm, np.nan)


def speed(value: Floats, time_s: Floats) -> Floats:
    """(T,) change per second, by central differences; NaN beside NaN."""
    if len(value) < 2:  # noqa: PLR2004 - a change needs two instants
        return np.full(len(value), np.nan)
    return np.asarray(np.gradient(value, time_s))
