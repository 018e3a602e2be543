"""Page layout of the PDF report: text styles, paragraphs, columns, panels and tables on A4.

Lengths are in points (1/72 inch). `x` counts from the left margin.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import CellBordersLayout, MethodReturnValue
from fpdf.fonts import FontFace, TTFFont
from fpdf.table import Table

from hipcv import language
from hipcv.language import _
from hipcv.report import palette
from hipcv.report.pdf.system_fonts import find_font

PANEL: Final = "#f7f9fa"
FONT: Final = "dejavu"  # DejaVu Sans comes with matplotlib, so every machine sets the same lines
_LINE: Final = "#d9dee4"
_MARGIN: Final = 44.0
_FOOT: Final = 42.0
_RIGHT_TO_LEFT: Final = ("R", "AL")  # classes of letters in the Unicode bidirectional algorithm
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)  # fixed: equal input gives equal bytes


@dataclass(frozen=True, slots=True)
class Style:
    """Text style of a paragraph."""

    size: float
    bold: bool = False
    colour: str = palette.INK
    after: float = 3.0  # space below the paragraph

    @property
    def leading(self) -> float:
        """Return the distance between two base lines."""
        return self.size * 1.36


TITLE: Final = Style(14.2, bold=True, after=7)
HEADING: Final = Style(10.5, bold=True, after=4)
BODY: Final = Style(9)
STRONG: Final = Style(9, bold=True, after=1)
NOTE: Final = Style(7.8, colour=palette.MUTED)
SMALL: Final = Style(6.8, colour=palette.MUTED, after=2)
BIG: Final = Style(31, bold=True, colour="#00639c", after=0)
_HEADINGS: Final = Style(7.2, bold=True, colour=palette.MUTED)
_CELLS: Final = Style(8.4)
_DENSE_CELLS: Final = Style(6.9)
_GRID_NOTE: Final = Style(7.2)

Paragraphs = Sequence[tuple[str, Style]]


@dataclass(frozen=True, slots=True)
class GridRow:
    """Row of a table."""

    cells: Sequence[str]
    muted: bool = False
    note: str = ""  # a line of small print under the cells after the first
    note_cells: int = 0  # number of these cells


class ReportPdf(FPDF):
    """A PDF of A4 pages that fills from top to bottom; a context, which closes its font files."""

    def __init__(self, *, title: str, foot: str) -> None:
        super().__init__(format="A4", unit="pt")
        fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
        self.add_font(FONT, "", fonts / "DejaVuSans.ttf")
        self.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
        self._characters = set.intersection(*(set(font.cmap) for font in self._truetype()))
        self._lacking: set[int] = set()  # no font of the computer has them
        self._fallbacks: list[str] = []
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_FOOT)
        self.c_margin = 0.0
        self.set_title(title)
        self.set_lang(language.current())
        self.set_creator("hipcv")
        self.set_producer("hipcv")
        self.set_creation_date(_CREATED)
        self._foot = foot
        self.use(BODY)
        self.add_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for font in self._truetype():
            font.ttfont.close()

    def footer(self) -> None:
        """Write the foot line and the page number; fpdf2 calls this for every page."""
        of_pages = _("{page} of {pages}")
        self.use(Style(6.6, colour=palette.MUTED))
        number_width = self.get_string_width(of_pages.format(page=9, pages=9))
        self.set_xy(self.l_margin, -26)
        self.cell(text=self._fitted(self.printable(self._foot), self.epw - number_width - 12))
        self.set_xy(self.w - self.r_margin - number_width, -26)
        self.cell(text=of_pages.format(page=self.page_no(), pages="{nb}"))

    def _fitted(self, text: str, width: float) -> str:
        """Return a text without as much of its middle as does not fit on one line."""
        length, fitted = len(text), text
        while self.get_string_width(fitted) > width:
            length -= 1
            fitted = f"{text[: (length + 1) // 2]}…{text[len(text) - length // 2 :]}"
        return fitted

    def begin_part(self, foot: str) -> None:
        """Begin a new page, from which on the foot line is another one."""
        self.add_page()  # writes the foot of the page before
        self._foot = foot

    def use(self, style: Style) -> None:
        """Set font, size and colour of the text that follows."""
        self.set_font(FONT, "B" if style.bold else "", style.size)
        self.set_text_color(style.colour)

    def paragraph(
        self, text: str, style: Style = BODY, *, x: float = 0, width: float | None = None
    ) -> None:
        """Write one wrapped paragraph at the cursor."""
        self.use(style)
        self.set_x(self.l_margin + x)
        self.multi_cell(
            width or self.epw, style.leading, self.printable(text),
            align="L", new_x="LMARGIN", new_y="NEXT",
        )  # fmt: skip
        self.y += style.after

    def block(self, paragraphs: Paragraphs, *, x: float = 0, width: float | None = None) -> None:
        """Write paragraphs that stay on one page."""
        self.ensure_space(self.height_of(paragraphs, width or self.epw))
        for text, style in paragraphs:
            self.paragraph(text, style, x=x, width=width)

    def columns(self, columns: Sequence[Paragraphs], *, gutter: float) -> None:
        """Write columns of equal width next to each other, on one page."""
        width = self.column_width(len(columns), gutter)
        height = max(self.height_of(column, width) for column in columns)
        self.ensure_space(height)
        top = self.y
        for index, column in enumerate(columns):
            self.y = top
            self.block(column, x=index * (width + gutter), width=width)
        self.y = top + height

    def column_width(self, count: int, gutter: float) -> float:
        """Return the width of each of `count` columns."""
        return (self.epw - gutter * (count - 1)) / count

    def heading(self, text: str, *, needs: float = 58) -> None:
        """Write a section's title, on a page that has room for it and for `needs` below."""
        self.space(9)
        self.ensure_space(HEADING.leading + needs)
        self.paragraph(text, HEADING)

    def space(self, height: float) -> None:
        """Move the cursor down, but not at the top of a page."""
        if self.y > self.t_margin:
            self.y += height

    def ensure_space(self, height: float) -> None:
        """Begin a new page where this one has no room for `height`."""
        if self.y > self.t_margin and self.will_page_break(height):
            self.add_page()

    def height_of(self, paragraphs: Paragraphs, width: float) -> float:
        """Return the height of paragraphs below each other."""
        height = 0.0
        for text, style in paragraphs:
            self.use(style)
            lines = self.multi_cell(
                width, style.leading, self.printable(text),
                align="L", dry_run=True, output=MethodReturnValue.LINES,
            )  # fmt: skip
            height += len(lines) * style.leading + style.after  # type: ignore[arg-type]
        return height

    def width_of(self, text: str, style: Style) -> float:
        """Return the width of a text on one line."""
        self.use(style)
        return self.get_string_width(self.printable(text))

    def panel(
        self, height: float, *, fill: str = PANEL, x: float = 0, width: float | None = None
    ) -> None:
        """Draw a rounded rectangle with its upper edge at the cursor, which stays."""
        self.set_fill_color(fill)
        self.set_draw_color(_LINE)
        self.set_line_width(0.7)
        self.rect(
            self.l_margin + x, self.y, width or self.epw, height,
            style="DF", round_corners=True, corner_radius=6,
        )  # fmt: skip

    def grid(
        self,
        titles: Sequence[str],
        shares: Sequence[float],
        rows: Sequence[GridRow],
        *,
        dense: bool = False,
    ) -> None:
        """Write a table with horizontal lines; titles repeat on every page.

        The shares of the page's width are one a column. A dense table is set smaller, and closer.
        """
        cells = _DENSE_CELLS if dense else _CELLS
        self.use(cells)
        self.set_draw_color(_LINE)
        self.set_fill_color(palette.WHITE)
        self.set_line_width(0.7)
        with self.table(
            col_widths=[share * self.epw for share in shares],
            width=self.epw,
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", size_pt=_HEADINGS.size, color=palette.MUTED),
            line_height=cells.leading,
            padding=(1, 4, 1, 0) if dense else (3, 6, 3, 0),
            text_align="LEFT",
            v_align="TOP",
        ) as table:
            table.row([self.printable(title) for title in titles])
            for row in rows:
                self._grid_row(table, row)
        self.y += 4

    def _grid_row(self, table: Table, row: GridRow) -> None:
        style = FontFace(color=palette.MUTED) if row.muted else None
        cells = [self.printable(cell) for cell in row.cells]
        if not row.note:
            table.row(cells, style=style)
            return
        upper = table.row(style=style)
        last = range(1 + row.note_cells, len(cells))
        for index, cell in enumerate(cells):
            if index == 0 or index in last:
                upper.cell(cell, rowspan=2, padding=(2, 6, 2, 0))
            else:
                upper.cell(cell, border=CellBordersLayout.TOP, padding=(2, 6, 0, 0))
        table.row().cell(
            self.printable(row.note), colspan=row.note_cells,
            style=FontFace(color=palette.MUTED, size_pt=_GRID_NOTE.size),
            border=CellBordersLayout.BOTTOM, padding=(0, 6, 2, 0),
        )  # fmt: skip

    def printable(self, text: str) -> str:
        """Return the text on one line, with a box for each character that no font here has."""
        line = " ".join(text.split(" "))
        self._add_fonts_for(line)
        return "".join(
            sign if ord(sign) in self._characters else _substitute(sign) for sign in line
        )

    def _add_fonts_for(self, line: str) -> None:
        """Add fonts of the computer for other scripts; join and order letters that need it."""
        if any(_needs_shaping(sign) for sign in line):
            self.set_text_shaping(use_shaping_engine=True)
        while missing := {ord(sign) for sign in line} - self._characters - self._lacking:
            path = find_font(missing)
            if path is None or not self._add_fallback(path):
                self._lacking |= missing

    def _add_fallback(self, path: Path) -> bool:
        """Add a font of the computer; return False where fpdf2 cannot read it."""
        family = f"system{len(self._fallbacks)}"
        try:
            self.add_font(family, "", path)
        except Exception:  # noqa: BLE001 - a font of the computer must not cost the report
            return False
        self._fallbacks.append(family)
        self._characters |= set(self._truetype()[-1].cmap)
        self.set_fallback_fonts(self._fallbacks, exact_match=False)
        return True

    def _truetype(self) -> list[TTFFont]:
        return [font for font in self.fonts.values() if isinstance(font, TTFFont)]


def _substitute(sign: str) -> str:
    """Return a box, or nothing for a sign that only tells how others are joined or ordered."""
    return "" if unicodedata.category(sign) == "Cf" else "□"


def _needs_shaping(sign: str) -> bool:
    """Return whether a sign is of a script from right to left, or stands about its neighbour."""
    return unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT or (
        unicodedata.category(sign) in ("Mn", "Mc")
    )
