"""Plots of a study: difference against mean (Bland and Altman), and one method against another."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from hipcv.core.landmarks import Side
from hipcv.language import _
from hipcv.report import numbers, palette, wording
from hipcv.report.charts.chart import STYLE, encode
from hipcv.study.agreement import Estimate
from hipcv.study.comparison import Comparison

NAMES: Final = ("bland_altman", "identity")
"""Names of the plots, and of their files without the suffix."""

WIDTH_IN: Final = 4.8
HEIGHT_IN: Final = 3.5
_DPI: Final = 200.0
_LONGEST: Final = 22
"""Longest name on an axis."""

_MARKS: Final = {
    "left": (palette.BLUE, "o"), "right": (palette.ORANGE, "s"), "": (palette.BLUE, "o"),
}  # fmt: skip
"""Colour and marker of each side."""

_PLAIN: Final[dict[str, Any]] = {"parse_math": False}
"""Of texts that hold names of the table: a dollar sign is a dollar sign."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot in both forms; the same input gives the same bytes."""

    name: str  # of its files, without the suffix
    title: str
    png: bytes
    svg: bytes


def draw(comparison: Comparison) -> tuple[Plot, Plot]:
    """Draw the plot of Bland and Altman, and that against the line of identity."""
    difference, identity = NAMES
    return (
        _plot(difference, _("Difference against mean"), comparison, _bland_altman),
        _plot(identity, _("One method against the other"), comparison, _identity),
    )


def _plot(
    name: str, title: str, comparison: Comparison, fill: Callable[[Axes, Comparison], None]
) -> Plot:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=3)
        axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
        fill(axes, comparison)
        png, svg = encode(figure, "png", dpi=_DPI), encode(figure, "svg")
    return Plot(name, title, png, svg)


def _bland_altman(axes: Axes, comparison: Comparison) -> None:
    """Draw differences, with bias, limits, and the intervals of all three as bands."""
    found = comparison.agreement
    mean_deg = (comparison.test_deg + comparison.reference_deg) / 2
    difference_deg = comparison.test_deg - comparison.reference_deg
    _points(axes, comparison, mean_deg, difference_deg)
    axes.axhline(0, color=palette.MUTED, linewidth=0.8, zorder=1)
    lines = (
        (found.upper, _("upper limit {angle}"), (0, (6, 3)), palette.VERMILLION),
        (found.bias, _("bias {angle}"), "solid", palette.INK),
        (found.lower, _("lower limit {angle}"), (0, (6, 3)), palette.VERMILLION),
    )
    for estimate, text, dashes, colour in lines:
        _line(axes, estimate, text, {"linestyle": dashes, "color": colour})
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    axes.set_xlabel(_("mean of both (°)"))
    axes.set_ylabel(_less(comparison), **_PLAIN)


def _less(comparison: Comparison) -> str:
    return _("{test} − {reference} (°)").format(
        test=_printable(comparison.test), reference=_printable(comparison.reference)
    )


def _printable(name: str) -> str:
    """Return a name of the table that fits an axis, with a box for what the font lacks."""
    characters = _characters()
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    return "".join(sign if ord(sign) in characters else "□" for sign in short)


@cache
def _characters() -> frozenset[int]:
    """Return the code points that the font has."""
    font = get_font(findfont(FontProperties(family=STYLE["font.family"])))
    return frozenset(font.get_charmap())


def _line(axes: Axes, estimate: Estimate, text: str, style: dict[str, Any]) -> None:
    axes.axhline(estimate.value, linewidth=1.4, zorder=3, **style)
    if estimate.interval:
        axes.axhspan(*estimate.interval, color=style["color"], alpha=0.12, linewidth=0, zorder=0)
    axes.annotate(
        text.format(angle=numbers.angle(estimate.value)), (1, estimate.value), (4, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
        fontsize=8, color=style["color"], annotation_clip=False,
    )  # fmt: skip


def _identity(axes: Axes, comparison: Comparison) -> None:
    """Draw one method against the other, on equal scales."""
    both = np.concatenate([comparison.reference_deg, comparison.test_deg])
    room = max(0.05 * float(np.ptp(both)), 1.0)
    ends = float(both.min()) - room, float(both.max()) + room
    axes.plot(
        ends, ends, color=palette.INK, linewidth=1.0, linestyle=(0, (6, 3)), zorder=1,
        label=_("both the same"),
    )  # fmt: skip
    _points(axes, comparison, comparison.reference_deg, comparison.test_deg)
    axes.legend(loc="upper left", frameon=False, fontsize=8, handletextpad=0.4)
    axes.set(xlim=ends, ylim=ends, aspect="equal")
    axes.set_xlabel(f"{_printable(comparison.reference)} (°)", **_PLAIN)
    axes.set_ylabel(f"{_printable(comparison.test)} (°)", **_PLAIN)


def _points(axes: Axes, comparison: Comparison, across: Any, up: Any) -> None:  # noqa: ANN401
    """Draw the pairs, one colour and marker for each side, with a key where there are two."""
    sides = np.array(comparison.sides)
    found = [side for side in _MARKS if side in comparison.sides]
    size = 22 if len(sides) < 100 else 12  # noqa: PLR2004 - many points are small
    for side in found:
        colour, marker = _MARKS[side]
        axes.scatter(
            across[sides == side], up[sides == side], s=size, c=colour, marker=marker, alpha=0.65,
            linewidths=0, label=wording.SIDES[Side(side)] if side else "", zorder=2,
        )  # fmt: skip
    if len(found) > 1:
        axes.legend(loc="best", frameon=False, fontsize=8, handletextpad=0.2)
