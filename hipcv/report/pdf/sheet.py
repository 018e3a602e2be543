"""Sheets of paper that fill from top to bottom: wrapped words, rules, tables, places for pictures.

Lengths are in points (1/72 inch); y runs down the sheet.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyBboxPatch

from hipcv.report import palette
from hipcv.report.charts.chart import STYLE

PAPER: Final = (595.0, 842.0)  # A4
MARGIN: Final = 44.0
WIDTH: Final = PAPER[0] - 2 * MARGIN
BOTTOM: Final = PAPER[1] - 42.0
FAMILY: Final = "DejaVu Sans"  # comes with matplotlib, so every machine sets the same lines

PANEL: Final = "#f7f9fa"
_LINE: Final = "#d9dee4"
_LEADING: Final = 1.36
_MEASURED_AT: Final = 100.0  # points, at which widths of words are taken


@dataclass(frozen=True, slots=True)
class Style:
    """How words look."""

    size: float
    bold: bool = False
    colour: str = palette.INK
    after: float = 3.0  # space below a paragraph

    @property
    def leading(self) -> float:
        """From line to line."""
        return self.size * _LEADING


TITLE: Final = Style(14.2, bold=True, after=7)
HEAD: Final = Style(10.5, bold=True, after=4)
BODY: Final = Style(9)
STRONG: Final = Style(9, bold=True, after=1)
NOTE: Final = Style(7.8, colour=palette.MUTED)
SMALL: Final = Style(6.8, colour=palette.MUTED, after=2)
BIG: Final = Style(31, bold=True, colour="#00639c", after=0)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    share: float  # of the table's width


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    cells: tuple[str, ...]
    muted: bool = False


@dataclass(slots=True, eq=False)
class Sheets:
    """Pages, the last of which is being filled at `y`."""

    figures: list[Figure] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.turn()

    def turn(self) -> None:
        """Begin a new page."""
        figure = Figure(figsize=(PAPER[0] / 72, PAPER[1] / 72))
        FigureCanvasAgg(figure)
        paper = figure.add_axes((0, 0, 1, 1), zorder=-1)
        paper.set_xlim(0, PAPER[0])
        paper.set_ylim(PAPER[1], 0)
        paper.axis("off")
        self.figures.append(figure)
        self.y = MARGIN

    def need(self, height: float) -> None:
        """Begin a new page where this one has no room for what comes."""
        if self.y + height > BOTTOM and self.y > MARGIN:
            self.turn()

    def space(self, height: float) -> None:
        """Leave room, but not at the top of a page."""
        if self.y > MARGIN:
            self.y += height

    def write(self, words: str, style: Style = BODY, *, x: float = 0, width: float = WIDTH) -> None:
        """One paragraph, wrapped, in one piece."""
        lines = wrapped(words, style, width)
        self.need(len(lines) * style.leading)
        for line in lines:
            self.put(line, style, x=x)
            self.y += style.leading
        self.y += style.after

    def put(self, line: str, style: Style, *, x: float = 0, right: bool = False) -> None:
        """One line at the cursor, which stays; `right`: `x` is where it ends."""
        self.figures[-1].axes[0].text(
            MARGIN + x, self.y + style.size, line, fontsize=style.size, color=style.colour,
            fontweight="bold" if style.bold else "normal", fontfamily=FAMILY, va="baseline",
            ha="right" if right else "left", parse_math=False,
        )  # fmt: skip

    def head(self, words: str, *, needs: float = 58) -> None:
        """The title of a section, on the page of what follows."""
        self.space(9)
        self.need(HEAD.leading + needs)
        self.write(words, HEAD)

    def rule(self, *, x: float = 0, width: float = WIDTH, colour: str = _LINE) -> None:
        """A thin line across."""
        ends = [MARGIN + x, MARGIN + x + width]
        self.figures[-1].axes[0].plot(ends, [self.y, self.y], color=colour, linewidth=0.7)

    def box(self, height: float, *, fill: str, x: float = 0, width: float = WIDTH) -> None:
        """A panel behind what is written next."""
        corner = FancyBboxPatch(
            (MARGIN + x, self.y), width, height, boxstyle="round,pad=0,rounding_size=6",
            facecolor=fill, edgecolor=_LINE, linewidth=0.7,
        )  # fmt: skip
        self.figures[-1].axes[0].add_patch(corner)

    def place(self, width: float, height: float, *, x: float = 0) -> Axes:
        """Axes at the cursor, which stays."""
        left, low = MARGIN + x, PAPER[1] - self.y - height
        span = (left / PAPER[0], low / PAPER[1], width / PAPER[0], height / PAPER[1])
        return self.figures[-1].add_axes(span)

    def table(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """A table with its titles; cells wrap, rows stay in one piece."""
        titles = Row(tuple(column.title for column in columns))
        head = Style(7.2, bold=True, colour=palette.MUTED)
        for place, row in enumerate([titles, *rows]):
            style = head if place == 0 else Style(8.4, colour=_colour(row))
            self._row(columns, row, style)

    def _row(self, columns: Sequence[Column], row: Row, style: Style) -> None:
        widths = [column.share * WIDTH for column in columns]
        pairs = zip(row.cells, widths, strict=True)
        cells = [wrapped(words, style, width - 6) for words, width in pairs]
        height = max(len(lines) for lines in cells) * style.leading
        self.need(height + 5)
        top, x = self.y, 0.0
        for lines, width in zip(cells, widths, strict=True):
            self.y = top + 2
            for line in lines:
                self.put(line, style, x=x)
                self.y += style.leading
            x += width
        self.y = top + height + 4
        self.rule()

    def bytes(self, *, foot: str, title: str) -> bytes:
        """All pages as a PDF, numbered; the same content gives the same bytes."""
        known = {"Title": title, "Creator": "hipcv", "Producer": "hipcv", "CreationDate": None}
        out = io.BytesIO()
        pages = len(self.figures)
        with mpl.rc_context({**STYLE, "pdf.fonttype": 42}), PdfPages(out, metadata=known) as pdf:
            for number, figure in enumerate(self.figures, start=1):
                _foot(figure, foot, f"{number} of {pages}")
                pdf.savefig(figure)
        return out.getvalue()


def wrapped(words: str, style: Style, width: float) -> list[str]:
    """The words in lines that fit; a word longer than a line is broken."""
    lines = [""]
    for word in shown(words).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of(joined, style) <= width:
            lines[-1] = joined
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = lines[-1] or word
        while width_of(lines[-1], style) > width and len(lines[-1]) > 1:
            fits = _fitting(lines[-1], style, width)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines


def width_of(words: str, style: Style) -> float:
    """How wide the words are on one line."""
    font = _font(bold=style.bold)
    font.set_text(words)
    return float(font.get_width_height()[0]) / 64 * style.size / _MEASURED_AT


def height_of(paragraphs: Sequence[tuple[str, Style]], width: float) -> float:
    """How much of the page these paragraphs take, one under the other."""
    return sum(
        len(wrapped(words, style, width)) * style.leading + style.after
        for words, style in paragraphs
    )


def shown(words: str) -> str:
    """The words on one line; a box for every character that the font does not have."""
    known = _known()
    return "".join(sign if ord(sign) in known else "□" for sign in " ".join(words.split(" ")))


def _fitting(word: str, style: Style, width: float) -> int:
    fits = [n for n in range(1, len(word)) if width_of(word[:n], style) <= width]
    return max(fits, default=1)


def _colour(row: Row) -> str:
    return palette.MUTED if row.muted else palette.INK


def _foot(figure: Figure, foot: str, number: str) -> None:
    paper = figure.axes[0]
    y = PAPER[1] - 26
    for x, words, align in ((MARGIN, foot, "left"), (PAPER[0] - MARGIN, number, "right")):
        paper.text(
            x, y, shown(words), fontsize=6.6, color=palette.MUTED, ha=align, fontfamily=FAMILY,
            parse_math=False,
        )  # fmt: skip


@cache
def _font(*, bold: bool) -> FT2Font:
    weight = "bold" if bold else "normal"
    font = FT2Font(findfont(FontProperties(family=FAMILY, weight=weight)))
    font.set_size(_MEASURED_AT, 72)
    return font


@cache
def _known() -> frozenset[int]:
    """Characters of both weights."""
    return frozenset(_font(bold=False).get_charmap()) & frozenset(_font(bold=True).get_charmap())
