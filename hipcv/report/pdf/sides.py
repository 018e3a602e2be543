"""What the paper report shows of each side: the number in its panel, the curves, the table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hipcv.core.assessment import Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.report import numbers, palette
from hipcv.report.charts.curve import draw_curve
from hipcv.report.charts.strip import draw_strip, strip_rows
from hipcv.report.pdf.gauge import INTERVAL, USUAL, draw_gauge
from hipcv.report.pdf.sheet import (
    BIG,
    BODY,
    NOTE,
    PANEL,
    SMALL,
    STRONG,
    WIDTH,
    Column,
    Row,
    Sheets,
    Style,
    height_of,
)
from hipcv.report.review import Case, format_automatic
from hipcv.report.summary import RepSummary, SideSummary, Summary

_REPS: Final = (
    Column("No.", 0.045),
    Column("Rotation", 0.095),
    Column("95 % interval", 0.15),
    Column("Relative to pelvis", 0.12),
    Column("Before compensating", 0.145),
    Column("Held", 0.165),
    Column("Counted", 0.12),
    Column("Compensations", 0.16),
)

_CHART: Final = (
    "Blue is the angle used, grey the angle as first read; the dark bar at each hold is its "
    "number, the shade about it the 95 % interval. Beneath: orange where a compensation is "
    "beyond its limit, ▸ where it began, hatched where it could not be measured."
)
_LABEL: Final = 18.0
_LABELS: Final = 31.0
"""Room that a label above a hold takes, on one line or on two."""
_GAP: Final = 12.0
_INSET: Final = 12.0
_DIAL_ALONE: Final = (140.0, 112.0)
_DIAL_BESIDE: Final = (104.0, 84.0)


def panels(sheets: Sheets, summary: Summary, trial: Trial, case: Case) -> None:
    """One panel a measured side: number, words, dial. Two sides stand beside one another."""
    sides = [side for side in summary.sides if side.measured]
    if not sides:
        return
    if len(sides) == 1:
        _alone(sheets, sides[0], trial, case)
    else:
        _beside(sheets, sides, trial, case)
    for sentence in (summary.comparison, summary.typical, *summary.certainty):
        if sentence:
            sheets.write(sentence, STRONG if sentence == summary.comparison else NOTE)


def _alone(sheets: Sheets, side: SideSummary, trial: Trial, case: Case) -> None:
    paragraphs = _number(side) + _words(side, case, ())
    width = WIDTH - 2 * _INSET - _DIAL_ALONE[0] - _GAP
    height = max(height_of(paragraphs, width) + 20, 150)
    sheets.need(height)
    top = sheets.y
    sheets.box(height, fill=PANEL)
    sheets.y += 10
    _paragraphs(sheets, paragraphs, x=_INSET, width=width)
    sheets.y = top + 8
    x = WIDTH - _DIAL_ALONE[0] - _INSET
    _dial(sheets, trial, side.side, x=x, size=_DIAL_ALONE)
    sheets.y += _DIAL_ALONE[1] + 4
    _key(sheets, trial, x=x, width=_DIAL_ALONE[0])
    sheets.y = top + height + 8


def _beside(sheets: Sheets, sides: Sequence[SideSummary], trial: Trial, case: Case) -> None:
    width = (WIDTH - _GAP * (len(sides) - 1)) / len(sides)
    inner = width - 2 * _INSET
    words = [_words(side, case, [(side.verdict, STRONG)]) for side in sides]
    head = _DIAL_BESIDE[1] + 12
    height = head + max(height_of(paragraphs, inner) for paragraphs in words) + 14
    sheets.need(height + 16)
    top = sheets.y
    for place, (side, paragraphs) in enumerate(zip(sides, words, strict=True)):
        x = place * (width + _GAP)
        sheets.y = top
        sheets.box(height, fill=PANEL, x=x, width=width)
        sheets.y = top + 10
        number = [*_number(side)[:-1], (side.interval, replace(BODY, size=7.9))]
        _paragraphs(sheets, number, x=x + _INSET, width=inner - _DIAL_BESIDE[0])
        sheets.y = top + 8
        _dial(sheets, trial, side.side, x=x + inner - _DIAL_BESIDE[0] + _INSET, size=_DIAL_BESIDE)
        sheets.y = top + head
        _paragraphs(sheets, paragraphs, x=x + _INSET, width=inner)
    sheets.y = top + height + 3
    _key(sheets, trial, x=0, width=WIDTH)
    sheets.y += 15


def _number(side: SideSummary) -> list[tuple[str, Style]]:
    return [(side.title, STRONG), (side.value, BIG), (side.interval, BODY)]


def _words(
    side: SideSummary, case: Case, verdict: Sequence[tuple[str, Style]]
) -> list[tuple[str, Style]]:
    told = [
        *verdict,
        (side.advice, STRONG),
        (format_automatic(case, side.side), BODY),
        *((detail, NOTE) for detail in side.details),
    ]
    return [(words, style) for words, style in told if words]


def _paragraphs(
    sheets: Sheets, paragraphs: Sequence[tuple[str, Style]], *, x: float, width: float
) -> None:
    for words, style in paragraphs:
        sheets.write(words, style, x=x, width=width)


def _dial(sheets: Sheets, trial: Trial, side: Side, *, x: float, size: tuple[float, float]) -> None:
    draw_gauge(sheets.place(*size, x=x), trial.sides[side], trial.protocol)


def _key(sheets: Sheets, trial: Trial, *, x: float, width: float) -> None:
    """What the colours of the dials mean."""
    protocol = trial.protocol
    key = sheets.place(width, 12, x=x)
    key.axis("off")
    marks = [
        Line2D([], [], color=palette.INK, linewidth=1.6, linestyle=(0, (2, 1))),
        Patch(facecolor=USUAL),
        Patch(facecolor=INTERVAL),
    ]
    target = numbers.whole(protocol.target_deg)
    band = f"{protocol.typical_low_deg:g}–{protocol.typical_high_deg:g}°"
    key.legend(
        marks, [f"target {target}", f"usual {band}", "95 %"], loc="center", ncols=3,
        frameon=False, fontsize=6.2, handlelength=1.1, columnspacing=0.8, handletextpad=0.4,
        borderpad=0,
    )  # fmt: skip


def charts(sheets: Sheets, summary: Summary, trial: Trial, motions: Mapping[Side, Motion]) -> None:
    """Every measured side's curve, and its strip of compensations beneath."""
    sides = [side for side in Side if side in motions]
    if not summary.measured or not sides:
        return
    curve, line = (126.0, 12) if len(sides) == 1 else (86.0, 10.2)
    left, wide = 84.0, WIDTH - 84 - 96
    for side in sides:
        rows = strip_rows(motions[side], trial.sides.get(side))
        strip = max(len(rows), 1) * line
        sheets.space(5)
        sheets.need(curve + strip + 50)
        sheets.y += 16
        axes = sheets.place(wide, curve, x=left)
        draw_curve(axes, motions[side], trial.sides.get(side))
        _make_room(axes, trial, side, height=curve)
        sheets.y += curve + 5
        draw_strip(sheets.place(wide, strip, x=left), motions[side], rows)
        sheets.y += strip + 28
    sheets.write(_CHART, SMALL)


def _make_room(axes: Axes, trial: Trial, side: Side, *, height: float) -> None:
    """Raise the top of a low chart until the labels above the holds keep clear of the title."""
    reps = trial.sides[side].reps if side in trial.sides else ()
    if not reps:
        return
    highest_deg = max(trial.protocol.target_deg, *(rep.interval_deg[1] for rep in reps))
    share = (_LABEL if all(rep.valid for rep in reps) else _LABELS) / height
    low, high = axes.get_ylim()
    axes.set_ylim(low, max(high, (highest_deg - share * low) / (1 - share)))


def repetitions(sheets: Sheets, summary: Summary) -> None:
    """Every side's repetitions; those that do not count are muted."""
    for side in summary.sides:
        if side.reps:
            sheets.head(f"{side.title}: repetitions")
            sheets.table(_REPS, [_rep(rep) for rep in side.reps])


def _rep(rep: RepSummary) -> Row:
    cells = (
        str(rep.number),
        rep.rotation,
        rep.interval,
        rep.pelvis_relative,
        rep.clean,
        f"{rep.hold}, from {rep.held_from}",
        rep.counted,
        rep.findings,
    )
    return Row(cells, muted=not rep.valid)
