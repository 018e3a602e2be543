"""Figures of phases, plateaus, masks and compensation channels over time."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats, Ints
from hipcv.core.assessment import Assessment
from hipcv.core.closeup import START, UNUSED, Closeup
from hipcv.core.compensation import COMPENSATIONS, RepView, channel_unit
from hipcv.core.issues import Finding
from hipcv.core.measure import Motion
from hipcv.core.phases import Phases
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_track import PATCHES, ShankTrack
from hipcv.core.smoothing import speed
from hipcv.language import N_, Translated, _
from hipcv.report import palette

PATCH_INK: Final[tuple[dict[str, Any], ...]] = (
    {"color": palette.BLUE, "marker": "o"},
    {"color": palette.VERMILLION, "marker": "^"},
)


_WINDOW_NAMES: Final = Translated({START: N_("start"), UNUSED: N_("between")})


def draw_phases(
    phases: Phases, motion: Motion | None, closeup: Closeup | None, protocol: MeasurementProtocol
) -> Figure:
    """Draw rotation and its speed over time, with start, repetitions, plateaus and masks."""
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for axes in (lower, upper):
        _spans(axes, phases)
    _rotation(upper, phases, motion, protocol)
    if closeup is not None:
        _masks(upper, closeup)
    _speed(lower, phases, protocol)
    upper.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    lower.legend(handles=lower.lines[:2], loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def draw_masks(closeup: Closeup, shank: ShankTrack | None, time_s: Floats) -> Figure:
    """Draw what each mask gave in both patches: against the tracked outline, residual, foot.

    `shank` is the tracked one of the same leg, at `time_s` (T,); None where it was not tracked.
    """
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    rows = figure.subplots(3, 1, sharex=True)
    windows = [int(window) for window in dict.fromkeys(closeup.window)]
    values = (
        (_("mask less outline (°)"), _less_tracked(closeup, shank, time_s)),
        (_("residual (columns)"), closeup.residual_px),
        (_("foot below knee\n(% of shank)"), 100 * closeup.foot_ratio[:, None]),
    )
    for axes, (title, value) in zip(rows, values, strict=True):
        axes.set_ylabel(title)
        for window in windows:
            frames = np.flatnonzero(closeup.window == window)
            _patches(axes, frames, value[frames], first=window == windows[0])
            axes.axvline(frames[0] - 0.5, color=palette.MUTED, linewidth=0.8, linestyle=":")
    rows[0].axhline(0, color=palette.MUTED, linewidth=0.6)
    rows[0].legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, title=_("patch"))
    firsts = [int(np.argmax(closeup.window == window)) for window in windows]
    names = [
        f"{_window_name(window)}\n{closeup.time_s[at]:.2f} s"
        for window, at in zip(windows, firsts, strict=True)
    ]
    rows[-1].set_xticks(firsts, names, ha="left")
    return figure


def _window_name(window: int) -> str:
    if window in _WINDOW_NAMES:
        return _WINDOW_NAMES[window]
    return _("repetition {number}").format(number=window + 1)


def _less_tracked(closeup: Closeup, shank: ShankTrack | None, time_s: Floats) -> Floats:
    """Return the angle by masks less that tracked in the same frame, (K, P), zero at the start."""
    if shank is None:
        return np.full_like(closeup.rotation_deg, np.nan)
    rows = np.abs(time_s[:, None] - closeup.time_s).argmin(axis=0)
    off = closeup.rotation_deg - shank.mean_deg[rows][:, None]
    return np.asarray(off - _median(off[closeup.window == START]))


def _patches(axes: Axes, frames: Ints, value: Floats, *, first: bool) -> None:
    for column, stretch, ink in zip(value.T, PATCHES, PATCH_INK, strict=False):
        label = percent(stretch) if first else None
        axes.plot(frames, column, linewidth=0.8, markersize=5, label=label, **ink)


def _median(value: Floats) -> float:
    finite = value[np.isfinite(value)]
    return float(np.median(finite)) if len(finite) else float("nan")


def percent(stretch: tuple[float, float]) -> str:
    """Return a stretch of the shank as 20–95 %."""
    return f"{100 * stretch[0]:g}–{100 * stretch[1]:g} %"


def _spans(axes: Axes, phases: Phases) -> None:
    """Shade the still start and the repetitions."""
    time_s = phases.curve.time_s
    if len(phases.start):
        axes.axvspan(
            time_s[phases.start[0]], time_s[phases.start[-1]], color=palette.SKY, alpha=0.35,
            linewidth=0, label=_("still start") if phases.still else _("quietest moment"),
        )  # fmt: skip
    for number, rep in enumerate((*phases.internal, *phases.external)):
        axes.axvspan(
            time_s[rep.first], time_s[rep.last], color=palette.PALE, alpha=0.7, linewidth=0,
            zorder=0, label=_("repetition") if number == 0 else None,
        )  # fmt: skip


def _rotation(
    axes: Axes, phases: Phases, motion: Motion | None, protocol: MeasurementProtocol
) -> None:
    time_s, rotation = phases.curve.time_s, phases.rotation_deg
    zero = phases.zero_deg if np.isfinite(phases.zero_deg) else 0.0
    read_deg = phases.curve.tilt_deg - zero
    for label, rows, colour in (
        (_("by outline"), phases.curve.by_outline, palette.SKY),
        (_("gap bridged"), phases.curve.bridged, palette.YELLOW),
        (_("by landmarks"), ~phases.curve.by_outline & ~phases.curve.bridged, palette.ORANGE),
    ):
        if (rows & np.isfinite(read_deg)).any():
            axes.plot(
                time_s, np.where(rows, read_deg, np.nan), color=colour, linewidth=3, marker=".",
                markersize=3, label=label,
            )  # fmt: skip
    smoothed = phases.curve.smoothed_deg - zero
    axes.plot(time_s, smoothed, color=palette.BLACK, linewidth=1, label=_("smoothed"))
    if motion is not None:
        axes.plot(
            time_s, motion.rotation_deg, color=palette.BLUE, linewidth=1.4,
            label=_("used, corrected for the view"),
        )  # fmt: skip
    held = [row for rep in (*phases.internal, *phases.external) for row in rep.plateau]
    axes.plot(
        time_s[held], rotation[held], linestyle="none", marker="s", markersize=4,
        color=palette.ORANGE, markeredgecolor=palette.INK, markeredgewidth=0.4,
        label=_("plateau frames"), zorder=4,
    )  # fmt: skip
    axes.axhline(0, color=palette.MUTED, linewidth=0.6)
    axes.set_ylabel(_("from the start (°)") if len(phases.start) else _("shank tilt (°)"))
    peak = phases.internal_peak_deg
    if np.isfinite(peak):
        level = max(protocol.rep_floor_deg, protocol.rep_share * peak)
        axes.axhline(
            level, color=palette.GREEN, linewidth=1, linestyle="--",
            label=_("repetition above {angle}").format(angle=f"{level:.1f}°"),
        )  # fmt: skip


def _masks(axes: Axes, closeup: Closeup) -> None:
    """Mark the frames that masks read, and their rotation from the start, mean of both patches."""
    mean_deg = closeup.rotation_deg.mean(axis=1)  # NaN where either failed
    mean_deg = mean_deg - _median(mean_deg[closeup.window == START])
    axes.plot(
        closeup.time_s, np.zeros(len(closeup.time_s)), transform=axes.get_xaxis_transform(),
        linestyle="none", marker=2, markersize=9, color=palette.INK, label=_("read by masks"),
    )  # fmt: skip
    axes.plot(
        closeup.time_s, mean_deg, linestyle="none", marker="x", markersize=6,
        color=palette.VERMILLION, label=_("angle by masks"), zorder=5,
    )  # fmt: skip


def _speed(axes: Axes, phases: Phases, protocol: MeasurementProtocol) -> None:
    speed_deg_s = speed(phases.curve.smoothed_deg, phases.curve.time_s)
    axes.plot(phases.curve.time_s, speed_deg_s, color=palette.BLACK, linewidth=1, label=_("speed"))
    for sign in (1, -1):
        axes.axhline(
            sign * protocol.plateau_speed_deg_s, color=palette.ORANGE, linewidth=1.2,
            linestyle="--", label=_("slow enough for a plateau") if sign > 0 else None,
        )  # fmt: skip
    axes.set_ylabel(_("speed (°/s)"))
    axes.set_xlabel(_("time (s)"))


# --- compensation channels


def draw_channels(motion: Motion, assessment: Assessment | None) -> Figure:
    """Draw one row a channel; the plateaus, where it is judged, are shaded."""
    figure = Figure(figsize=(12, 1.45 * max(len(motion.channels), 1) + 0.9), layout="constrained")
    rows = figure.subplots(max(len(motion.channels), 1), 1, sharex=True, squeeze=False)[:, 0]
    findings = [f for rep in assessment.reps for f in rep.findings] if assessment else []
    for axes, name in zip(rows, motion.channels, strict=False):
        _channel(axes, name, motion)
        codes = {row.code for row in COMPENSATIONS if row.channel == name}
        for finding in findings:
            if finding.code in codes:
                _finding(axes, finding, motion, 1 if finding.unit == "deg" else 100)
    _legend(rows[0])
    rows[-1].set_xlabel(_("time (s)"))
    return figure


def _channel(axes: Axes, name: str, motion: Motion) -> None:
    unit, times = ("°", 1) if channel_unit(name) == "deg" else (_("% of shank"), 100)
    channel = motion.channels[name]
    axes.set_title(
        _("{channel} ({unit}), by {source}").format(
            channel=channel_name(name), unit=unit, source=channel.source
        ),
        loc="left",
        fontsize=9,
        pad=2,
    )
    for rep in motion.reps:
        axes.axvspan(*rep.plateau_s, color=palette.SKY, alpha=0.3, linewidth=0)
    unmeasured = ~np.isfinite(channel.value)
    axes.fill_between(
        motion.time_s, 0, 1, where=unmeasured.tolist(), transform=axes.get_xaxis_transform(),
        facecolor="none", hatch="////", edgecolor=palette.PALE, linewidth=0,
    )  # fmt: skip
    for rep in motion.reps:
        _limits(axes, name, RepView(motion, rep), times)
    axes.axhline(0, color=palette.MUTED, linewidth=0.6)
    axes.plot(motion.time_s, times * channel.value, color=palette.BLUE, linewidth=1.5)


def channel_name(name: str) -> str:
    """Return a channel's name in words, without its unit."""
    return name.rpartition("_")[0].replace("_", " ").capitalize()


