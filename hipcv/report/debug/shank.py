"""Figures of the shank in its strip: edges, the registered outline of the start, and widths."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import matplotlib.patheffects as halo
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import (
    KNEE_ROW,
    PITCH,
    ROWS,
    Outline,
    Registration,
    Strip,
    resample_edges,
    rows_of,
)
from hipcv.core.shank_track import PATCHES
from hipcv.core.trace import Cutout, ShankRegistered
from hipcv.language import _
from hipcv.report import numbers, palette
from hipcv.report.debug.curves import percent

_HALO: Final = (halo.Stroke(linewidth=3.2, foreground="white"), halo.Normal())
_DARK: Final = (halo.Stroke(linewidth=3.2, foreground="black"), halo.Normal())
_PATCH_INK: Final[tuple[dict[str, Any], ...]] = (
    {"color": palette.YELLOW, "linestyle": "-", "path_effects": _DARK},
    {"color": palette.SKY, "linestyle": "--", "path_effects": _DARK},
)
_ALL_ROWS: Final = np.arange(ROWS, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class KeyFrame:
    """One key frame: its strip and its registration."""

    time_s: float
    cutout: Cutout
    registered: ShankRegistered | None  # None: the start has no outline
    tracked: tuple[Floats, float] | None = None  # knee and turn by the track, as in a `Strip`


def draw_strips(keys: Sequence[KeyFrame], side: Side) -> Figure:
    """Draw two strips a key frame: its edges, and the registered outline of the start."""
    figure = Figure(figsize=(4.6 * len(keys), 7.6), layout="constrained")
    panels = figure.subplots(1, 2 * len(keys), squeeze=False)[0]
    for index, key in enumerate(keys):
        edges, outline = panels[2 * index : 2 * index + 2]
        for axes in (edges, outline):
            _strip(axes, key.cutout)
        _edges(edges, key, side)
        _outline(outline, key, side)
    panels[0].set_ylabel(_("along the shank: knee 0, ankle 1"))
    panels[0].set_yticks([_row_of(share) for share in (0, 0.5, 1)], ["0", "0.5", "1"])
    lines = {line.get_label(): line for axes in panels for line in axes.lines}
    labelled = {name: line for name, line in lines.items() if not str(name).startswith("_")}
    figure.legend(
        labelled.values(), labelled.keys(), loc="outside upper center", ncols=3, frameon=False
    )
    return figure


def draw_widths(key: KeyFrame) -> Figure | None:
    """Draw the leg's width in every row, at the start and now, before and after the slide.

    Returns None where the key frame was not registered.
    """
    if key.registered is None:
        return None
    figure = Figure(figsize=(9, 7), layout="constrained")
    panels = figure.subplots(1, len(PATCHES), sharey=True)
    for index, axes in enumerate(panels):
        _profiles(axes, key.registered, index)
    panels[0].set_ylabel(_("along the shank: knee 0, ankle 1"))
    panels[0].invert_yaxis()
    handles = panels[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=3, frameon=False)
    return figure


def _strip(axes: Axes, cutout: Cutout) -> None:
    axes.imshow(cv2.cvtColor(cutout.picture, cv2.COLOR_BGR2RGB))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.autoscale(enable=False)
    for share in (0, 1):
        axes.axhline(_row_of(share), color="white", linewidth=0.8, linestyle=":")


def _edges(axes: Axes, key: KeyFrame, side: Side) -> None:
    """Draw the mask's edges, and the same moved to the change of colour."""
    for edge in range(2):
        label = edge == 0
        axes.plot(
            key.cutout.mask_edges[:, edge], _ALL_ROWS, color=palette.ORANGE, linewidth=1.4,
            linestyle="--", path_effects=_DARK, label=_("edge of the mask") if label else None,
        )  # fmt: skip
        axes.plot(
            key.cutout.outline.edges[:, edge], _ALL_ROWS, color=palette.BLUE, linewidth=1.4,
            path_effects=_HALO, label=_("snapped to colour") if label else None,
        )  # fmt: skip
    axes.set_title(f"{key.time_s:.2f} s")
    axes.set_xlabel(f"{_coverage(key.cutout)}\n{_strip_turn(key, side)}")


def _coverage(cutout: Cutout) -> str:
    """Return the share of the rows that have an edge."""
    rows = slice(rows_of(PATCHES[0]).start, rows_of(PATCHES[1]).stop)
    mask, snapped = (
        numbers.share(float(np.isfinite(edges[rows]).mean()))
        for edges in (cutout.mask_edges, cutout.outline.edges)
    )
    return _("mask's edge in {mask} of rows,\nsnapped in {snapped}").format(
        mask=mask, snapped=snapped
    )


def _strip_turn(key: KeyFrame, side: Side) -> str:
    """Return the strip's rotation from the start, which is that of the landmarks."""
    if key.registered is None:
        return ""
    turn = key.cutout.outline.strip.turn_deg - key.registered.template.strip.turn_deg
    return _("strip turned {angle}").format(angle=numbers.angle(LEGS[side].internal_sign * turn))


