"""Gap filling, medians, means and speed of a quantity over time, with windows in seconds."""

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints


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


def speed_over(value: Floats, time_s: Floats, window_s: float) -> Floats:
    """Return the change per second, (T,), over a window centred on each time."""
    begin_s = np.maximum(time_s - window_s / 2, time_s[0])
    end_s = np.minimum(time_s + window_s / 2, time_s[-1])
    change = np.interp(end_s, time_s, value) - np.interp(begin_s, time_s, value)
    return np.asarray(change / np.maximum(end_s - begin_s, np.finfo(float).tiny))


def moving_mean(value: Floats, time_s: Floats, window_s: float) -> Floats:
    """Return the mean over a window centred on each time, (T,), of a curve without NaN.

    The curve is a straight line between its times, and level before and after them.
    """
    half = window_s / 2
    times = np.concatenate([[time_s[0] - half], time_s, [time_s[-1] + half]])
    values = np.concatenate([value[:1], value, value[-1:]])
    steps = np.diff(times) * (values[1:] + values[:-1]) / 2
    area = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(
        (_area(times, values, area, time_s + half) - _area(times, values, area, time_s - half))
        / window_s
    )


def _area(times: Floats, values: Floats, area: Floats, at_s: Floats) -> Floats:
    """Return the area under straight lines up to some times."""
    before = np.clip(np.searchsorted(times, at_s, side="right") - 1, 0, len(times) - 2)
    at = np.interp(at_s, times, values)
    return np.asarray(area[before] + (at_s - times[before]) * (values[before] + at) / 2)


def frames_shown(time_s: Floats, longest_s: float) -> Ints:
    """Return the number of frames, (T,), that each picture stands for: 1 at an even rate.

    Screen and call recorders drop pictures that do not change, so a picture lasts until the next
    one, but no longer than allowed.
    """
    if len(time_s) < 2:  # noqa: PLR2004 - a duration needs two instants
        return np.ones(len(time_s), dtype=np.int64)
    lasts_s = np.diff(time_s)
    frame_s = float(np.median(lasts_s))
    counts = np.round(np.minimum(lasts_s, longest_s) / frame_s).astype(np.int64)
    return np.append(np.maximum(counts, 1), 1)


def runs_of(mask: Bools) -> list[tuple[int, int]]:
    """Return first and last row of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