def limits(name: str, rep: RepView) -> list[tuple[float, float]]:
    """Return (signed limit, noise) for all checks of one channel, as they apply in a repetition.

    A channel that stands in for another has its limit only in repetitions in which it does.
    """
    first = {row.code: row for row in reversed(COMPENSATIONS)}
    return [
        (limit, row.noise(rep, abs(limit)))
        for row in COMPENSATIONS
        if row.channel == name and row.in_channel_unit
        if row is first[row.code] or row.applies(rep)
        for limit in row.limits(rep)
        if np.isfinite(limit)
    ]


def _limits(axes: Axes, name: str, rep: RepView, times: float) -> None:
    for limit, noise in limits(name, rep):
        axes.plot(
            rep.span.span_s, [times * limit] * 2, color=palette.VERMILLION, linewidth=1,
            linestyle="--",
        )  # fmt: skip
        low, high = sorted((0, np.copysign(times * noise, limit)))
        axes.fill_between(rep.span.span_s, low, high, color=palette.MUTED, alpha=0.13, linewidth=0)


def _finding(axes: Axes, finding: Finding, motion: Motion, times: float) -> None:
    """Draw the onset of a finding and the limit that applied."""
    axes.axvline(finding.at_s, color=palette.INK, linewidth=1.2)
    axes.annotate(
        f"{finding.code} {times * finding.value:+.1f}", (finding.at_s, 1), (4, -2), va="top",
        xycoords=axes.get_xaxis_transform(), textcoords="offset points", fontsize=8,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "linewidth": 0.5},
    )  # fmt: skip
    for rep in motion.reps:
        if rep.span_s.contains(finding.at_s):
            limit = times * np.copysign(finding.limit, finding.value)
            axes.plot(rep.plateau_s, (limit, limit), color=palette.VERMILLION, linewidth=3)


def _legend(axes: Axes) -> None:
    """Explain the marks, right of the first row."""
    for style in (
        {"color": palette.BLUE, "label": _("channel")},
        {"color": palette.VERMILLION, "linestyle": "--", "label": _("limit")},
        {"color": palette.VERMILLION, "linewidth": 3, "label": _("limit that applied")},
        {"color": palette.INK, "label": _("finding began")},
        {"color": palette.MUTED, "alpha": 0.25, "linewidth": 7, "label": _("noise")},
        {"color": palette.SKY, "alpha": 0.4, "linewidth": 7, "label": _("plateau")},
    ):
        axes.plot([], [], **style)
    axes.fill_between(
        [], [], facecolor="none", hatch="////", edgecolor=palette.MUTED, label=_("not measured")
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1.2), frameon=False)
