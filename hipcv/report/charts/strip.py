"""The lower panel of the chart: one row a compensation, coloured where it is beyond its limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from hipcv.core.arrays import Bools, Floats
from hipcv.core.assessment import Assessment
from hipcv.core.compensation import shown_channels
from hipcv.core.issues import Finding
from hipcv.core.measure import Motion, RepSpan
from hipcv.report import numbers, palette
from hipcv.report.wording import FINDINGS

_BAR: Final = 0.62


@dataclass(frozen=True, slots=True, eq=False)
class StripRow:
    """One row of the strip. T is the number of frames."""

    title: str
    measured: Bools  # (T,)
    beyond: Bools  # (T,) measured, and beyond its limit
    onsets_s: tuple[float, ...]
    note: str  # stands beside the row


def strip_rows(motion: Motion, assessment: Assessment | None) -> tuple[StripRow, ...]:
    """One row for each channel, measured or not, and for each finding that no channel shows."""
    findings = [f for rep in assessment.reps for f in rep.findings] if assessment else []
    hidden = _pelvis_hidden(motion, assessment)
    rows = [
        _channel_row(code, motion, findings, value=_value(name, motion, hidden))
        for name, code in shown_channels().items()
    ]
    shown = shown_channels().values()
    others = dict.fromkeys(finding.code for finding in findings if finding.code not in shown)
    rows += [_finding_row(code, motion, findings) for code in others]
    return tuple(rows)


def draw_strip(axes: Axes, motion: Motion, rows: tuple[StripRow, ...]) -> None:
    """Draw the rows, the first on top; time runs as in the panel above."""
    axes.set_xlim(float(motion.time_s[0]), float(motion.time_s[-1]))
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.title for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("time (s)")
    for place, row in enumerate(rows):
        _draw_row(axes, place, row, motion)


def _draw_row(axes: Axes, place: int, row: StripRow, motion: Motion) -> None:
    quiet = row.measured & ~row.beyond
    absent = ~row.measured & _moving(motion.time_s, motion.reps)
    begin = place - _BAR / 2
    axes.broken_barh(_spans(quiet, motion.time_s), (begin, _BAR), facecolors=palette.PALE)
    axes.broken_barh(
        _spans(row.beyond, motion.time_s), (begin, _BAR), facecolors=palette.VERMILLION
    )
    axes.broken_barh(
        _spans(absent, motion.time_s), (begin, _BAR), facecolors="white", hatch="////",
        edgecolors=palette.MUTED, linewidth=0.4,
    )  # fmt: skip
    axes.plot(
        row.onsets_s, [place] * len(row.onsets_s), marker=">", linestyle="none", markersize=7,
        color=palette.INK, markeredgecolor="white", markeredgewidth=0.8, clip_on=False,
    )  # fmt: skip
    axes.annotate(
        row.note, (1, place), (5, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", fontsize=8, annotation_clip=False,
        color=palette.INK if row.onsets_s else palette.MUTED,
    )  # fmt: skip


def _value(name: str, motion: Motion, pelvis_hidden: Bools) -> Floats:
    """(T,) of one channel; NaN where it was not measured."""
    if name not in motion.channels:
        return np.full(len(motion.time_s), np.nan)
    value = motion.channels[name].value
    return np.where(pelvis_hidden, np.nan, value) if name == "pelvic_obliquity_deg" else value


def _pelvis_hidden(motion: Motion, assessment: Assessment | None) -> Bools:
    """(T,) in repetitions whose pelvis was not measured: nothing found there is not clean."""
    reps = assessment.reps if assessment else ()
    unknown = [
        rep
        for rep in reps
        if rep.pelvis_relative_deg is None
        and "pelvic_hike" not in [finding.code for finding in rep.findings]
    ]
    return _moving(motion.time_s, unknown)


def _channel_row(
    code: str, motion: Motion, findings: Iterable[Finding], *, value: Floats
) -> StripRow:
    told = [finding for finding in findings if finding.code == code]
    measured = np.isfinite(value)
    beyond = np.zeros(len(value), dtype=bool)
    for finding in told:
        way = 1 if finding.value >= 0 else -1
        beyond |= _in_rep_of(finding, motion) & (way * value > abs(finding.limit))
    return StripRow(
        title=FINDINGS[code].row_label,
        measured=measured,
        beyond=beyond,
        onsets_s=tuple(finding.at_s for finding in told),
        note=_note(told, seen=bool((measured & _moving(motion.time_s, motion.reps)).any())),
    )


def _finding_row(code: str, motion: Motion, findings: Iterable[Finding]) -> StripRow:
    told = [finding for finding in findings if finding.code == code]
    beyond = np.zeros(len(motion.time_s), dtype=bool)
    for finding in told:
        beyond |= _in_rep_of(finding, motion) & (motion.time_s >= finding.at_s)
    return StripRow(
        title=FINDINGS[code].name,
        measured=np.ones(len(motion.time_s), dtype=bool),
        beyond=beyond,
        onsets_s=tuple(finding.at_s for finding in told),
        note=_note(told, seen=True),
    )


def _in_rep_of(finding: Finding, motion: Motion) -> Bools:
    return _moving(
        motion.time_s,
        tuple(rep for rep in motion.reps if rep.span_s.contains(finding.at_s)),
    )


def _note(told: list[Finding], *, seen: bool) -> str:
    if told:
        worst = max(told, key=lambda finding: abs(finding.value))
        size = numbers.quantity(abs(worst.value), worst.unit)
        limit = numbers.quantity(min(abs(finding.limit) for finding in told), worst.unit)
        return f"{_short(size)}  (limit {_short(limit)})"
    return "within limits" if seen else "not measured"


def _short(quantity: str) -> str:
    return quantity.removesuffix(" of shank length")


def _moving(time_s: Floats, reps: Iterable[RepSpan]) -> Bools:
    moving = np.zeros(len(time_s), dtype=bool)
    for rep in reps:
        moving |= rep.span_s.contains(time_s)
    return moving


def _spans(mask: Bools, time_s: Floats) -> list[tuple[float, float]]:
    """Runs of True as (begin, length) in seconds; a frame lasts until the next one."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    ends_s = np.append(time_s[1:], time_s[-1])
    firsts, lasts = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return [
        (float(time_s[first]), float(ends_s[last] - time_s[first]))
        for first, last in zip(firsts, lasts, strict=True)
    ]
