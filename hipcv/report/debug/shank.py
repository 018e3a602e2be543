"""The shank in its strip: its edges, the start's outline laid on it, and how wide it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import matplotlib.patheffects as halo
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipcv.core.arrays import Floats
from hipcv.core.closeup import PATCHES
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.outline import (
    GAP_ROWS,
    KNEE_ROW,
    PITCH,
    ROWS,
    Outline,
    Registration,
    Strip,
    rows_of,
)
from hipcv.core.trace import Cutout, ShankRegistered
from hipcv.report import numbers, palette

_HALO: Final = (halo.Stroke(linewidth=3.2, foreground="white"), halo.Normal())
_DARK: Final = (halo.Stroke(linewidth=3.2, foreground="black"), halo.Normal())
_PATCH_INK: Final[tuple[dict[str, Any], ...]] = (
    {"color": palette.YELLOW, "linestyle": "-", "path_effects": _DARK},
    {"color": palette.SKY, "linestyle": "--", "path_effects": _DARK},
)
_PROFILE_INK: Final = (palette.BLUE, palette.VERMILLION)
_ALL_ROWS: Final = np.arange(ROWS, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class KeyPicture:
    """One key frame, as it was cut out and as it was registered."""

    time_s: float
    cutout: Cutout
    registered: ShankRegistered | None  # None: there was no start to lay on it


def draw_strips(keys: Sequence[KeyPicture], side: Side) -> Figure:
    """For each key frame two strips: its edges, and the start's outline laid on it."""
    figure = Figure(figsize=(4.6 * len(keys), 7.6), layout="constrained")
    panels = figure.subplots(1, 2 * len(keys), squeeze=False)[0]
    for place, key in enumerate(keys):
        edges, laid = panels[2 * place : 2 * place + 2]
        for axes in (edges, laid):
            _strip(axes, key.cutout)
        _edges(edges, key, side)
        _laid(laid, key, side)
    panels[0].set_ylabel("along the shank: knee 0, ankle 1")
    panels[0].set_yticks([_row_of(share) for share in (0, 0.5, 1)], ["0", "0.5", "1"])
    lines = {line.get_label(): line for axes in panels for line in axes.lines}
    named = {name: line for name, line in lines.items() if not str(name).startswith("_")}
    figure.legend(named.values(), named.keys(), loc="outside upper center", ncols=4, frameon=False)
    return figure


def draw_widths(key: KeyPicture) -> Figure | None:
    """How wide the leg is in every row, at the start and now, before and after the slide.

    None where the key frame was not registered.
    """
    if key.registered is None:
        return None
    figure = Figure(figsize=(9, 7), layout="constrained")
    panels = figure.subplots(1, len(PATCHES), sharey=True)
    for patch, axes in enumerate(panels):
        _profiles(axes, key.registered, patch)
    panels[0].set_ylabel("along the shank: knee 0, ankle 1")
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


def _edges(axes: Axes, key: KeyPicture, side: Side) -> None:
    """The mask's edges, and the same moved to the change of colour."""
    for edge in range(2):
        label = edge == 0
        axes.plot(
            key.cutout.mask_edges[:, edge], _ALL_ROWS, color=palette.ORANGE, linewidth=1.4,
            linestyle="--", path_effects=_DARK, label="edge of the mask" if label else None,
        )  # fmt: skip
        axes.plot(
            key.cutout.outline.edges[:, edge], _ALL_ROWS, color=palette.BLUE, linewidth=1.4,
            path_effects=_HALO, label="snapped to colour" if label else None,
        )  # fmt: skip
    axes.set_title(f"{key.time_s:.2f} s")
    axes.set_xlabel(f"{_found(key.cutout)}\n{_laid_along(key, side)}")


def _found(cutout: Cutout) -> str:
    """Share of the rows that have an edge."""
    rows = slice(rows_of(PATCHES[0]).start, rows_of(PATCHES[1]).stop)
    mask, snapped = (
        numbers.share(float(np.isfinite(edges[rows]).mean()))
        for edges in (cutout.mask_edges, cutout.outline.edges)
    )
    return f"mask's edge in {mask} of rows,\nsnapped in {snapped}"


def _laid_along(key: KeyPicture, side: Side) -> str:
    """How the strip lies, which is as the landmarks say."""
    if key.registered is None:
        return ""
    turn = key.cutout.outline.strip.turn_deg - key.registered.template.strip.turn_deg
    return f"strip turned {numbers.angle(LEGS[side].internal_sign * turn)}"


