"""PDF report: the sentences of the HTML report, on as few A4 pages as hold them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from fpdf.image_parsing import preload_image

from hipcv.core.assessment import Trial
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.language import N_, Translated, _, translate
from hipcv.report import exercises, numbers, palette, wording
from hipcv.report.background import WHY_IT_MATTERS
from hipcv.report.charts import chart, gauge
from hipcv.report.html import method, provenance
from hipcv.report.pdf.layout import (
    BIG,
    BODY,
    FONT,
    HEADING,
    NOTE,
    SMALL,
    STRONG,
    TITLE,
    GridRow,
    Paragraphs,
    ReportPdf,
    Style,
)
from hipcv.report.review import (
    NO_CASE,
    Case,
    format_anchor,
    format_automatic,
    format_signature,
    summarise_corrections,
    summarise_notes,
    title_of_notes,
)
from hipcv.report.stills import Still
from hipcv.report.summary import IssueSummary, SideSummary, Summary, summarise

STATUSES: Final = Translated(
    {
        "preliminary": (N_("PRELIMINARY"), "#fdf0e6", "#b34700"),
        "final": (N_("FINAL"), "#d3eee5", "#1d6b56"),
        "amended": (N_("AMENDED"), "#e3eefa", "#00639c"),
    }
)
"""Badge text, fill and text colour of a signature's status."""

_WORD: Final = f'font-family="{FONT}" font-size="13" text-anchor="middle"'
_PAINT: Final = {
    "dial": 'fill="#eef1f4"',
    "usual": 'fill="#9fd8c4"',
    "interval": 'fill="#9cc9e6"',
    "zero": 'stroke="#616e7c" stroke-width="1.5"',
    "goal": 'stroke="#1f2933" stroke-width="2.5" stroke-dasharray="7 4"',
    "leg": 'stroke="#00639c" stroke-width="8" stroke-linecap="round"',
    "knee": 'fill="#ffffff" stroke="#00639c" stroke-width="3.5"',
    "word": f'fill="{palette.MUTED}" {_WORD}',
    "strong": f'fill="{palette.INK}" font-weight="bold" {_WORD}',
}
"""SVG attributes of each class of the gauge, which leaves colours to its page."""

_RULE_SHARE: Final = 0.4
"""Width of the column of rules, as a share of the page."""

_RULE_HEIGHT: Final = 18.0

_NEXT: Final = "#e7f4ef"
"""Fill of the panel with the next step."""

_GAP: Final = 12.0
_INSET: Final = 12.0
_CURVE_IN: Final = 1.3
"""Height of a chart's upper panel, in inches."""

_STILL_HEIGHT: Final = 112.0

_DRAWING_WIDTH: Final = 0.75
"""Width of the drawing of an exercise, as a share of its column."""

_DRAWING_ASPECT: Final = 190 / 300
"""Height of the drawing of an exercise, as a share of its width."""


def render(
    trial: Trial,
    motions: Mapping[Side, Motion],
    *,
    case: Case = NO_CASE,
    stills: Sequence[Still] = (),
) -> bytes:
    """Return the whole report as a PDF; the same input gives the same bytes.

    Stills are start, first compensation, end range; none where the pictures are missing.
    """
    with build(trial, motions, case=case, stills=stills) as pdf:
        return bytes(pdf.output())


def build(
    trial: Trial, motions: Mapping[Side, Motion], *, case: Case, stills: Sequence[Still]
) -> ReportPdf:
    """Return the pages of `render` before they are encoded."""
    title = f"{_('Hip internal rotation')}: {trial.clip.name}"
    pdf = ReportPdf(title=title, foot=page_line(trial, case))
    write(pdf, trial, motions, case=case, stills=stills)
    return pdf


def page_line(trial: Trial, case: Case) -> str:
    """Return the line at the lower edge of the pages of a result."""
    patient = f"{case.patient} · " if case.patient else ""
    not_medical = _("not a medical device")
    return f"{patient}{trial.clip.name} · hipcv {trial.provenance.hipcv} · {not_medical}"


