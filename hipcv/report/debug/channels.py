"""Figure of every compensation channel over time, with its noise, limits and findings."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.assessment import Assessment
from hipcv.core.compensation import COMPENSATIONS, RepView, channel_unit
from hipcv.core.issues import Finding
from hipcv.core.measure import Motion
from hipcv.report import palette


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
    rows[-1].set_xlabel("time (s)")
    return figure


def _channel(axes: Axes, name: str, motion: Motion) -> None:
    unit, times = ("°", 1) if channel_unit(name) == "deg" else ("% of shank", 100)
    channel = motion.channels[name]
    axes.set_title(
        f"{channel_name(name)} ({unit}), by {channel.source}", loc="left", fontsize=9, pad=2
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
    """Return (signed limit, noise) for all checks of one channel, as they apply in a repetition."""
    return [
        (limit, row.noise(rep, abs(limit)))
        for row in COMPENSATIONS
        if row.channel == name and row.in_channel_unit
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
        {"color": palette.BLUE, "label": "channel"},
        {"color": palette.VERMILLION, "linestyle": "--", "label": "limit"},
        {"color": palette.VERMILLION, "linewidth": 3, "label": "limit that applied"},
        {"color": palette.INK, "label": "finding began"},
        {"color": palette.MUTED, "alpha": 0.25, "linewidth": 7, "label": "noise"},
        {"color": palette.SKY, "alpha": 0.4, "linewidth": 7, "label": "plateau"},
    ):
        axes.plot([], [], **style)
    axes.fill_between(
        [], [], facecolor="none", hatch="////", edgecolor=palette.MUTED, label="not measured"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1.2), frameon=False)
