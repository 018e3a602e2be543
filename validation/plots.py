"""Charts of the validation page: SVG, with equal bytes for equal numbers."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from hipcv.report import palette
from scripts.picture_metadata import with_description
from validation.cases import CompensationCase, SideCase
from validation.curves import CurveCase, Witness
from validation.figures import MIN_POSITIVE, area_under_roc, coverage_at, roc
from validation.truth import COMPENSATIONS, Compensation

STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans", "font.size": 9, "axes.edgecolor": palette.MUTED,
    "axes.labelcolor": palette.INK, "text.color": palette.INK, "xtick.color": palette.INK,
    "ytick.color": palette.INK, "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": "hipcv", "axes.titlesize": 9,
}  # fmt: skip

_KINDS: Final[tuple[tuple[str, str, str, Callable[[SideCase], bool]], ...]] = (
    ("clean", palette.BLUE, "o", lambda case: case.clean),
    ("compensated", palette.ORANGE, "s", lambda case: not case.clean and case.knee_steady),
    ("knee extended", palette.VERMILLION, "^", lambda case: not case.knee_steady),
)

_NOMINAL: Final = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def draw(
    cases: Sequence[SideCase],
    compensations: Mapping[str, Sequence[CompensationCase]],
    curves: Sequence[CurveCase],
    witnesses: Sequence[Witness],
) -> dict[str, str]:
    """Return every chart by the end of its file name.

    Args:
        cases: the measured sides.
        compensations: every compensation in every repetition, by its code.
        curves: the curve of every measured side.
        witnesses: both readings of every repetition.
    """
    with mpl.rc_context(STYLE):
        figures = {
            "angle": _angle(cases),
            "curve": _curve(curves),
            "witness": _witness(witnesses),
            "view": _view(cases),
            "conditions": _conditions(cases),
            "interval": _interval(cases),
            "compensations": _compensations(compensations),
        }
        return {name: svg(figure, {"sides": len(cases)}) for name, figure in figures.items()}


def svg(figure: Figure, numbers: Mapping[str, int]) -> str:
    """Return a figure as SVG text, with what it is made of as its description."""
    out = io.BytesIO()
    metadata: dict[str, Any] = {"Date": None, "Creator": None}
    figure.savefig(out, format="svg", metadata=metadata, facecolor=palette.WHITE)
    text = out.getvalue().decode("utf-8")
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    return with_description(text, numbers)


def _figure(columns: int, rows: int = 1, height_in: float = 3.2) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(9.6, height_in * rows), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(np.ravel(figure.subplots(rows, columns, squeeze=False)))


def _angle(cases: Sequence[SideCase]) -> Figure:
    """Draw the error against the angle, from the start and relative to the pelvis."""
    figure, axes = _figure(2)
    _scatter(axes[0], cases, lambda case: case.shank_deg, lambda case: case.error_deg)
    _scatter(axes[1], cases, lambda case: case.hip_deg, lambda case: case.pelvis_relative_error_deg)
    axes[0].set(xlabel="true rotation of the shank (°)", ylabel="measured − true (°)")
    axes[1].set(xlabel="true hip rotation, relative to the pelvis (°)")
    axes[0].set_title("rotation from the start")
    axes[1].set_title("relative to the pelvis")
    axes[0].legend(frameon=False, loc="best")
    return figure


def _curve(curves: Sequence[CurveCase]) -> Figure:
    """Draw the distribution of the error over all frames, and its size side by side."""
    figure, axes = _figure(2)
    errors = np.concatenate([case.error_deg[case.read] for case in curves] or [np.zeros(0)])
    axes[0].hist(np.clip(errors, -1.5, 1.5), bins=np.linspace(-1.5, 1.5, 61), color=palette.BLUE)
    axes[0].set(xlabel="measured − true in one frame (°), ends clipped", ylabel="frames")
    ordered = sorted(curves, key=lambda case: case.rmse_deg)
    rank = np.arange(len(ordered))
    axes[1].bar(rank, [case.rmse_deg for case in ordered], color=palette.BLUE, label="RMS")
    worst = [case.worst_deg for case in ordered]
    axes[1].plot(rank, worst, ".", color=palette.VERMILLION, label="worst frame")
    axes[1].set(xlabel="sides, by their RMS error", ylabel="error (°)", xticks=[])
    axes[1].legend(frameon=False, loc="upper left")
    return figure


def _witness(witnesses: Sequence[Witness]) -> Figure:
    """Draw the error of the rotation against the difference of the two readings."""
    figure, axes = _figure(1)
    axes[0].axhspan(-1, 1, color=palette.PALE, zorder=0)
    for source, colour, marker in (
        ("outline", palette.BLUE, "o"),
        ("masks", palette.VERMILLION, "^"),
    ):
        group = [w for w in witnesses if w.source == source]
        axes[0].scatter(
            [w.difference_deg for w in group], [w.error_deg for w in group],
            s=22, c=colour, marker=marker, label=f"read from {source}", alpha=0.8, linewidths=0,
        )  # fmt: skip
    axes[0].set(xlabel="masks − outline (°)", ylabel="measured − true (°)")
    axes[0].legend(frameon=False, loc="best")
    return figure


def _view(cases: Sequence[SideCase]) -> Figure:
    """Draw the error against the camera's yaw and pitch."""
    figure, axes = _figure(2)
    _scatter(
        axes[0], cases, lambda case: case.truth.conditions.yaw_deg, lambda case: case.error_deg
    )
    _scatter(
        axes[1], cases, lambda case: case.truth.conditions.pitch_deg, lambda case: case.error_deg
    )
    axes[0].set(xlabel="camera yaw (°), + to the patient's left", ylabel="measured − true (°)")
    axes[1].set(xlabel="camera pitch (°), + above, looking down")
    axes[0].legend(frameon=False, loc="best")
    return figure