def write(
    pdf: ReportPdf,
    trial: Trial,
    motions: Mapping[Side, Motion],
    *,
    case: Case,
    stills: Sequence[Still],
) -> None:
    """Write the whole report from the cursor on."""
    summary = summarise(trial)
    _head(pdf, summary, case)
    refused = summary.status == "not_measured"
    title = _("Why, and what to do") if refused else _("Not everything was measured")
    _issues(pdf, title, summary.refusals)
    _uncounted(pdf, summary)
    _sides(pdf, summary, trial, case)
    _next(pdf, summary)
    _charts(pdf, summary, trial, motions)
    _repetitions(pdf, summary)
    _rules(pdf, summary)
    _findings(pdf, summary)
    _stills(pdf, stills)
    _issues(pdf, _("About the clip"), summary.warnings)
    if not summary.measured:
        pdf.heading(_("How to record the test"))
        pdf.paragraph(wording.set_up())
    write_exercises(pdf, summary)
    _review(pdf, case)
    _small_print(pdf, trial)


def _head(pdf: ReportPdf, summary: Summary, case: Case) -> None:
    day = numbers.day(case.on) if case.on else ""
    words = (_("Hip internal rotation"), case.patient, day, summary.clip)
    label, fill, colour = STATUSES[case.signature.status]
    badge = Style(7.4, bold=True, colour=colour)
    width = pdf.width_of(label, badge) + 18
    top = pdf.y
    pdf.y = top - 3
    pdf.panel(16, fill=fill, x=pdf.epw - width, width=width)
    pdf.y = top
    pdf.paragraph(label, badge, x=pdf.epw - width + 9, width=width)
    pdf.y = top
    pdf.paragraph("  ·  ".join(filter(None, words)), NOTE, width=pdf.epw - width - 10)
    pdf.y += 3
    pdf.paragraph(summary.headline, TITLE)
    band = summary.age_band if summary.measured else ""
    for sentence in filter(None, (summary.recorded, f"{summary.position} {band}".strip())):
        pdf.paragraph(sentence, NOTE)


def _sides(pdf: ReportPdf, summary: Summary, trial: Trial, case: Case) -> None:
    """Draw a panel for each measured side, two next to each other, and what holds for both."""
    sides = [side for side in summary.sides if side.measured]
    if not sides:
        return
    _panels(pdf, sides, trial, case)
    _gauge_key(pdf, trial)
    if summary.comparison:
        pdf.paragraph(summary.comparison, STRONG)
    for sentence in (summary.typical, *summary.certainty):
        pdf.paragraph(sentence, NOTE)


def _next(pdf: ReportPdf, summary: Summary) -> None:
    """Write the next step in a panel, and the answers after the test below it."""
    step = summary.next
    text = [(_("Next: {step}").format(step=step.title), STRONG), (step.text, BODY)]
    height = pdf.height_of(text, pdf.epw - 2 * _INSET) + 14
    pdf.space(5)
    pdf.ensure_space(height + 4)
    top = pdf.y
    pdf.panel(height, fill=_NEXT)
    pdf.y = top + 8
    pdf.block(text, x=_INSET, width=pdf.epw - 2 * _INSET)
    pdf.y = top + height + 5
    if summary.answers:
        pdf.block([(_("Answers after the test"), STRONG), (" ".join(summary.answers), BODY)])


def _rules(pdf: ReportPdf, summary: Summary) -> None:
    """Write the rules of the test, and for each side whether they were kept."""
    if not summary.rules:
        return
    pdf.heading(_("Rules of the test"), needs=_RULE_HEIGHT * (len(summary.rules) + 1))
    rows = [
        GridRow([outcomes[0].rule, *(f"{rule.mark} {rule.outcome}" for rule in outcomes)])
        for outcomes in summary.rules
    ]
    share = (1 - _RULE_SHARE) / len(summary.ruled)
    titles = (_("Rule"), *(side.title for side in summary.ruled))
    pdf.grid(titles, (_RULE_SHARE, *[share] * len(summary.ruled)), rows)


def _uncounted(pdf: ReportPdf, summary: Summary) -> None:
    """Write why no repetition of a side counts; and what was measured anyway."""
    for side in summary.uncounted:
        pdf.heading(f"{side.title}: {_('not counted')}")
        for reason in side.uncounted:
            pdf.paragraph(reason)
    for side in summary.sides:
        if side.details and not side.measured:
            pdf.heading(_("{hip}: external rotation").format(hip=side.title))
            for detail in side.details:
                pdf.paragraph(detail)


