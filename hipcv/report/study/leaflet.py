"""Text of several sections as one HTML page and as PDF: the protocol and the consent form."""

from dataclasses import dataclass
from typing import Final

from hipcv.language import _
from hipcv.report.pages import environment
from hipcv.report.pdf.layout import BODY, STRONG, TITLE, ReportPdf

_INDENT: Final = 18.0
_SIGNATURE: Final = 42.0
"""Height of a line to sign on."""

_HEADING_NEEDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Section:
    """Title, paragraphs, and a list below them."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    numbered: bool = False  # the items are steps
    boxes: bool = False  # the items are ticked


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A text with its title, what its user must do before it is used, and lines to sign on."""

    title: str
    notice: str
    sections: tuple[Section, ...]
    signatures: tuple[str, ...] = ()


def as_html(leaflet: Leaflet) -> str:
    """Return the text as one page, which prints on A4."""
    return environment().get_template("leaflet.html.jinja").render(leaflet=leaflet)


def as_pdf(leaflet: Leaflet) -> bytes:
    """Return the text on pages of A4."""
    with ReportPdf(title=leaflet.title, foot=f"{leaflet.title}  ·  hipcv") as pdf:
        pdf.paragraph(leaflet.title, TITLE)
        _notice(pdf, leaflet.notice)
        for section in leaflet.sections:
            pdf.heading(section.title, needs=_needs(pdf, leaflet, section))
            for text in section.paragraphs:
                pdf.paragraph(text)
            for number, text in enumerate(section.items, start=1):
                _item(pdf, _mark(section, number), text)
        if leaflet.signatures:
            _signatures(pdf, leaflet.signatures)
        return bytes(pdf.output())


def _needs(pdf: ReportPdf, leaflet: Leaflet, section: Section) -> float:
    """Return the height that stays with a title: all that is ticked, with the lines to sign on."""
    if not section.boxes:
        return _HEADING_NEEDS
    texts = [(text, BODY) for text in (*section.paragraphs, *section.items)]
    return pdf.height_of(texts, pdf.epw - _INDENT) + _SIGNATURE * len(leaflet.signatures)


def _mark(section: Section, number: int) -> str:
    if section.boxes:
        return "☐"
    return f"{number}." if section.numbered else "•"


def _notice(pdf: ReportPdf, text: str) -> None:
    """Write what must be done first, in a panel."""
    height = pdf.height_of([(text, STRONG)], pdf.epw - 20) + 12
    top = pdf.y
    pdf.panel(height)
    pdf.y = top + 7
    pdf.paragraph(text, STRONG, x=10, width=pdf.epw - 20)
    pdf.y = top + height + 4


def _item(pdf: ReportPdf, mark: str, text: str) -> None:
    pdf.ensure_space(pdf.height_of([(text, BODY)], pdf.epw - _INDENT))
    top = pdf.y
    pdf.paragraph(mark, BODY, x=2, width=_INDENT)
    pdf.y = top
    pdf.paragraph(text, BODY, x=_INDENT, width=pdf.epw - _INDENT)


def _signatures(pdf: ReportPdf, titles: tuple[str, ...]) -> None:
    """Draw a line for each name, with its date and signature."""
    pdf.ensure_space(_SIGNATURE * len(titles))
    for title in titles:
        pdf.y += 26
        for x, width in ((0.0, 0.42), (0.46, 0.18), (0.68, 0.32)):
            left = pdf.l_margin + x * pdf.epw
            pdf.set_draw_color("#1f2933")
            pdf.line(left, pdf.y, left + width * pdf.epw, pdf.y)
        top = pdf.y + 2
        for x, text in ((0.0, title), (0.46, _("Date")), (0.68, _("Signature"))):
            pdf.y = top
            pdf.paragraph(text, BODY, x=x * pdf.epw, width=0.44 * pdf.epw)