def _laid(axes: Axes, key: KeyPicture, side: Side) -> None:
    """The start's outline, where the registration puts it."""
    axes.set_title("start laid on it")
    if key.registered is None:
        axes.set_xlabel("no start to lay on it")
        return
    told = []
    for done, stretch, ink in zip(key.registered.registrations, PATCHES, _PATCH_INK, strict=True):
        told.append(_words(done, key.registered, stretch, side))
        if np.isfinite(done.turn_deg):
            points = template_in_strip(key.registered, done, stretch)
            for edge in range(2):
                label = f"start, {_percent(stretch)}" if edge == 0 else None
                axes.plot(*points[:, edge].T, linewidth=1.4, label=label, **ink)
    axes.set_xlabel("\n".join(told))


def template_in_strip(
    shown: ShankRegistered, done: Registration, stretch: tuple[float, float]
) -> Floats:
    """(rows, 2 edges, 2) the start's outline as (column, row) of the strip of now."""
    rows = rows_of(stretch)
    edges = shown.template.edges[rows]
    points = np.stack([edges, np.broadcast_to(_ALL_ROWS[rows, None], edges.shape)], axis=-1)
    return carried(points, _strip_of(shown, done), shown.outline.strip)


def carried(points: Floats, here: Strip, there: Strip) -> Floats:
    """(..., 2) columns and rows of one strip, as another strip on the same picture has them."""
    matrix, back = here.matrix, there.matrix
    picture = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray((picture - back[:, 2]) @ np.linalg.inv(back[:, :2]).T)


def _strip_of(shown: ShankRegistered, done: Registration) -> Strip:
    """The strip on which the leg looks as it did at the start."""
    return Strip(done.knee_px, done.turn_deg, shown.template.strip.shank_px)


def _words(
    done: Registration, shown: ShankRegistered, stretch: tuple[float, float], side: Side
) -> str:
    if not np.isfinite(done.turn_deg):
        return f"{_percent(stretch)}: not registered"
    turn = LEGS[side].internal_sign * (done.turn_deg - shown.template.strip.turn_deg)
    return (
        f"{_percent(stretch)}: turn {numbers.angle(turn)}\n"
        f"slide {_slide(done)}, residual {done.residual:.2f}"
    )


def _slide(done: Registration) -> str:
    return numbers.signed(100 * done.slide_ratio, " %", decimals=1)


def _profiles(axes: Axes, shown: ShankRegistered, patch: int) -> None:
    stretch, done = PATCHES[patch], shown.registrations[patch]
    along = (_ALL_ROWS - KNEE_ROW) * PITCH
    axes.axhspan(*stretch, color=palette.PALE, alpha=0.6, linewidth=0)
    axes.plot(_width(shown.template), along, color=palette.BLACK, linewidth=2, label="at the start")
    axes.plot(
        _width(shown.outline), along, color=palette.ORANGE, linewidth=1.4, linestyle="--",
        label="now, as the landmarks lay it",
    )  # fmt: skip
    axes.set_title(f"{_percent(stretch)}: not registered")
    axes.set_xlabel("width (% of shank)")
    if np.isfinite(done.turn_deg):
        axes.plot(
            _width(_laid_anew(shown, done)), along, color=palette.BLUE, linewidth=1.4,
            label="now, turned and slid",
        )  # fmt: skip
        axes.set_title(f"{_percent(stretch)}: slide {_slide(done)} of the shank")


def _width(outline: Outline) -> Floats:
    """(ROWS,) % of the shank."""
    return np.asarray(100 * PITCH * (outline.edges[:, 1] - outline.edges[:, 0]))


def _laid_anew(shown: ShankRegistered, done: Registration) -> Outline:
    """The leg as the registered strip would show it."""
    strip = _strip_of(shown, done)
    edges = np.full_like(shown.outline.edges, np.nan)
    for edge in range(2):
        known = np.isfinite(shown.outline.edges[:, edge])
        here = np.stack([shown.outline.edges[known, edge], _ALL_ROWS[known]], axis=-1)
        there = carried(here, shown.outline.strip, strip)
        if len(there):
            edges[:, edge] = np.interp(_ALL_ROWS, there[:, 1], there[:, 0])
            far = np.abs(_ALL_ROWS[:, None] - there[:, 1]).min(axis=1) > GAP_ROWS
            edges[far, edge] = np.nan
    return Outline(strip, edges)


def _row_of(share: float) -> float:
    return share / PITCH + KNEE_ROW


def _percent(stretch: tuple[float, float]) -> str:
    return f"{100 * stretch[0]:g}–{100 * stretch[1]:g} %"