def _scatter(
    axes: Axes,
    cases: Sequence[SideCase],
    across: Callable[[SideCase], float],
    up: Callable[[SideCase], float],
) -> None:
    axes.axhspan(-1, 1, color=palette.PALE, zorder=0)
    axes.axhline(0, color=palette.MUTED, linewidth=0.8)
    for label, colour, marker, belongs in _KINDS:
        group = [case for case in cases if belongs(case)]
        axes.scatter(
            [across(case) for case in group], [up(case) for case in group],
            s=22, c=colour, marker=marker, label=label, alpha=0.8, linewidths=0,
        )  # fmt: skip


def _conditions(cases: Sequence[SideCase]) -> Figure:
    """Draw the size of the error by clothes, light and picture; the bar is the mean."""
    figure, axes = _figure(3, height_in=3.6)
    steady = [case for case in cases if case.knee_steady]
    groups: tuple[tuple[str, Callable[[SideCase], str]], ...] = (
        ("clothes", lambda case: case.truth.conditions.clothes),
        ("light", lambda case: case.truth.conditions.light),
        ("picture", lambda case: f"{case.truth.conditions.lines} lines"),
    )
    for panel, (title, of) in zip(axes, groups, strict=True):
        _strips(panel, steady, of)
        panel.set_title(title)
    axes[0].set_ylabel("size of the error (°), steady knee")
    return figure


def _strips(axes: Axes, cases: Sequence[SideCase], of: Callable[[SideCase], str]) -> None:
    names = sorted({of(case) for case in cases})
    for column, name in enumerate(names):
        errors = np.abs([case.error_deg for case in cases if of(case) == name])
        spread = 0.3 * (np.arange(len(errors)) % 5 - 2) / 2
        axes.scatter(column + spread, errors, s=16, c=palette.BLUE, alpha=0.7, linewidths=0)
        axes.hlines(errors.mean(), column - 0.35, column + 0.35, color=palette.INK)
    axes.set_xticks(range(len(names)), names, rotation=35, ha="right")
    axes.set_ylim(bottom=0)


