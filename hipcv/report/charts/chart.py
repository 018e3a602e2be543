"""Chart of rotation over time with target and typical band, above a strip of compensations."""

import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path

from hipcv.core.arrays import Bools
from hipcv.core.assessment import Assessment, Rep, Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.core.shank_track import AngleSource
from hipcv.language import N_, _
from hipcv.report import numbers, palette, wording
from hipcv.report.charts.strip import draw_strip, strip_rows
from hipcv.report.gauge_geometry import typical_from_start

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
_CURVE_STYLES: Final[dict[AngleSource, dict[str, Any]]] = {
    "outline": {"linewidth": 2.2, "label": wording.ALONG_THIGH},
    "landmarks": {"linewidth": 1.4, "linestyle": (0, (3.5, 1.5)), "label": wording.BY_LANDMARKS},
    "bridged": {"linewidth": 1.4, "linestyle": (0, (1, 1)), "label": N_("gap bridged")},
}
"""Style of the curve by the origin of its angle."""

_PANEL_GAP_IN: Final = 0.1
_TITLE_GAP_IN: Final = 0.11
_LEFT: Final = 0.155
_RIGHT: Final = 0.825
"""Shares of a figure's width at which the axes begin, where no title needs more, and end."""

_HEADROOM_DEG: Final = 9.0
_BAND_CHARACTERS: Final = 13
"""Longest line of the typical band's label."""

_LABEL_PT: Final = 18.0
_TWO_LINES_PT: Final = 31.0
"""Height of a label above a hold: the number alone, or with "not counted"."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes of a figure in inches."""

    width: float
    curve: float  # height of the upper panel
    row: float  # height of one row of the strip
    above: float  # each upper panel, for its title
    below: float  # each strip, for its axis


_PAGE: Final = _Layout(width=9.6, curve=3.1, row=0.23, above=0.35, below=0.6)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in both forms; the same input gives the same bytes."""

    png: bytes
    svg: str


def draw(trial: Trial, motions: Mapping[Side, Motion]) -> Chart:
    """Draw a panel with its strip for every side that has a movement, left first."""
    with mpl.rc_context(STYLE):
        figure = _figure(trial, [motions[side] for side in Side if side in motions], _PAGE)
        png, svg = encode(figure, "png"), encode(figure, "svg")
        return Chart(png=png, svg=svg.decode("utf-8"))


def draw_compact(
    trial: Trial, motion: Motion, *, width_in: float, curve_in: float
) -> tuple[bytes, float]:
    """Draw one side for print: a PNG of 300 dots per inch, and its height as share of its width."""
    layout = _Layout(width=width_in, curve=curve_in, row=0.148, above=0.24, below=0.38)
    with mpl.rc_context({**STYLE, "font.size": 8}):
        figure = _figure(trial, [motion], layout)
        return encode(figure, "png", dpi=300), figure.get_figheight() / width_in


def _figure(trial: Trial, motions: Sequence[Motion], layout: _Layout) -> Figure:
    strips = [strip_rows(motion, trial.sides.get(motion.side)) for motion in motions]
    strips_in = [layout.row * max(len(rows), 1) for rows in strips]
    around_in = layout.above + layout.curve + _PANEL_GAP_IN + layout.below
    total_in = sum(strips_in) + around_in * len(motions)
    figure = Figure(figsize=(layout.width, max(total_in, 1.5)))
    FigureCanvasAgg(figure)
    if not motions:
        figure.text(
            0.5, 0.5, _("No movement to draw"), ha="center", va="center", color=palette.MUTED
        )
    bottom_in = total_in
    left = _left_share([row.title for rows in strips for row in rows], layout.width)
    for motion, rows, strip_in in zip(motions, strips, strips_in, strict=True):
        bottom_in -= layout.above + layout.curve
        curve = _axes(figure, bottom_in, layout.curve, left=left)
        bottom_in -= _PANEL_GAP_IN + strip_in
        typical = typical_from_start(
            motion.protocol, motion.start_tilt_deg, is_minor=trial.person.is_minor
        )
        _bands(curve, motion, typical)
        _draw_curve(curve, motion, trial.sides.get(motion.side))
        if typical:
            _name_band(curve, typical)
        draw_strip(_axes(figure, bottom_in, strip_in, left=left), motion, rows)
        bottom_in -= layout.below
    return figure


def _axes(figure: Figure, bottom_in: float, height_in: float, *, left: float) -> Axes:
    """Add axes from a share of the figure's width to the room for labels at its right."""
    total_in = figure.get_figheight()
    return figure.add_axes((left, bottom_in / total_in, _RIGHT - left, height_in / total_in))


