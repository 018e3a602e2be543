"""Figure of one tracked shank over time: both patches, residual, and difference of the patches."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Bools, Floats
from hipcv.core.kinematics import shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack
from hipcv.core.shank_track import PATCHES
from hipcv.core.shank_tracker import LOST_GAP_DEG, LOST_RESIDUAL, SURE_GAP_DEG, SURE_RESIDUAL
from hipcv.core.smoothing import runs_of
from hipcv.language import N_, _
from hipcv.report import palette
from hipcv.report.debug.curves import PATCH_INK, percent

_LIMITS: Final = {
    N_("residual (columns)"): (SURE_RESIDUAL, LOST_RESIDUAL),
    N_("patch gap (°)"): (SURE_GAP_DEG, LOST_GAP_DEG),
}
"""Limits beyond which other guesses are tried, and beyond which a reading is none."""


def draw_tracking(track: PoseTrack, side: Side) -> Figure:
    """Draw a leg's tilt in both patches and by landmarks, the residual and the patch gap.

    The leg was tracked. Frames in which it was lost, or in which a mask disagreed, are marked.
    """
    shank, time_s = track.shanks[side], track.time_s
    lost = np.asarray(np.isnan(shank.tilt_deg).all(axis=1))
    figure = Figure(figsize=(12, 9), layout="constrained")
    upper, middle, lower = figure.subplots(3, 1, sharex=True, height_ratios=(2, 1, 1))
    for axes in (upper, middle, lower):
        _gaps(axes, time_s, lost, shank.rejected)
    upper.plot(
        time_s, shank_tilt_deg(track.xy_px, side), color=palette.MUTED, linewidth=0.8,
        label=_("landmarks"),
    )  # fmt: skip
    for tilt_deg, stretch, ink in zip(shank.tilt_deg.T, PATCHES, PATCH_INK, strict=True):
        upper.plot(time_s, tilt_deg, color=ink["color"], linewidth=1.2, label=percent(stretch))
    upper.set_ylabel(_("shank tilt (°)"))
    for axes, (title, limits), value in zip(
        (middle, lower), _LIMITS.items(), (shank.residual, shank.gap_deg), strict=True
    ):
        _quality(axes, time_s, value, limits)
        axes.set_ylabel(_(title))
    lower.set_xlabel(_("time (s)"))
    for axes in (upper, middle):
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def _quality(axes: Axes, time_s: Floats, value: Floats, limits: tuple[float, float]) -> None:
    axes.plot(time_s, value, color=palette.BLACK, linewidth=1)
    for limit, (colour, label) in zip(
        limits, ((palette.ORANGE, _("searched beyond")), (palette.VERMILLION, _("lost beyond"))),
        strict=True,
    ):  # fmt: skip
        axes.axhline(limit, color=colour, linewidth=1.2, linestyle="--", label=label)
    axes.set_ylim(bottom=0)


def _gaps(axes: Axes, time_s: Floats, lost: Bools, rejected: Bools) -> None:
    """Mark spans of frames in which the leg was lost, or its track rejected."""
    lost_style: dict[str, Any] = {"facecolor": "none", "hatch": "////", "edgecolor": palette.MUTED}
    rejected_style: dict[str, Any] = {"color": palette.VERMILLION, "alpha": 0.15}
    for name, rows, style in (
        (_("lost"), lost, lost_style), (_("masks disagreed"), rejected, rejected_style),
    ):  # fmt: skip
        for number, span_s in enumerate(_spans(time_s, rows)):
            label: dict[str, Any] = {} if number else {"label": name}
            axes.axvspan(*span_s, linewidth=0, zorder=0, **(style | label))


def _spans(time_s: Floats, rows: Bools) -> Iterator[tuple[float, float]]:
    """Yield begin and end of every run of True; a frame lasts until the next one."""
    for first, last in runs_of(rows):
        yield float(time_s[first]), float(time_s[min(last + 1, len(time_s) - 1)])
