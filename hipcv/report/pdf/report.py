"""The report on paper: the same words as the HTML report, on as few A4 pages as hold them."""

from collections.abc import Mapping, Sequence
from typing import Final

import matplotlib as mpl

from hipcv.core.assessment import Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.report import numbers, palette, wording
from hipcv.report.charts.chart import STYLE
from hipcv.report.html import provenance
from hipcv.report.pdf import lists, sides
from hipcv.report.pdf.sheet import (
    HEAD,
    NOTE,
    PANEL,
    SMALL,
    STRONG,
    TITLE,
    WIDTH,
    Column,
    Row,
    Sheets,
    Style,
    height_of,
    shown,
    width_of,
)
from hipcv.report.review import (
    NO_CASE,
    Case,
    CorrectionSummary,
    format_signature,
    summarise_corrections,
)
from hipcv.report.stills import Still
from hipcv.report.summary import Summary, summarise

_CORRECTIONS: Final = (
    Column("No.", 0.05),
    Column("What", 0.24),
    Column("Change", 0.27),
    Column("Why", 0.22),
    Column("Who and when", 0.22),
)
_STATUS: Final = {
    "preliminary": ("PRELIMINARY", "#fdf0e6", "#b34700"),
    "final": ("FINAL", "#d3eee5", "#1d6b56"),
    "amended": ("AMENDED", "#e3eefa", "#00639c"),
}
_DISCLAIMER: Final = Style(8.4)
_GUTTER: Final = 20.0


def render(
    trial: Trial,
    motions: Mapping[Side, Motion],
    *,
    case: Case = NO_CASE,
    stills: Sequence[Still] = (),
) -> bytes:
    """The whole report as a PDF of A4 pages; the same input gives the same bytes.

    Args:
        trial: the result, as it counts.
        motions: its curves.
        case: patient, day, signature, corrections.
        stills: start, first compensation, end range; none where the pictures are not at hand.
    """
    sheets = filled(trial, motions, case=case, stills=stills)
    return sheets.bytes(foot=_foot(trial, case), title=f"Hip internal rotation: {trial.clip.name}")


def filled(
    trial: Trial, motions: Mapping[Side, Motion], *, case: Case, stills: Sequence[Still]
) -> Sheets:
    """The pages of `render`, before they become a file."""
    summary = summarise(trial)
    with mpl.rc_context({**STYLE, "font.size": 8}):
        sheets = Sheets()
        _top(sheets, summary, case)
        _refusals(sheets, summary)
        sides.panels(sheets, summary, trial, case)
        sides.charts(sheets, summary, trial, motions)
        sides.repetitions(sheets, summary)
        lists.findings(sheets, summary)
        lists.stills(sheets, stills)
        lists.issues(sheets, "About the clip", summary.warnings)
        lists.set_up(sheets, summary)
        lists.exercises(sheets, summary)
        _corrections(sheets, case)
        _sign_off(sheets, case)
        _small_print(sheets, trial)
    return sheets


def _top(sheets: Sheets, summary: Summary, case: Case) -> None:
    told = ["Hip internal rotation", case.patient, numbers.day(case.on) if case.on else ""]
    line = "  ·  ".join(shown(word) for word in (*told, summary.clip) if word)
    words, fill, colour = _STATUS[case.signature.status]
    badge = Style(7.4, bold=True, colour=colour)
    wide = width_of(words, badge) + 18
    sheets.y -= 3
    sheets.box(15, fill=fill, x=WIDTH - wide, width=wide)
    sheets.y += 3
    sheets.put(words, badge, x=WIDTH - wide + 9)
    sheets.write(line, NOTE, width=WIDTH - wide - 10)
    sheets.y += 3
    sheets.write(summary.headline, TITLE)


def _refusals(sheets: Sheets, summary: Summary) -> None:
    title = "Not everything was measured" if summary.measured else "Why, and what to do"
    lists.issues(sheets, title, summary.refusals)


def _corrections(sheets: Sheets, case: Case) -> None:
    told = summarise_corrections(case)
    if told:
        sheets.head("Corrected by hand")
        sheets.table(_CORRECTIONS, [_correction(one) for one in told])


def _correction(one: CorrectionSummary) -> Row:
    what = f"{one.what} (withdrawn)" if one.withdrawn else one.what
    return Row((str(one.number), what, one.change, one.why, one.who), muted=one.withdrawn)


def _sign_off(sheets: Sheets, case: Case) -> None:
    """What was signed, and lines for a pen where nothing was."""
    unsigned = case.signature.status == "preliminary"
    told = format_signature(case.signature)
    height = 18 + height_of([(told, STRONG)], WIDTH - 24) + (28 if unsigned else 0)
    sheets.space(10)
    sheets.need(height + 4)
    top = sheets.y
    sheets.box(height, fill=_STATUS[case.signature.status][1])
    sheets.y = top + 9
    sheets.write(told, STRONG, x=12, width=WIDTH - 24)
    if unsigned:
        sheets.y = top + height - 19
        _pen_line(sheets, "Signed by", x=12, width=250)
        _pen_line(sheets, "Date", x=290, width=WIDTH - 302)
    sheets.y = top + height + 4


def _pen_line(sheets: Sheets, word: str, *, x: float, width: float) -> None:
    sheets.put(word, NOTE, x=x)
    inset = width_of(word, NOTE) + 6
    sheets.y += 9
    sheets.rule(x=x + inset, width=width - inset, colour=palette.MUTED)
    sheets.y -= 9


def _small_print(sheets: Sheets, trial: Trial) -> None:
    """Method, limits and how the result was made, in two columns; the disclaimer across both."""
    made = provenance(trial, trial.provenance.command)
    left = _section("Method", wording.METHOD) + _section("Safety", [wording.SAFETY])
    right = _section("Validity and limits", wording.LIMITS)
    right += _section("How this was made", [f"{name}: {told}" for name, told in made.items()])
    width = (WIDTH - _GUTTER) / 2
    height = max(height_of(column, width) for column in (left, right)) + 10
    disclaimer = height_of([(wording.DISCLAIMER, _DISCLAIMER)], WIDTH - 24) + 14
    sheets.space(10)
    sheets.need(height + disclaimer)
    top = sheets.y
    for x, column in ((0.0, left), (width + _GUTTER, right)):
        sheets.y = top
        for words, style in column:
            sheets.y += 6 if style == HEAD and sheets.y > top else 0
            sheets.write(words, style, x=x, width=width)
    sheets.y = top + height
    sheets.box(disclaimer, fill=PANEL)
    sheets.y += 8
    sheets.write(wording.DISCLAIMER, _DISCLAIMER, x=12, width=WIDTH - 24)


def _section(title: str, paragraphs: Sequence[str]) -> list[tuple[str, Style]]:
    return [(title, HEAD), *((words, SMALL) for words in paragraphs)]


def _foot(trial: Trial, case: Case) -> str:
    who = f"{case.patient} · " if case.patient else ""
    return f"{who}{trial.clip.name} · hipcv {trial.provenance.hipcv} · not a medical device"