def _panels(pdf: ReportPdf, sides: Sequence[SideSummary], trial: Trial, case: Case) -> None:
    """Draw number and gauge of each side; the sentences below, or left of a gauge that is alone."""
    alone = len(sides) == 1
    size = 118.0 if alone else 84.0
    width = pdf.column_width(len(sides), _GAP)
    left = width - 2 * _INSET - size  # of the gauge
    words_width = left - _GAP if alone else width - 2 * _INSET
    words = [_side_words(side, case, with_verdict=not alone) for side in sides]
    numbers_height = max(pdf.height_of(_number(side, narrow=not alone), left) for side in sides)
    words_y = 10 + numbers_height if alone else max(size + 12, 10 + numbers_height)
    below = max(pdf.height_of(paragraphs, words_width) for paragraphs in words)
    height = max(words_y + below + 5, size + 16)
    pdf.ensure_space(height + 20)
    top = pdf.y
    for index, side in enumerate(sides):
        x = index * (width + _GAP) + _INSET
        pdf.y = top
        pdf.panel(height, x=x - _INSET, width=width)
        pdf.y = top + 10
        pdf.block(_number(side, narrow=not alone), x=x, width=left)
        pdf.y = top + words_y
        pdf.block(words[index], x=x, width=words_width)
        pdf.y = top + 8
        draw_gauge(pdf, trial, side.side, x=x + left, size=size)
    pdf.y = top + height + 5


def draw_gauge(pdf: ReportPdf, trial: Trial, side: Side, *, x: float, size: float) -> None:
    """Draw the gauge of a side with its upper edge at the cursor, which stays."""
    svg = gauge.draw(trial.sides[side], trial.protocol)
    for name, attributes in _PAINT.items():
        svg = svg.replace(f'class="{name}"', attributes)
    pdf.image(io.BytesIO(svg.encode()), x=pdf.l_margin + x, y=pdf.y, w=size, h=size)


def _number(side: SideSummary, *, narrow: bool) -> Paragraphs:
    interval = Style(7.9) if narrow else BODY
    precision = " · ".join(filter(None, (side.interval, side.from_vertical)))
    mark = [(side.mark, STRONG)] if side.mark else []
    return [(side.title, STRONG), (side.value, BIG), *mark, (precision, interval)]


def _side_words(side: SideSummary, case: Case, *, with_verdict: bool) -> Paragraphs:
    paragraphs = [
        (side.verdict if with_verdict or side.provisional else "", STRONG),
        (side.advice, STRONG),
        (format_automatic(case, side.side), BODY),
        *((detail, NOTE) for detail in side.details),
    ]
    return [(text, style) for text, style in paragraphs if text]


def _gauge_key(pdf: ReportPdf, trial: Trial) -> None:
    """Write the meaning of the gauge's colours, right-aligned on one line."""
    keys = [
        (palette.INK, _("target {target}").format(target=numbers.whole(trial.protocol.target_deg))),
        ("#9cc9e6", _("on another day")),
    ]
    keys += [] if trial.person.is_minor else [("#9fd8c4", _(wording.TYPICAL_BAND))]
    style = Style(6.6)
    x = pdf.epw - sum(pdf.width_of(text, style) + 22 for _colour, text in keys) + 10
    top = pdf.y
    for colour, text in keys:
        pdf.set_fill_color(colour)
        thin = colour == palette.INK  # the target is a line
        pdf.rect(pdf.l_margin + x, top + (3.4 if thin else 1.5), 9, 1.6 if thin else 6, style="F")
        pdf.y = top
        pdf.paragraph(text, style, x=x + 12, width=pdf.width_of(text, style) + 1)
        x += pdf.width_of(text, style) + 22
    pdf.y += 3


def _charts(pdf: ReportPdf, summary: Summary, trial: Trial, motions: Mapping[Side, Motion]) -> None:
    """Draw each measured side's curve with its strip of compensations."""
    if summary.status == "not_measured" or not motions:
        return
    for side, motion in sorted(motions.items(), key=lambda item: list(Side).index(item[0])):
        png, aspect = chart.draw_compact(trial, motion, width_in=pdf.epw / 72, curve_in=_CURVE_IN)
        height = aspect * pdf.epw
        pdf.space(5)
        pdf.ensure_space(height + 22)
        pdf.image(
            io.BytesIO(png), x=pdf.l_margin, y=pdf.y, w=pdf.epw, h=height,
            alt_text=_("{hip}: rotation over time, and compensations").format(
                hip=wording.HIPS[side]
            ),
        )  # fmt: skip
        pdf.y += height
    pdf.paragraph(_(wording.CHART_KEY), SMALL)


