"""PDFs of one visit: the reports of all its clips, and one hand-out for the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from hipcv.core.assessment import Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.language import _
from hipcv.report import handout, numbers, wording
from hipcv.report import handout_words as words
from hipcv.report.handout import HandoutSide
from hipcv.report.next_step import StepKind
from hipcv.report.pdf import report
from hipcv.report.pdf.layout import (
    BIG,
    BODY,
    NOTE,
    STRONG,
    GridRow,
    Paragraphs,
    ReportPdf,
    Style,
)
from hipcv.report.review import Case, format_signature
from hipcv.report.stills import Still
from hipcv.report.summary import SideSummary, Summary, summarise

_HEAD: Final = Style(17, bold=True, after=4)
_TEXT: Final = Style(10, after=3)
_GAUGE: Final = 84.0
_INSET: Final = 14.0
_SHARES: Final = (0.3, 0.13, 0.13, 0.44)
"""Widths of the columns of the overview."""


@dataclass(frozen=True, slots=True, eq=False)
class VisitPart:
    """The result of one clip of a visit."""

    trial: Trial
    motions: Mapping[Side, Motion]
    case: Case
    stills: Sequence[Still] = ()


Counting = Mapping[Side, VisitPart]
"""The part that counts for each side."""


def render_report(parts: Sequence[VisitPart], counting: Counting) -> bytes:
    """Return the reports of all clips after an overview of the legs, as a PDF."""
    with build_report(parts, counting) as pdf:
        return bytes(pdf.output())


def build_report(parts: Sequence[VisitPart], counting: Counting) -> ReportPdf:
    """Return the pages of `render_report` before they are encoded."""
    who = _who(parts[0].case)
    not_medical = _("not a medical device")
    pdf = ReportPdf(title=f"{_('Hip internal rotation')}: {who}", foot=f"{who} · {not_medical}")
    _overview(pdf, parts, counting)
    for part in parts:
        pdf.begin_part(report.page_line(part.trial, part.case))
        report.write(pdf, part.trial, part.motions, case=part.case, stills=part.stills)
    return pdf


def render_handout(parts: Sequence[VisitPart], counting: Counting) -> bytes:
    """Return one hand-out on all legs of a visit as a PDF, in plain words."""
    with build_handout(parts, counting) as pdf:
        return bytes(pdf.output())


def build_handout(parts: Sequence[VisitPart], counting: Counting) -> ReportPdf:
    """Return the page of `render_handout` before it is encoded."""
    used = [part for part in parts if part in counting.values()] or list(parts)
    summaries = [summarise(part.trial) for part in used]
    pdf = ReportPdf(title=_("Your hip test"), foot=_who(parts[0].case))
    pdf.paragraph(_("Your hip test"), _HEAD)
    pdf.paragraph(numbers.day(parts[0].case.on) if parts[0].case.on else "", NOTE)
    about = words.ABOUT[any(part.trial.status == "measured" for part in used)]
    pdf.heading(about.title)
    pdf.paragraph(about.text, _TEXT)
    if counting:
        _sides(pdf, counting)
    else:
        _reasons(pdf, parts)
    _next(pdf, summaries)
    _exercises_or_test(pdf, used, summaries)
    _bullets(pdf, _("When to see someone"), [_(text) for text in words.WHEN])
    _signatures(pdf, used, counting)
    pdf.paragraph(_(words.NOTE), NOTE)
    return pdf


def _who(case: Case) -> str:
    """Return patient and day, such as "P-017 · 1 March 2026"."""
    return " · ".join(filter(None, (case.patient, numbers.day(case.on) if case.on else "")))


def _overview(pdf: ReportPdf, parts: Sequence[VisitPart], counting: Counting) -> None:
    """Write the result that counts for each leg, and every clip with its sign-off."""
    pdf.paragraph(_("Hip internal rotation"), NOTE)
    pdf.paragraph(_who(parts[0].case), _HEAD)
    for side, part in counting.items():
        summary = _side_summary(summarise(part.trial), side)
        text = [(f"{summary.title}: {_number(summary)}", _TEXT)]
        certainty = " · ".join(filter(None, (summary.interval, summary.another_day)))
        more = (summary.verdict, certainty) if summary.measured else summary.uncounted
        pdf.block([*text, *((line, NOTE) for line in more if line)])
    pdf.heading(_("Recordings of this visit"))
    titles = (_("Recording"), wording.HIPS[Side.LEFT], wording.HIPS[Side.RIGHT], _("Sign-off"))
    pdf.grid(titles, _SHARES, [_row(part, counting) for part in parts])
    if len(parts) > 1:
        pdf.paragraph(_("* counts for this leg"), NOTE)
    pdf.paragraph(_(wording.DISCLAIMER), NOTE)


def _row(part: VisitPart, counting: Counting) -> GridRow:
    summary = summarise(part.trial)
    cells = [_cell(summary, side, counts=counting.get(side) is part) for side in Side]
    return GridRow([part.trial.clip.name, *cells, format_signature(part.case.signature)])


def _cell(summary: Summary, side: Side, *, counts: bool) -> str:
    found = _side_summary(summary, side) if side in {one.side for one in summary.sides} else None
    if found is None:
        return "–"
    text = found.value if found.measured else _number(found)
    return f"{text} *" if counts else text


def _number(side: SideSummary) -> str:
    return side.number if side.measured else _("not counted")


def _side_summary(summary: Summary, side: Side) -> SideSummary:
    return next(one for one in summary.sides if one.side is side)


def _sides(pdf: ReportPdf, counting: Counting) -> None:
    """Draw a panel for each leg, two next to each other: number, gauge, and sentences below."""
    width = pdf.column_width(len(counting), _INSET)
    texts = {
        side: handout.summarise_side(part.trial.sides[side], part.trial.protocol)
        for side, part in counting.items()
    }
    below = {side: [(line, _TEXT) for line in text.sentences] for side, text in texts.items()}
    inner = width - 2 * _INSET
    height = _GAUGE + 20 + max(pdf.height_of(lines, inner) for lines in below.values())
    pdf.ensure_space(height + 4)
    top = pdf.y
    for index, (side, text) in enumerate(texts.items()):
        x = index * (width + _INSET)
        pdf.y = top
        pdf.panel(height, x=x, width=width)
        pdf.y = top + 8
        if text.gauge:
            trial, right = counting[side].trial, x + width - _INSET - _GAUGE
            report.draw_gauge(pdf, trial, side, x=right, size=_GAUGE)
        pdf.block(_value(text), x=x + _INSET, width=inner - _GAUGE)
        pdf.y = top + _GAUGE + 12
        pdf.block(below[side], x=x + _INSET, width=inner)
    pdf.y = top + height + 4


def _value(text: HandoutSide) -> Paragraphs:
    """Return name and number of a leg."""
    return [(text.title, STRONG), (text.value, BIG) if text.value else (_("No number"), _HEAD)]


def _reasons(pdf: ReportPdf, parts: Sequence[VisitPart]) -> None:
    sentences = [text for part in parts for text in handout.list_reasons(part.trial)]
    _bullets(pdf, _("Why there is no number"), list(dict.fromkeys(sentences)))


def _next(pdf: ReportPdf, summaries: Sequence[Summary]) -> None:
    """Write the next step of the visit: of several clips, the one that comes first."""
    order = get_args(StepKind)
    step = min((summary.next for summary in summaries), key=lambda one: order.index(one.kind))
    pdf.heading(_("Next: {step}").format(step=step.title))
    pdf.paragraph(step.text, _TEXT)


def _exercises_or_test(
    pdf: ReportPdf, parts: Sequence[VisitPart], summaries: Sequence[Summary]
) -> None:
    """Write the exercises where no clip speaks against them, else how to do the test."""
    offered = next((summary for summary in summaries if summary.exercises), None)
    if offered is not None and not any(part.trial.answers.hurt for part in parts):
        report.write_exercises(pdf, offered)
        return
    hold_s = parts[0].trial.protocol.guide_hold_s
    steps = [_(text).format(hold_s=hold_s) for text in words.HOW_TO]
    _bullets(pdf, _("How to do the test"), steps)


def _signatures(pdf: ReportPdf, parts: Sequence[VisitPart], counting: Counting) -> None:
    """Write who signed, of each leg where that differs."""
    sentences = {format_signature(part.case.signature) for part in parts}
    pdf.space(4)
    if len(sentences) == 1 or not counting:
        pdf.block([(sentence, STRONG) for sentence in sorted(sentences)])
        return
    for side, part in counting.items():
        sentence = format_signature(part.case.signature)
        pdf.paragraph(f"{wording.HIPS[side]}: {sentence}", STRONG)


def _bullets(pdf: ReportPdf, title: str, sentences: Sequence[str]) -> None:
    pdf.heading(title)
    for sentence in sentences:
        pdf.paragraph(f"• {sentence}", BODY)