def _left_share(titles: Iterable[str], width_in: float) -> float:
    """Return the share of a figure's width that is left of its axes: the rows' titles fit in it."""
    font = FontProperties(family=STYLE["font.family"], size=mpl.rcParams["font.size"])
    widths_pt = [
        text_to_path.get_text_width_height_descent(title, font, ismath=False)[0] for title in titles
    ]
    return max(_LEFT, (max(widths_pt, default=0.0) / 72 + _TITLE_GAP_IN) / width_in)


def encode(figure: Figure, form: Literal["png", "svg"], *, dpi: float = 150) -> bytes:
    """Return a figure as a file; the same drawing gives the same bytes."""
    metadata = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}[form]
    out = io.BytesIO()
    figure.savefig(out, format=form, dpi=dpi, metadata=metadata, facecolor=palette.WHITE)
    return out.getvalue()


# --- the upper panel


def _draw_curve(axes: Axes, motion: Motion, assessment: Assessment | None) -> None:
    """Draw one side's curve; every label stands at the axes' edge or above its own plateau."""
    reps = assessment.reps if assessment else ()
    _frame(axes, motion, reps)
    axes.plot(
        motion.time_s, motion.raw_deg, color=palette.MUTED, linewidth=0.8,
        label=_(wording.IN_PICTURE), zorder=3,
    )  # fmt: skip
    for source, style in _CURVE_STYLES.items():
        rows = rows_of_source(motion, source)
        if rows.any():
            curve_deg = np.where(rows, motion.rotation_deg, np.nan)
            label = _(style["label"])
            axes.plot(
                motion.time_s, curve_deg, color=palette.BLUE, zorder=4, **{**style, "label": label}
            )
    low, high = axes.get_ylim()
    label_deg = (_LABEL_PT + 3) * (high - low) / _height_pt(axes)
    for rep in reps:
        _plateau(axes, rep, _label_base_deg(motion, rep, label_deg))
    _second_readings(axes, reps)
    axes.legend(
        loc="lower left", bbox_to_anchor=(1.005, 0), frameon=False, handlelength=1.4,
        handletextpad=0.5, borderpad=0.1, labelspacing=0.25,
    )  # fmt: skip