def _repetitions(pdf: ReportPdf, summary: Summary) -> None:
    """Write each side's table of repetitions; those that do not count are muted."""
    titles = (
        _("No."), _("Rotation"), _("Read between"), _("Second reading"), _("Relative to pelvis"),
        _("Before compensating"), _("Held"), _("Counted"), _("Compensations"),
    )  # fmt: skip
    shares = (0.04, 0.083, 0.13, 0.086, 0.086, 0.128, 0.149, 0.151, 0.147)
    for side in summary.sides:
        if side.reps:
            pdf.heading(f"{side.title}: {_('repetitions')}", needs=80)
            rows = [
                GridRow(
                    [
                        str(rep.number), rep.rotation, rep.interval, rep.second,
                        rep.pelvis_relative, rep.clean,
                        _("{hold}, from {begin}").format(hold=rep.hold, begin=rep.held_from),
                        rep.counted, rep.findings,
                    ],
                    muted=not rep.valid,
                    note=", ".join(rep.others),
                    note_cells=6,
                )
                for rep in side.reps
            ]  # fmt: skip
            pdf.grid(titles, shares, rows)


def _findings(pdf: ReportPdf, summary: Summary) -> None:
    """Write each measured side's compensations: size, onset and cue."""
    for side in summary.sides:
        if not side.reps:
            continue
        pdf.heading(f"{side.title}: {_('compensations')}")
        if not side.findings:
            pdf.paragraph(_("No compensation was found in what could be measured."))
        for finding in side.findings:
            title = f"{finding.name} ({wording.SEVERITY[finding.severity]})"
            _item(pdf, title, finding.text, finding.cue)
        if side.unmeasured:
            pdf.paragraph(side.unmeasured)


def _issues(pdf: ReportPdf, title: str, issues: Sequence[IssueSummary]) -> None:
    if issues:
        pdf.heading(title)
    for issue in issues:
        _item(pdf, f"{issue.title}{issue.where}", issue.text, issue.remedy)


def _item(pdf: ReportPdf, title: str, text: str, remedy: str) -> None:
    pdf.block([(title, STRONG), (text, BODY), (f"→ {remedy}", NOTE)])


def write_exercises(pdf: ReportPdf, summary: Summary) -> None:
    """Write the exercises with their drawings, where the summary offers them."""
    if not summary.exercises:
        return
    columns = [
        [(exercise.title, STRONG), (exercise.dose, NOTE), (exercise.text, Style(8.2))]
        for exercise in summary.exercises
    ]
    width = pdf.column_width(len(columns), _GAP)
    drawn = width * _DRAWING_WIDTH
    height = drawn * _DRAWING_ASPECT
    needs = height + max(pdf.height_of(column, width) for column in columns)
    pdf.heading(_("Three exercises that may help"), needs=needs + 34)
    for index, exercise in enumerate(summary.exercises):
        svg = io.BytesIO(exercises.read_drawing(exercise.drawing).encode())
        x = pdf.l_margin + index * (width + _GAP)
        pdf.image(svg, x=x, y=pdf.y, w=drawn, h=height, alt_text=exercise.title)
    pdf.y += height + 4
    pdf.columns(columns, gutter=_GAP)
    pdf.paragraph(f"{_(exercises.STOP)} {_(exercises.NOT_FOR)}", NOTE)
    pdf.paragraph(_(exercises.EXERCISES_NOTE), NOTE)


def _stills(pdf: ReportPdf, stills: Sequence[Still]) -> None:
    """Draw rows of pictures, each with its words below."""
    per_row = 4 if len(stills) in {2, 4} else 3
    width = pdf.column_width(per_row, _GAP)
    for begin in range(0, len(stills), per_row):
        row = stills[begin : begin + per_row]
        infos = [preload_image(pdf.image_cache, io.BytesIO(still.jpeg))[2] for still in row]
        sizes = [(info.width, info.height) for info in infos]
        height = min(max(width * high / wide for wide, high in sizes), _STILL_HEIGHT)
        captions = [[(still.title, STRONG), (still.caption, NOTE)] for still in row]
        needs = height + max(pdf.height_of(caption, width) for caption in captions) + 4
        if begin == 0:
            pdf.heading(_("What was seen"), needs=needs)
        pdf.ensure_space(needs)
        top = pdf.y
        for index, (still, (wide, high)) in enumerate(zip(row, sizes, strict=True)):
            x = pdf.l_margin + index * (width + _GAP)
            shrunk = min(width, height * wide / high)
            pdf.image(io.BytesIO(still.jpeg), x=x, y=top, w=shrunk, alt_text=still.title)
        pdf.y = top + height + 4
        pdf.columns([*captions, *[[]] * (per_row - len(row))], gutter=_GAP)


