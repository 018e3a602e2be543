"""Lower panel of the chart: one row a compensation, coloured where it is beyond its limit."""

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
from hipcv.core.smoothing import runs_of
from hipcv.language import _
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
    note: str  # right of the row


def strip_rows(motion: Motion, assessment: Assessment | None) -> tuple[StripRow, ...]:
    """Return a row for each channel, measured or not, and for each finding without a channel."""
    findings = [f for rep in assessment.reps for f in rep.findings] if assessment else []
    hidden = _pelvis_hidden(motion, assessment)
    rows = [
        _row(code, motion, findings, _value(name, motion, hidden))
        for name, code in shown_channels().items()
    ]
    with_channel = shown_channels().values()
    others = dict.fromkeys(f.code for f in findings if f.code not in with_channel)
    rows += [_row(code, motion, findings) for code in others]
    return tuple(rows)


def draw_strip(axes: Axes, motion: Motion, rows: tuple[StripRow, ...]) -> None:
    """Draw the rows, the first on top; time runs as in the panel above."""
    axes.set_xlim(float(motion.time_s[0]), float(motion.time_s[-1]))
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.title for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel(_("time (s)"))
    for index, row in enumerate(rows):
        _draw_row(axes, index, row, motion)


def _draw_row(axes: Axes, index: int, row: StripRow, motion: Motion) -> None:
    bar = (index - _BAR / 2, _BAR)
    absent = ~row.measured & _moving(motion.time_s, motion.reps)
    hatched = {"hatch": "////", "edgecolors": palette.MUTED, "linewidth": 0.4}
    for mask, style in (
        (row.measured & ~row.beyond, {"facecolors": palette.PALE}),
        (row.beyond, {"facecolors": palette.VERMILLION}),
        (absent, {"facecolors": "white", **hatched}),
    ):
        axes.broken_barh(_spans(mask, motion.time_s), bar, **style)
    axes.plot(
        row.onsets_s, [index] * len(row.onsets_s), marker=">", linestyle="none", markersize=7,
        color=palette.INK, markeredgecolor="white", markeredgewidth=0.8, clip_on=False,
    )  # fmt: skip
    axes.annotate(
        row.note, (1, index), (5, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center", fontsize=8, annotation_clip=False,
        color=palette.INK if row.onsets_s else palette.MUTED,
    )  # fmt: skip


def _value(name: str, motion: Motion, pelvis_hidden: Bools) -> Floats:
    """Return one channel (T,), NaN where it was not measured."""
    if name not in motion.channels:
        return np.full(len(motion.time_s), np.nan)
    value = motion.channels[name].value
    return np.where(pelvis_hidden, np.nan, value) if name == "pelvic_obliquity_deg" else value


def _pelvis_hidden(motion: Motion, assessment: Assessment | None) -> Bools:
    """Return the frames (T,) of repetitions whose pelvis was not measured: they are not clean."""
    reps = assessment.reps if assessment else ()
    unmeasured = [
        rep
        for rep in reps
        if rep.pelvis_relative_deg is None
        and "pelvic_hike" not in [finding.code for finding in rep.findings]
    ]
    return _moving(motion.time_s, unmeasured)


def _row(
    code: str, motion: Motion, findings: Iterable[Finding], value: Floats | None = None
) -> StripRow:
    """Return the row of one compensation; `value` (T,) is its channel, None where it has none."""
    own = [finding for finding in findings if finding.code == code]
    measured = np.ones(len(motion.time_s), dtype=bool) if value is None else np.isfinite(value)
    beyond = np.zeros(len(motion.time_s), dtype=bool)
    for finding in own:
        if value is None:
            exceeds = motion.time_s >= finding.at_s
        else:
            sign = 1 if finding.value >= 0 else -1
            exceeds = sign * value > abs(finding.limit)
        reps = [rep for rep in motion.reps if rep.span_s.contains(finding.at_s)]
        beyond |= _moving(motion.time_s, reps) & exceeds
    moving = _moving(motion.time_s, motion.reps)
    return StripRow(
        title=FINDINGS[code].name if value is None else FINDINGS[code].row_label,
        measured=measured,
        beyond=beyond,
        onsets_s=tuple(finding.at_s for finding in own),
        note=_note(own, measured[moving]),
    )


def _note(findings: list[Finding], measured: Bools) -> str:
    """Return the size of the worst finding; without one, whether it was measured (T,)."""
    if findings:
        worst = max(findings, key=lambda finding: abs(finding.value))
        limit = min(abs(finding.limit) for finding in findings)
        size, limit_text = (numbers.short(value, worst.unit) for value in (abs(worst.value), limit))
        return _("{size}  (limit {limit})").format(size=size, limit=limit_text)
    if not measured.any():
        return _("not measured")
    return _("within limits") if measured.all() else _("partly measured")


def _moving(time_s: Floats, reps: Iterable[RepSpan]) -> Bools:
    moving = np.zeros(len(time_s), dtype=bool)
    for rep in reps:
        moving |= rep.span_s.contains(time_s)
    return moving


def _spans(mask: Bools, time_s: Floats) -> list[tuple[float, float]]:
    """Return runs of True as (begin, length) in seconds; a frame lasts until the next one."""
    ends_s = np.append(time_s[1:], time_s[-1])
    return [
        (float(time_s[first]), float(ends_s[last] - time_s[first])) for first, last in runs_of(mask)
    ]