def _outline(axes: Axes, key: KeyFrame, side: Side) -> None:
    """Draw the start's outline where the registration puts it."""
    axes.set_title(_("start laid on it"))
    if key.registered is None:
        axes.set_xlabel(_("no start to lay on it"))
        return
    lines = []
    for patch, stretch, ink in zip(key.registered.registrations, PATCHES, _PATCH_INK, strict=True):
        lines.append(_result(patch, key.registered, stretch, side))
        if np.isfinite(patch.turn_deg):
            points = template_in_strip(
                key.registered, registered_strip(key.registered, patch), stretch
            )
            for edge in range(2):
                label = (
                    _("start, {stretch}").format(stretch=percent(stretch)) if edge == 0 else None
                )
                axes.plot(*points[:, edge].T, linewidth=1.4, label=label, **ink)
    _tracked(axes, key, key.registered)
    axes.set_xlabel("\n".join(lines))


def _tracked(axes: Axes, key: KeyFrame, event: ShankRegistered) -> None:
    """Draw the start's outline where the track puts it, which no mask had a part in."""
    if key.tracked is None:
        return
    knee_px, turn_deg = key.tracked
    strip = Strip(knee_px, turn_deg, event.template.strip.shank_px)
    points = template_in_strip(event, strip, (PATCHES[0][0], PATCHES[-1][1]))
    for edge in range(2):
        label = _("start, as tracked") if edge == 0 else None
        axes.plot(
            *points[:, edge].T, color=palette.VERMILLION, linewidth=1.2, linestyle=":",
            path_effects=_HALO, label=label,
        )  # fmt: skip


def template_in_strip(event: ShankRegistered, laid: Strip, stretch: tuple[float, float]) -> Floats:
    """Return the start's outline (rows, 2 edges, 2), laid in a strip of the same picture.

    As (column, row) of the current strip.
    """
    rows = rows_of(stretch)
    edges = event.template.edges[rows]
    points = np.stack([edges, np.broadcast_to(_ALL_ROWS[rows, None], edges.shape)], axis=-1)
    return map_strip(points, laid, event.outline.strip)


def map_strip(points: Floats, source: Strip, target: Strip) -> Floats:
    """Map (column, row) (..., 2) of one strip to those of another on the same picture."""
    forward, back = source.matrix, target.matrix
    xy_px = points @ forward[:, :2].T + forward[:, 2]
    return np.asarray((xy_px - back[:, 2]) @ np.linalg.inv(back[:, :2]).T)


def registered_strip(event: ShankRegistered, patch: Registration) -> Strip:
    """Return the strip in which the leg lies as it did at the start."""
    return Strip(patch.knee_px, patch.turn_deg, event.template.strip.shank_px)


def _result(
    patch: Registration, event: ShankRegistered, stretch: tuple[float, float], side: Side
) -> str:
    if not np.isfinite(patch.turn_deg):
        return _("{stretch}: not registered").format(stretch=percent(stretch))
    turn = LEGS[side].internal_sign * (patch.turn_deg - event.template.strip.turn_deg)
    return _("{stretch}: turn {angle}\nslide {slide}, residual {residual:.2f}").format(
        stretch=percent(stretch),
        angle=numbers.angle(turn),
        slide=_slide(patch),
        residual=patch.residual,
    )


def _slide(patch: Registration) -> str:
    return numbers.signed(100 * patch.slide_ratio, " %", decimals=1)


def _profiles(axes: Axes, event: ShankRegistered, index: int) -> None:
    stretch, patch = PATCHES[index], event.registrations[index]
    along = (_ALL_ROWS - KNEE_ROW) * PITCH
    axes.axhspan(*stretch, color=palette.PALE, alpha=0.6, linewidth=0)
    axes.plot(
        _width(event.template), along, color=palette.BLACK, linewidth=2, label=_("at the start")
    )
    axes.plot(
        _width(event.outline), along, color=palette.ORANGE, linewidth=1.4, linestyle="--",
        label=_("now, as the landmarks lay it"),
    )  # fmt: skip
    axes.set_title(_("{stretch}: not registered").format(stretch=percent(stretch)))
    axes.set_xlabel(_("width (% of shank)"))
    if np.isfinite(patch.turn_deg):
        axes.plot(
            _width(_resampled(event, patch)), along, color=palette.BLUE, linewidth=1.4,
            label=_("now, turned and slid"),
        )  # fmt: skip
        text = _("{stretch}: slide {slide} of the shank")
        axes.set_title(text.format(stretch=percent(stretch), slide=_slide(patch)))


def _width(outline: Outline) -> Floats:
    """Return the width of every row (ROWS,) in % of the shank."""
    return np.asarray(100 * PITCH * (outline.edges[:, 1] - outline.edges[:, 0]))


def _resampled(event: ShankRegistered, patch: Registration) -> Outline:
    """Return the current outline, resampled in the registered strip."""
    strip, source = registered_strip(event, patch), event.outline.strip
    return Outline(
        strip,
        resample_edges(event.outline.edges, lambda points: map_strip(points, source, strip)),
    )


def _row_of(share: float) -> float:
    return share / PITCH + KNEE_ROW