def _review(pdf: ReportPdf, case: Case) -> None:
    """Write what people did with the result: corrections, notes and the signature."""
    _corrections(pdf, case)
    _notes(pdf, case)
    _signature(pdf, case)


def _corrections(pdf: ReportPdf, case: Case) -> None:
    rows = [
        GridRow(
            [
                str(one.number), f"{one.what} ({_('withdrawn')})" if one.withdrawn else one.what,
                one.change, one.why, one.who,
            ],
            muted=one.withdrawn,
        )
        for one in summarise_corrections(case)
    ]  # fmt: skip
    if rows:
        pdf.heading(_("Corrected by hand"))
        titles = (_("No."), _("What"), _("Change"), _("Why"), _("Who and when"))
        pdf.grid(titles, (0.05, 0.24, 0.27, 0.22, 0.22), rows)


def _notes(pdf: ReportPdf, case: Case) -> None:
    notes = summarise_notes(case)
    if not notes:
        return
    pdf.heading(title_of_notes(len(notes)))
    for text, who in notes:
        for line in filter(None, text.splitlines()):
            pdf.paragraph(line)
        pdf.paragraph(who, NOTE)


def _signature(pdf: ReportPdf, case: Case) -> None:
    """Write who signed, or lines for a pen where nobody did."""
    unsigned = case.signature.status == "preliminary"
    text = [(format_signature(case.signature), STRONG)]
    if anchor := format_anchor(case):
        text.append((anchor, NOTE))
    height = 18 + pdf.height_of(text, pdf.epw - 2 * _INSET) + (28 if unsigned else 0)
    pdf.space(10)
    pdf.ensure_space(height + 4)
    top = pdf.y
    pdf.panel(height, fill=STATUSES[case.signature.status][1])
    pdf.y = top + 9
    pdf.block(text, x=_INSET, width=pdf.epw - 2 * _INSET)
    for label, x, width in ((_("Signed by"), _INSET, 250.0), (_("Date"), 290.0, pdf.epw - 302)):
        if unsigned:
            pdf.y = top + height - 19
            pdf.paragraph(label, NOTE, x=x, width=width)
            begin = pdf.l_margin + x + pdf.width_of(label, NOTE) + 6
            pdf.set_draw_color(palette.MUTED)
            pdf.line(begin, top + height - 10, pdf.l_margin + x + width, top + height - 10)
    pdf.y = top + height + 4


def _small_print(pdf: ReportPdf, trial: Trial) -> None:
    """Write method, limits and provenance in two columns, the disclaimer across both."""
    made = provenance(trial, trial.provenance.command)
    left = [*_section(_("Method"), method(trial)), *_section(_("Safety"), [_(wording.SAFETY)])]
    right = [
        *_section(_("Why it matters"), translate(WHY_IT_MATTERS)),
        *_section(_("Validity and limits"), wording.limits()),
        *_section(_("How this was made"), [f"{name}: {text}" for name, text in made.items()]),
    ]
    disclaimer = [(_(wording.DISCLAIMER), Style(8.4))]
    height = pdf.height_of(disclaimer, pdf.epw - 2 * _INSET) + 14
    columns = max(pdf.height_of(column, pdf.column_width(2, 20)) for column in (left, right))
    pdf.space(10)
    pdf.ensure_space(columns + height)
    pdf.columns([left, right], gutter=20)
    top = pdf.y
    pdf.panel(height)
    pdf.y = top + 8
    pdf.block(disclaimer, x=_INSET, width=pdf.epw - 2 * _INSET)


def _section(title: str, paragraphs: Sequence[str]) -> Paragraphs:
    last = replace(SMALL, after=8)
    small = [(text, SMALL) for text in paragraphs[:-1]]
    return [(title, HEADING), *small, (paragraphs[-1], last)]
