"""Figures of phases, plateaus and key frames over time."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats, Ints
from hipcv.core.closeup import PATCHES, START, Closeup
from hipcv.core.measure import Motion
from hipcv.core.phases import Phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import speed
from hipcv.report import numbers, palette

_PATCH_INK: Final[tuple[dict[str, Any], ...]] = (
    {"color": palette.BLUE, "marker": "o"},
    {"color": palette.VERMILLION, "marker": "^"},
)


def draw_phases(
    phases: Phases, motion: Motion | None, closeup: Closeup | None, protocol: MeasurementProtocol
) -> Figure:
    """Draw rotation and its speed over time, with start, repetitions, plateaus and key frames.

    Args:
        phases: from the landmarks.
        motion: its curve that was used; None where the side was not measured.
        closeup: the registered key frames, if there are any.
        protocol: the limits.
    """
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for axes in (lower, upper):
        _spans(axes, phases)
    _rotation(upper, phases, motion, protocol)
    if closeup is not None:
        _key_frames(upper, closeup)
    _speed(lower, phases, protocol)
    upper.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    lower.legend(handles=lower.lines[:2], loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def draw_key_frames(closeup: Closeup) -> Figure:
    """Draw each key frame's turn, slide and residual in both patches, and the reach of the foot."""
    figure = Figure(figsize=(12, 9), layout="constrained")
    rows = figure.subplots(4, 1, sharex=True)
    windows = [int(window) for window in dict.fromkeys(closeup.window)]
    medians = {
        window: _median(closeup.rotation_deg[closeup.window == window]) for window in windows
    }
    values = (
        ("rotation less\nits window's median (°)", closeup.rotation_deg),
        ("slide (% of shank)", 100 * closeup.slide_ratio),
        ("residual (columns)", closeup.residual_px),
        ("foot below knee\n(% of shank)", 100 * closeup.foot_ratio[:, None]),
    )
    for axes, (title, value) in zip(rows, values, strict=True):
        axes.set_ylabel(title)
        for window in windows:
            frames = np.flatnonzero(closeup.window == window)
            offset = medians[window] if value is closeup.rotation_deg else 0.0
            _patches(axes, frames, value[frames] - offset, first=window == windows[0])
            axes.axvline(frames[0] - 0.5, color=palette.MUTED, linewidth=0.8, linestyle=":")
    rows[0].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, title="patch")
    firsts = [int(np.argmax(closeup.window == window)) for window in windows]
    names = [
        f"{_window(window)}\n{closeup.time_s[at]:.2f} s\nmedian {numbers.angle(medians[window])}"
        for window, at in zip(windows, firsts, strict=True)
    ]
    rows[-1].set_xticks(firsts, names, ha="left")
    return figure


def _patches(axes: Axes, frames: Ints, value: Floats, *, first: bool) -> None:
    for column, stretch, ink in zip(value.T, PATCHES, _PATCH_INK, strict=False):
        label = _stretch(stretch) if first else None
        axes.plot(frames, column, linewidth=0.8, markersize=5, label=label, **ink)


def _median(value: Floats) -> float:
    finite = value[np.isfinite(value)]
    return float(np.median(finite)) if len(finite) else float("nan")


def _window(window: int) -> str:
    return "start" if window == START else f"repetition {window + 1}"


def _stretch(stretch: tuple[float, float]) -> str:
    low, high = stretch
    return f"{100 * low:g}–{100 * high:g} %"


def _spans(axes: Axes, phases: Phases) -> None:
    """Shade the still start and the repetitions."""
    time_s = phases.curve.time_s
    if len(phases.start):
        axes.axvspan(
            time_s[phases.start[0]], time_s[phases.start[-1]], color=palette.SKY, alpha=0.35,
            linewidth=0, label="still start" if phases.still else "quietest moment",
        )  # fmt: skip
    for number, rep in enumerate((*phases.internal, *phases.external)):
        axes.axvspan(
            time_s[rep.first], time_s[rep.last], color=palette.PALE, alpha=0.7, linewidth=0,
            zorder=0, label="repetition" if number == 0 else None,
        )  # fmt: skip


def _rotation(
    axes: Axes, phases: Phases, motion: Motion | None, protocol: MeasurementProtocol
) -> None:
    time_s, rotation = phases.curve.time_s, phases.rotation_deg
    zero = phases.zero_deg if np.isfinite(phases.zero_deg) else 0.0
    raw, calm = phases.curve.tilt_deg - zero, phases.curve.smoothed_deg - zero
    axes.plot(time_s, raw, color=palette.SKY, linewidth=3, label="landmarks, raw")
    axes.plot(time_s, calm, color=palette.BLACK, linewidth=1.2, label="landmarks, calmed")
    if motion is not None:
        axes.plot(time_s, motion.rotation_deg, color=palette.BLUE, linewidth=2, label="used")
    rows = [row for rep in (*phases.internal, *phases.external) for row in rep.plateau]
    axes.plot(
        time_s[rows], rotation[rows], linestyle="none", marker="s", markersize=4,
        color=palette.ORANGE, markeredgecolor=palette.INK, markeredgewidth=0.4,
        label="plateau frames", zorder=4,
    )  # fmt: skip
    axes.axhline(0, color=palette.MUTED, linewidth=0.6)
    axes.set_ylabel("from the start (°)" if len(phases.start) else "shank tilt (°)")
    peak = phases.internal_peak_deg
    if np.isfinite(peak):
        level = max(protocol.rep_floor_deg, protocol.rep_share * peak)
        axes.axhline(
            level, color=palette.GREEN, linewidth=1, linestyle="--",
            label=f"repetition above {level:.1f}°",
        )  # fmt: skip


def _key_frames(axes: Axes, closeup: Closeup) -> None:
    """Mark the key frames and draw their registered rotation."""
    axes.plot(
        closeup.time_s, np.zeros(len(closeup.time_s)), transform=axes.get_xaxis_transform(),
        linestyle="none", marker=2, markersize=9, color=palette.INK, label="key frames",
    )  # fmt: skip
    axes.plot(
        closeup.time_s, _registered_deg(closeup), linestyle="none", marker="x", markersize=6,
        color=palette.VERMILLION, label="registered outline", zorder=5,
    )  # fmt: skip


def _registered_deg(closeup: Closeup) -> Floats:
    """Return both patches' mean rotation (K,) from the start; NaN where either failed."""
    mean_deg = closeup.rotation_deg.mean(axis=1)
    return np.asarray(mean_deg - _median(mean_deg[closeup.window == START]))


def _speed(axes: Axes, phases: Phases, protocol: MeasurementProtocol) -> None:
    speed_deg_s = speed(phases.curve.smoothed_deg, phases.curve.time_s)
    axes.plot(phases.curve.time_s, speed_deg_s, color=palette.BLACK, linewidth=1, label="speed")
    for sign in (1, -1):
        axes.axhline(
            sign * protocol.plateau_speed_deg_s, color=palette.ORANGE, linewidth=1.2,
            linestyle="--", label="slow enough for a plateau" if sign > 0 else None,
        )  # fmt: skip
    axes.set_ylabel("speed (°/s)")
    axes.set_xlabel("time (s)")
