"""Where the start, the repetitions and the plateaus were found, and which frames were looked at."""

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
    """Rotation and its speed over time, with everything that was found in them.

    Args:
        phases: what the first look found.
        motion: its curve that was used; None where the side was not measured.
        closeup: the closer look, if there was one.
        protocol: the limits.
    """
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    turn, pace = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for axes in (pace, turn):
        _spans(axes, phases)
    _turn(turn, phases, motion)
    _levels(turn, phases, protocol)
    if closeup is not None:
        _key_frames(turn, closeup)
    _pace(pace, phases, protocol)
    turn.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    pace.legend(handles=pace.lines[:2], loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def draw_key_frames(closeup: Closeup) -> Figure:
    """What every key frame gave: turn, slide and residual in both patches; reach of the foot."""
    figure = Figure(figsize=(12, 9), layout="constrained")
    rows = figure.subplots(4, 1, sharex=True)
    windows = [int(window) for window in dict.fromkeys(closeup.window)]
    medians = {
        window: _median(closeup.rotation_deg[closeup.window == window]) for window in windows
    }
    told = (
        ("rotation less\nits window's median (°)", closeup.rotation_deg),
        ("slide (% of shank)", 100 * closeup.slide_ratio),
        ("residual (columns)", closeup.residual_px),
        ("foot below knee\n(% of shank)", 100 * closeup.foot_ratio[:, None]),
    )
    for axes, (title, value) in zip(rows, told, strict=True):
        axes.set_ylabel(title)
        for window in windows:
            place = np.flatnonzero(closeup.window == window)
            less = medians[window] if value is closeup.rotation_deg else 0.0
            _patches(axes, place, value[place] - less, first=window == windows[0])
            axes.axvline(place[0] - 0.5, color=palette.MUTED, linewidth=0.8, linestyle=":")
    rows[0].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, title="patch")
    firsts = [int(np.argmax(closeup.window == window)) for window in windows]
    names = [
        f"{_window(window)}\n{closeup.time_s[at]:.2f} s\nmedian {numbers.angle(medians[window])}"
        for window, at in zip(windows, firsts, strict=True)
    ]
    rows[-1].set_xticks(firsts, names, ha="left")
    return figure


def _patches(axes: Axes, place: Ints, value: Floats, *, first: bool) -> None:
    for column, stretch, ink in zip(value.T, PATCHES, _PATCH_INK, strict=False):
        label = _stretch(stretch) if first else None
        axes.plot(place, column, linewidth=0.8, markersize=5, label=label, **ink)


def _median(value: Floats) -> float:
    seen = value[np.isfinite(value)]
    return float(np.median(seen)) if len(seen) else float("nan")


def _window(window: int) -> str:
    return "start" if window == START else f"repetition {window + 1}"


def _stretch(stretch: tuple[float, float]) -> str:
    low, high = stretch
    return f"{100 * low:g}–{100 * high:g} %"


def _spans(axes: Axes, phases: Phases) -> None:
    """Still start and repetitions as shades; plateaus darker."""
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


def _turn(axes: Axes, phases: Phases, motion: Motion | None) -> None:
    time_s, rotation = phases.curve.time_s, phases.rotation_deg
    zero = phases.zero_deg if np.isfinite(phases.zero_deg) else 0.0
    raw, calm = phases.curve.tilt_deg - zero, phases.curve.calm_deg - zero
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


def _levels(axes: Axes, phases: Phases, protocol: MeasurementProtocol) -> None:
    peak = phases.internal_peak_deg
    if np.isfinite(peak):
        level = max(protocol.rep_floor_deg, protocol.rep_share * peak)
        axes.axhline(
            level, color=palette.GREEN, linewidth=1, linestyle="--",
            label=f"repetition above {level:.1f}°",
        )  # fmt: skip


def _key_frames(axes: Axes, closeup: Closeup) -> None:
    """The frames that were looked at closely, and what they read."""
    axes.plot(
        closeup.time_s, np.zeros(len(closeup.time_s)), transform=axes.get_xaxis_transform(),
        linestyle="none", marker=2, markersize=9, color=palette.INK, label="key frames",
    )  # fmt: skip
    axes.plot(
        closeup.time_s, _registered_deg(closeup), linestyle="none", marker="x", markersize=6,
        color=palette.VERMILLION, label="registered outline", zorder=5,
    )  # fmt: skip


def _registered_deg(closeup: Closeup) -> Floats:
    """(K,) what both patches read in the picture, from the start; NaN where either failed."""
    read = closeup.rotation_deg.mean(axis=1)
    return np.asarray(read - _median(read[closeup.window == START]))


def _pace(axes: Axes, phases: Phases, protocol: MeasurementProtocol) -> None:
    pace = speed(phases.curve.calm_deg, phases.curve.time_s)
    axes.plot(phases.curve.time_s, pace, color=palette.BLACK, linewidth=1, label="speed")
    for sign in (1, -1):
        axes.axhline(
            sign * protocol.plateau_speed_deg_s, color=palette.ORANGE, linewidth=1.2,
            linestyle="--", label="slow enough for a plateau" if sign > 0 else None,
        )  # fmt: skip
    axes.set_ylabel("speed (°/s)")
    axes.set_xlabel("time (s)")