def _interval(cases: Sequence[SideCase]) -> Figure:
    """Draw the coverage of the intervals against the nominal level, and their width."""
    figure, axes = _figure(2)
    limits = np.array([case.interval_deg for case in cases])
    errors = np.array([case.error_deg for case in cases])
    half = (limits[:, 1] - limits[:, 0]) / 2 if len(limits) else np.array([])
    finite = np.isfinite(half) & np.isfinite(errors)
    steady = finite & np.array([case.knee_steady for case in cases], dtype=bool)
    for rows, label, colour in (
        (steady, "steady knee", palette.BLUE),
        (finite, "all", palette.VERMILLION),
    ):
        if rows.any():
            share = [coverage_at(level, errors[rows], half[rows]) for level in _NOMINAL]
            axes[0].plot(_NOMINAL, share, marker="o", color=colour, label=label, markersize=4)
    axes[0].plot([0.5, 1], [0.5, 1], color=palette.MUTED, linestyle="--", linewidth=0.8)
    axes[0].set(xlabel="promised coverage", ylabel="share of truths inside", ylim=(0.4, 1.02))
    axes[0].legend(frameon=False, loc="lower right")
    _widths(axes[1], cases)
    return figure


def _widths(axes: Axes, cases: Sequence[SideCase]) -> None:
    for label, colour, marker, belongs in _KINDS:
        group = [case for case in cases if belongs(case)]
        half = [(case.interval_deg[1] - case.interval_deg[0]) / 2 for case in group]
        size = [abs(case.error_deg) for case in group]
        axes.scatter(half, size, s=22, c=colour, marker=marker, label=label, linewidths=0)
    top = max(axes.get_xlim()[1], axes.get_ylim()[1])
    axes.plot([0, top], [0, top], color=palette.MUTED, linestyle="--", linewidth=0.8)
    axes.set(xlabel="half width of the 95 % interval (°)", ylabel="size of the error (°)")
    axes.set(xlim=(0, None), ylim=(0, None))
    axes.legend(frameon=False, loc="best")


def _compensations(compensations: Mapping[str, Sequence[CompensationCase]]) -> Figure:
    """Draw measured against true amounts, and below the ROC curves."""
    measured = [kind for kind in COMPENSATIONS if kind.channels]
    figure, axes = _figure(len(measured), rows=2, height_in=2.7)
    for kind, upper, lower in zip(
        measured, axes[: len(measured)], axes[len(measured) :], strict=True
    ):
        _readings(upper, compensations[kind.code])
        unit = "°" if kind.channels[0].endswith("_deg") else "shank lengths"
        upper.set_title(f"{kind.code.replace('_', ' ')}\nin {unit}", fontsize=8)
        upper.set_xlabel("true (°)")
        _roc(lower, compensations[kind.code], kind)
        lower.set_xlabel("false alarms")
    axes[0].set_ylabel("as read")
    axes[len(measured)].set_ylabel("found")
    axes[0].legend(frameon=False, loc="best", fontsize=7)
    return figure


def _readings(axes: Axes, cases: Sequence[CompensationCase]) -> None:
    for found, colour, marker, label in (
        (False, palette.SKY, "o", "not found"),
        (True, palette.VERMILLION, "^", "found"),
    ):
        group = [case for case in cases if case.found is found]
        axes.scatter(
            [case.amount_deg for case in group], [case.measured for case in group],
            s=14, c=colour, marker=marker, alpha=0.8, linewidths=0, label=label,
        )  # fmt: skip


def _roc(axes: Axes, cases: Sequence[CompensationCase], kind: Compensation) -> None:
    """Draw one curve for clear amounts and one for small ones, against negligible ones."""
    axes.plot([0, 1], [0, 1], color=palette.MUTED, linestyle="--", linewidth=0.8)
    small, clear = kind.negligible_deg, kind.clear_deg
    for low, high, colour, label in (
        (small + 1.0, clear, palette.ORANGE, "small"),
        (clear, np.inf, palette.BLUE, "clear"),
    ):
        measured = [case for case in cases if np.isfinite(case.measured)]
        both = [c for c in measured if c.amount_deg <= small or low <= c.amount_deg < high]
        positive = np.array([float(case.amount_deg >= low) for case in both])
        scores = np.array([case.measured for case in both])
        count = int(positive.sum())
        if count >= MIN_POSITIVE and not positive.all():
            area = area_under_roc(scores, positive)
            axes.plot(*roc(scores, positive), color=colour, label=f"{label}, {count}: {area:.2f}")
    axes.set(xlim=(-0.02, 1), ylim=(0, 1.02), xticks=[0, 0.5, 1])
    if len(axes.lines) > 1:
        axes.legend(frameon=False, loc="lower right", fontsize=7)
    else:
        axes.text(0.5, 0.3, "too few", ha="center", color=palette.MUTED)
