"""Rotation over time, with what it is read against, and a strip of compensations beneath."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hipcv.core.assessment import Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.report import palette
from hipcv.report.charts.curve import draw_curve
from hipcv.report.charts.strip import draw_strip, strip_rows

_WIDTH_IN: Final = 9.6
_CURVE_IN: Final = 3.1
_ROW_IN: Final = 0.23
STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same
    "font.size": 9,
    "axes.edgecolor": palette.MUTED,
    "axes.labelcolor": palette.INK,
    "text.color": palette.INK,
    "xtick.color": palette.INK,
    "ytick.color": palette.INK,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "hipcv",
    "svg.fonttype": "path",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in both forms; the same input gives the same bytes."""

    png: bytes
    svg: str


def draw(trial: Trial, motions: Mapping[Side, Motion]) -> Chart:
    """Draw every side that has a movement, one panel with its strip a side, left first."""
    with mpl.rc_context(STYLE):
        figure = _figure(trial, [motions[side] for side in Side if side in motions])
        return Chart(png=_bytes(figure, "png"), svg=_bytes(figure, "svg").decode("utf-8"))


def _figure(trial: Trial, motions: list[Motion]) -> Figure:
    strips = [strip_rows(motion, trial.sides.get(motion.side)) for motion in motions]
    heights = [inch for rows in strips for inch in (_CURVE_IN, _ROW_IN * max(len(rows), 1))]
    gap_in = 0.95
    total_in = sum(heights) + gap_in * max(len(motions), 1) + 0.1
    figure = Figure(figsize=(_WIDTH_IN, max(total_in, 1.5)))
    FigureCanvasAgg(figure)
    if not motions:
        figure.text(0.5, 0.5, "No movement to draw", ha="center", va="center", color=palette.MUTED)
        return figure
    top_in = total_in - 0.35
    for motion, rows in zip(motions, strips, strict=True):
        curve = _axes(figure, top_in - _CURVE_IN, _CURVE_IN)
        strip_in = _ROW_IN * max(len(rows), 1)
        strip = _axes(figure, top_in - _CURVE_IN - 0.1 - strip_in, strip_in)
        draw_curve(curve, motion, trial.sides.get(motion.side))
        draw_strip(strip, motion, rows)
        top_in -= _CURVE_IN + 0.1 + strip_in + gap_in - 0.1
    return figure


def _axes(figure: Figure, bottom_in: float, height_in: float) -> Axes:
    left, width = 0.155, 0.67
    total_in = figure.get_figheight()
    return figure.add_axes((left, bottom_in / total_in, width, height_in / total_in))


def _bytes(figure: Figure, form: Literal["png", "svg"]) -> bytes:
    metadata = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}[form]
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=150, metadata=metadata, facecolor=palette.WHITE)
    return out.getvalue()
