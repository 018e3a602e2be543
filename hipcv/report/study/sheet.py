"""Sheets on which the readings of the inclinometer are written, one page a person and session."""

from typing import Final

from hipcv.core.landmarks import Side
from hipcv.language import N_, _, translate
from hipcv.report import wording
from hipcv.report.pages import environment
from hipcv.report.pdf.layout import BODY, HEADING, NOTE, TITLE, ReportPdf, Style
from hipcv.study.design import TRIALS, Visit

CHECKS: Final = (
    N_("☐ camera at knee height, 2 m away or more, straight in front"),
    N_("☐ seat firm, thighs supported, sitting on both hands"),
    N_("☐ sat still, inclinometer at zero"),
    N_("☐ the other rater is out of sight"),
)
CUT: Final = N_("cut here before the first reading")
_WRITTEN: Final = (N_("Date and time:"), N_("Written by:"))
_FIRST: Final = N_("Rater {rater}, who reads first")
_SECOND: Final = N_("Rater {rater}, who reads second")
_REMARKS: Final = N_("Trials done again, pain, remarks:")

_CELL: Final = Style(9)
_ROW: Final = 25.0
_FIRST_SHARE: Final = 0.16
_HALF: Final = 385.0


def as_html(visits: tuple[Visit, ...]) -> str:
    """Return all sheets as one page, which prints a person and session on each sheet of A4."""
    return environment(hip=hip, heading=heading, turn=turn).get_template("sheet.html.jinja").render(
        visits=visits, trials=range(1, TRIALS + 1), checks=translate(CHECKS), cut=_(CUT),
        written=translate(_WRITTEN), remarks=_(_REMARKS),
    )  # fmt: skip


def as_pdf(visits: tuple[Visit, ...]) -> bytes:
    """Return all sheets, a person and session on each page."""
    title = _("Readings of the inclinometer, in degrees")
    with ReportPdf(title=title, foot=_("hipcv, sheet of readings")) as pdf:
        for index, visit in enumerate(visits):
            if index:
                pdf.add_page()
            for position, rater in enumerate(visit.raters):
                pdf.y = pdf.t_margin + position * _HALF
                if position:
                    _cut(pdf)
                _half(pdf, title, visit, rater)
        return bytes(pdf.output())


def hip(side: str) -> str:
    """Return the name of a side's hip."""
    return wording.HIPS[Side(side)]


def heading(visit: Visit) -> str:
    """Return person and session of a sheet."""
    return _("Person {person}, session {session}").format(
        person=visit.person, session=visit.session
    )


def turn(visit: Visit, rater: str) -> str:
    """Return a rater and when it is their turn."""
    text = _FIRST if rater == visit.raters[0] else _SECOND
    return _(text).format(rater=rater)


def _half(pdf: ReportPdf, title: str, visit: Visit, rater: str) -> None:
    pdf.paragraph(title, NOTE)
    pdf.paragraph(heading(visit), TITLE)
    pdf.paragraph(turn(visit, rater), HEADING)
    pdf.columns([[(text, BODY)] for text in translate(_WRITTEN)], gutter=10)
    pdf.y += 4
    _table(pdf, visit, rater)
    for check in translate(CHECKS):
        pdf.paragraph(check, BODY)
    pdf.paragraph(_(_REMARKS), BODY)


def _table(pdf: ReportPdf, visit: Visit, rater: str) -> None:
    """Draw the cells: sides in their order across, trials down."""
    first = _FIRST_SHARE * pdf.epw
    width = (pdf.epw - first) / len(visit.sides)
    titles = [
        f"{number}. {hip(side)}  ({visit.clip(rater, side)})"
        for number, side in enumerate(visit.sides, start=1)
    ]
    rows = [("", *titles)]
    rows += [(_("Trial {number}").format(number=trial), "", "") for trial in range(1, TRIALS + 1)]
    pdf.set_draw_color("#616e7c")
    pdf.use(_CELL)
    for row in rows:
        pdf.set_x(pdf.l_margin)
        for index, text in enumerate(row):
            pdf.cell(width if index else first, _ROW, f" {pdf.printable(text)}", border=1)
        pdf.ln(_ROW)
    pdf.y += 8


def _cut(pdf: ReportPdf) -> None:
    """Draw a dashed line with scissors' words on it."""
    pdf.set_draw_color("#616e7c")
    pdf.set_dash_pattern(dash=4, gap=3)
    pdf.line(pdf.l_margin, pdf.y - 8, pdf.l_margin + pdf.epw, pdf.y - 8)
    pdf.set_dash_pattern()
    pdf.y -= 6
    pdf.paragraph(_(CUT), NOTE)
    pdf.y += 4
