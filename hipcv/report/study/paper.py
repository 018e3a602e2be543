"""Report of a study on one page of A4, as PDF."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Final

from hipcv.language import _
from hipcv.report.pdf.layout import BODY, NOTE, SMALL, TITLE, GridRow, ReportPdf
from hipcv.report.study.figures import HEIGHT_IN, WIDTH_IN, Plot
from hipcv.report.study.summary import StudySummary, columns

_GAP: Final = 10.0
_SHARES: Final = (0.247, 0.06, 0.075, 0.147, 0.147, 0.138, 0.138, 0.048)
"""Widths of the columns of the table."""


def render(summary: StudySummary, plots: Sequence[Plot], provenance: Mapping[str, str]) -> bytes:
    """Return the report; the same input gives the same bytes."""
    foot = "  ·  ".join([*provenance.values(), _("not a medical device")])
    with ReportPdf(title=summary.title, foot=foot[:170]) as pdf:
        pdf.paragraph(f"{summary.title}  ·  {summary.counts}", NOTE)
        pdf.paragraph(summary.headline, TITLE)
        for sentence in summary.sentences:
            pdf.paragraph(sentence, BODY)
        _plots(pdf, plots)
        if summary.rows:
            pdf.heading(_("Reliability"), needs=60)
            rows = [GridRow(astuple(row)) for row in summary.rows]
            pdf.grid(columns(), _SHARES, rows, dense=True)
        for note in (*summary.symbols, *summary.notes):
            pdf.paragraph(note, SMALL)
        return bytes(pdf.output())


def _plots(pdf: ReportPdf, plots: Sequence[Plot]) -> None:
    """Draw the plots next to each other."""
    if not plots:
        return
    width = pdf.column_width(len(plots), _GAP)
    height = width * HEIGHT_IN / WIDTH_IN
    pdf.space(4)
    pdf.ensure_space(height)
    for index, plot in enumerate(plots):
        pdf.image(
            io.BytesIO(plot.png), x=pdf.l_margin + index * (width + _GAP), y=pdf.y, w=width,
            h=height, alt_text=plot.title,
        )  # fmt: skip
    pdf.y += height
