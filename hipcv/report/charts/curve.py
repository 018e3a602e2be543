"""The upper panel of the chart: rotation, start, plateaus, target and typical band."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes

from hipcv.core.assessment import Assessment, Rep
from hipcv.core.measure import Motion
from hipcv.report import numbers, palette

_HEADROOM_DEG: Final = 9.0


def draw_curve(axes: Axes, motion: Motion, assessment: Assessment | None) -> None:
    """Draw one side's curve; every label stands beside the axes or above its own plateau."""
    _frame(axes, motion)
    _bands(axes, motion)
    axes.plot(
        motion.time_s, motion.raw_deg, color=palette.MUTED, linewidth=0.8, label="as read", zorder=3
    )
    axes.plot(
        motion.time_s, motion.rotation_deg, color=palette.BLUE, linewidth=2.2, label="used",
        zorder=4,
    )  # fmt: skip
    _bridged(axes, motion)
    for rep in assessment.reps if assessment else ():
        _plateau(axes, rep, _ceiling_deg(motion, rep))
    axes.legend(loc="lower left", bbox_to_anchor=(1.005, 0), frameon=False, handlelength=1.6)


def _frame(axes: Axes, motion: Motion) -> None:
    axes.set_title(
        f"{motion.side.value.capitalize()} hip: internal rotation from the start position",
        loc="left", fontsize=10.5, fontweight="bold",
    )  # fmt: skip
    curves = np.concatenate([motion.raw_deg, motion.rotation_deg])
    seen = curves[np.isfinite(curves)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 0.0)
    top = max(high + _HEADROOM_DEG, motion.protocol.target_deg + 6)
    axes.set_ylim(min(low - 3, -6), top)
    axes.set_xlim(float(motion.time_s[0]), float(motion.time_s[-1]))
    axes.set_ylabel("rotation (°)")
    axes.tick_params(labelbottom=False, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=palette.MUTED, linewidth=0.8, zorder=1)


def _bands(axes: Axes, motion: Motion) -> None:
    protocol = motion.protocol
    low, high = protocol.typical_low_deg, protocol.typical_high_deg
    axes.axhspan(low, high, color=palette.GREEN, alpha=0.16, linewidth=0, zorder=0)
    axes.axhline(
        protocol.target_deg, color=palette.INK, linewidth=1.3, linestyle=(0, (6, 3)), zorder=2
    )
    _beside(axes, protocol.target_deg, f"target {protocol.target_deg:g}°", bold=True)
    _beside(axes, (low + high) / 2, f"usual range\n{low:g}–{high:g}°", bold=False)
    if motion.start is not None:
        begin_s, end_s = motion.start.span_s
        axes.axvspan(begin_s, end_s, color=palette.SKY, alpha=0.3, linewidth=0, zorder=0)
        axes.annotate(
            "start", ((begin_s + end_s) / 2, 0), (0, 4), textcoords="offset points",
            xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8,
        )  # fmt: skip


def _beside(axes: Axes, y_deg: float, text: str, *, bold: bool) -> None:
    axes.annotate(
        text, (1, y_deg), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=8.5, fontweight="bold" if bold else "normal",
    )  # fmt: skip


def _bridged(axes: Axes, motion: Motion) -> None:
    if motion.bridged.any():
        axes.plot(
            motion.time_s, np.where(motion.bridged, motion.rotation_deg, np.nan), linewidth=4,
            color=palette.ORANGE, label="gap bridged", zorder=5,
        )  # fmt: skip


def _plateau(axes: Axes, rep: Rep, ceiling_deg: float) -> None:
    begin_s, end_s = rep.plateau_s
    colour = palette.INK if rep.valid else palette.MUTED
    low, high = rep.interval_deg
    axes.fill_between([begin_s, end_s], low, high, color=colour, alpha=0.18, linewidth=0, zorder=2)
    axes.plot(
        [begin_s, end_s], [rep.rotation_deg] * 2, color=colour, linewidth=3.5,
        solid_capstyle="butt", zorder=6,
    )  # fmt: skip
    text = (
        numbers.angle(rep.rotation_deg)
        if rep.valid
        else f"({numbers.angle(rep.rotation_deg)})\nnot counted"
    )
    axes.annotate(
        text, ((begin_s + end_s) / 2, ceiling_deg), (0, 4), textcoords="offset points",
        ha="center", va="bottom", color=colour, fontweight="bold", fontsize=10, zorder=7,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.8, "linewidth": 0},
    )  # fmt: skip


def _ceiling_deg(motion: Motion, rep: Rep) -> float:
    """The highest ink under a label: curves, interval and, where it is near, the target line."""
    inside = rep.plateau_s.contains(motion.time_s)
    curves = np.concatenate([motion.raw_deg[inside], motion.rotation_deg[inside]])
    seen = curves[np.isfinite(curves)]
    ceiling = max(float(seen.max()) if seen.size else 0.0, rep.interval_deg[1])
    target = motion.protocol.target_deg
    return target if target - 5.5 < ceiling < target else ceiling