def _frame(axes: Axes, motion: Motion, reps: Sequence[Rep]) -> None:
    axes.set_title(
        _("{hip}: internal rotation from the start position").format(hip=wording.HIPS[motion.side]),
        loc="left", fontsize=10.5, fontweight="bold",
    )  # fmt: skip
    curves = np.concatenate([motion.raw_deg, motion.rotation_deg])
    finite = curves[np.isfinite(curves)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    bottom = min(low - 3, -6)
    top = max(high + _HEADROOM_DEG, motion.protocol.target_deg + 6)
    axes.set_ylim(bottom, max(top, _top_for_labels_deg(axes, motion, reps, bottom)))
    axes.set_xlim(float(motion.time_s[0]), float(motion.time_s[-1]))
    axes.set_ylabel(_("rotation (°)"))
    axes.tick_params(labelbottom=False, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=palette.MUTED, linewidth=0.8, zorder=1)


def _top_for_labels_deg(axes: Axes, motion: Motion, reps: Sequence[Rep], bottom: float) -> float:
    """Return the upper limit that keeps the labels above the holds clear of the title."""
    if not reps:
        return 0.0
    label_pt = _LABEL_PT if all(rep.valid for rep in reps) else _TWO_LINES_PT
    share = label_pt / _height_pt(axes)
    highest_deg = max(motion.protocol.target_deg, *(rep.interval_deg[1] for rep in reps))
    return (highest_deg - share * bottom) / (1 - share)


def _height_pt(axes: Axes) -> float:
    return float(axes.get_window_extent().height * 72 / axes.figure.dpi)


def _bands(axes: Axes, motion: Motion, typical: tuple[float, float] | None) -> None:
    """Draw the target, the typical band unless a minor was tested, and the start."""
    protocol = motion.protocol
    axes.axhline(
        protocol.target_deg, color=palette.INK, linewidth=1.3, linestyle=(0, (6, 3)), zorder=2
    )
    target = _("target {target}").format(target=numbers.whole(protocol.target_deg))
    _label_right(axes, protocol.target_deg, target, va="center", weight="bold")
    if typical:
        axes.axhspan(*typical, color=palette.GREEN, alpha=0.16, linewidth=0, zorder=0)
    if motion.start is not None:
        begin_s, end_s = motion.start.span_s
        axes.axvspan(begin_s, end_s, color=palette.SKY, alpha=0.3, linewidth=0, zorder=0)
        axes.annotate(
            _("start"), ((begin_s + end_s) / 2, 1), (0, -3), textcoords="offset points",
            xycoords=("data", "axes fraction"), ha="center", va="top", fontsize=8,
        )  # fmt: skip


def _name_band(axes: Axes, typical: tuple[float, float]) -> None:
    """Name the typical band to its right, clear of the legend below and of the target's name."""
    text = textwrap.fill(_(wording.TYPICAL_BAND), _BAND_CHARACTERS)
    label = _label_right(axes, typical[0], text, va="bottom", linespacing=1.05)
    _raise_above(label, axes.get_legend())
    for other in axes.texts[:-1]:
        _raise_above(label, other)


def _raise_above(label: Annotation, other: Artist | None) -> None:
    """Move a label up to the upper edge of another artist if it overlaps it."""
    if other is None or not _overlap(label, other):
        return
    x, y = label.get_position()
    up_px = other.get_window_extent().y1 - label.get_window_extent().y0
    label.set_position((x, y + up_px * 72 / label.figure.dpi + 1))


def _overlap(one: Artist, other: Artist) -> bool:
    return bool(one.get_window_extent().overlaps(other.get_window_extent()))


def _label_right(axes: Axes, y_deg: float, text: str, **style: Any) -> Annotation:  # noqa: ANN401
    return axes.annotate(
        text, (1, y_deg), (5, -1), xycoords=("axes fraction", "data"), textcoords="offset points",
        fontsize=8.5, **style,
    )  # fmt: skip


def _plateau(axes: Axes, rep: Rep, base_deg: float) -> None:
    """Draw a hold's number as a bar within its interval, and write it above `base_deg`."""
    begin_s, end_s = rep.plateau_s
    colour = palette.INK if rep.valid else palette.MUTED
    low, high = rep.interval_deg
    axes.fill_between([begin_s, end_s], low, high, color=colour, alpha=0.18, linewidth=0, zorder=2)
    axes.plot(
        [begin_s, end_s], [rep.rotation_deg] * 2, color=colour, linewidth=3.5,
        solid_capstyle="butt", zorder=6,
    )  # fmt: skip
    angle = numbers.angle(rep.rotation_deg)
    axes.annotate(
        angle if rep.valid else f"({angle})\n{_('not counted')}", ((begin_s + end_s) / 2, base_deg),
        (0, 4), textcoords="offset points",
        ha="center", va="bottom", color=colour, fontweight="bold", fontsize=10, zorder=7,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "alpha": 0.8, "linewidth": 0},
    )  # fmt: skip


def _second_readings(axes: Axes, reps: Sequence[Rep]) -> None:
    """Mark the second reading in the middle of each hold."""
    read = [rep for rep in reps if rep.witness_deg is not None]
    if read:
        axes.plot(
            [sum(rep.plateau_s) / 2 for rep in read], [rep.witness_deg or 0.0 for rep in read],
            linestyle="none", marker="D", markersize=3.6, color=palette.WHITE,
            markeredgecolor=palette.INK, markeredgewidth=0.8, label=_("second reading"), zorder=8,
        )  # fmt: skip


def rows_of_source(motion: Motion, source: AngleSource) -> Bools:
    """Return (T,) True where the angle has one origin; where it changes, both curves are joined."""
    rows = np.array([motion.source_at(row) == source for row in range(len(motion.time_s))])
    if source == "outline":
        return rows
    widened = rows.copy()
    widened[1:] |= rows[:-1]
    widened[:-1] |= rows[1:]
    return widened


def _label_base_deg(motion: Motion, rep: Rep, label_deg: float) -> float:
    """Return the highest mark below a label: curves, interval, a target line it would cross."""
    inside = rep.plateau_s.contains(motion.time_s)
    curves = np.concatenate([motion.raw_deg[inside], motion.rotation_deg[inside]])
    finite = curves[np.isfinite(curves)]
    base_deg = max([*finite, rep.interval_deg[1], rep.witness_deg or 0.0])
    target = motion.protocol.target_deg
    return target if target - label_deg < base_deg < target else base_deg
