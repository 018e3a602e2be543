"""Summary of a result for the terminal."""

import io
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.text import Text

from hipcv.core.assessment import Trial
from hipcv.report import numbers
from hipcv.report.gauge_geometry import scale_share
from hipcv.report.summary import SideSummary, Summary, summarise

_GOOD: Final = "bold cyan"
_CARE: Final = "yellow"
_FAINT: Final = "dim"
_INDENT: Final = "  "
_NO_BREAK: Final = "\ue000"
"""Stands for a no-break space while lines are wrapped: rich would break there."""


def render(
    trial: Trial,
    *,
    files: Mapping[str, str] | None = None,
    width: int = 80,
    colour: bool = False,
    unicode: bool = True,
) -> str:
    """Return the result as text that ends in a newline.

    `files` are the paths of the files written, by name. `colour` is ANSI colours; leave it off
    where the output is piped. Without `unicode` there are no block characters.
    """
    page = _Page(width=max(min(width, 100), 40), colour=colour, unicode=unicode)
    summary = summarise(trial)
    page.line(summary.clip, _FAINT)
    page.line(summary.headline, "bold")
    for side in summary.sides:
        _side(page, side, trial, alone=len(summary.sides) == 1)
    _closing(page, summary)
    if files:
        page.gap()
        longest = max(len(name) for name in files)
        for name, path in files.items():
            page.verbatim(f"{name:<{longest}}  {path}")
    return page.text()


def _side(page: "_Page", side: SideSummary, trial: Trial, *, alone: bool) -> None:
    page.gap()
    if not side.measured:
        page.line(f"{side.title}: not measured", "bold")
        return
    page.line(f"{side.title}  {side.number}", _GOOD)
    page.verbatim(*_bar(page, trial.sides[side.side].rotation_deg or 0.0, trial))
    for sentence in (side.verdict if not alone else "", side.advice):
        page.line(sentence)
    for detail in side.details:
        page.line(detail, _FAINT)
    for finding in side.findings:
        page.item(finding.name, f"{finding.text} {finding.cue}", _CARE)


def _closing(page: "_Page", summary: Summary) -> None:
    if summary.comparison:
        page.gap()
        page.line(summary.comparison)
    if summary.issues:
        page.gap()
    for issue in summary.issues:
        page.item(f"{issue.title}{issue.where}", f"{issue.text} {issue.remedy}", _CARE)
    if summary.measured:
        page.gap()
        page.line(summary.typical, _FAINT)
        page.line(summary.certainty[-1], _FAINT)
    if summary.exercises:
        page.line("Three exercises that may help are in the report.", _FAINT)
    page.gap()
    page.line(
        "For education, fitness and research; not a medical device. A physical therapist's "
        "evaluation is ideal.",
        _FAINT,
    )


def _bar(page: "_Page", value_deg: float, trial: Trial) -> tuple[str, str]:
    """Return the angle as a bar from 0 to 60°, and the usual range and target below it."""
    protocol = trial.protocol
    cells = page.width - 16
    full, empty, usual, goal = ("█", "·", "─", "┃") if page.unicode else ("#", ".", "-", "|")

    def cell(deg: float) -> int:
        return min(round(cells * scale_share(deg)), cells - 1)

    bar = [full if index < cell(value_deg) else empty for index in range(cells)]
    bar[cell(protocol.target_deg)] = goal
    scale = [" "] * cells
    low, high = cell(protocol.typical_low_deg), cell(protocol.typical_high_deg)
    scale[low : high + 1] = usual * (high + 1 - low)
    caption = f" usual {protocol.typical_low_deg:g}–{protocol.typical_high_deg:g}° "
    if not page.unicode:
        caption = caption.replace("°", "")
    if len(caption) <= high + 1 - low:
        begin = low + (high + 1 - low - len(caption)) // 2
        scale[begin : begin + len(caption)] = caption
    target = f"{'↑' if page.unicode else '^'} target {numbers.whole(protocol.target_deg)}"
    return "".join(bar), "".join(scale[: cell(protocol.target_deg)]) + target


class _Page:
    """Lines of one width, some of them styled; wrapped and coloured by rich."""

    def __init__(self, *, width: int, colour: bool, unicode: bool) -> None:
        self.width = width
        self.unicode = unicode
        self._output = io.StringIO()
        self._console = Console(
            file=self._output,
            width=width,
            color_system="standard" if colour else None,
            force_terminal=colour,
            legacy_windows=False,
            highlight=False,
        )

    def gap(self) -> None:
        self.verbatim("")

    def line(self, words: str, style: str = "") -> None:
        if words:
            self._wrap(Text(words, style), _INDENT, _INDENT)

    def item(self, title: str, words: str, style: str) -> None:
        mark = "•" if self.unicode else "*"
        text = Text.assemble((f"{title}.", style), f" {words}")
        self._wrap(text, f"{_INDENT}{mark} ", " " * (len(_INDENT) + 2))

    def verbatim(self, *rows: str) -> None:
        for row in rows:
            self._print(Text(f"{_INDENT}{row}".rstrip()))

    def text(self) -> str:
        text = self._output.getvalue().replace(_NO_BREAK, "\u00a0")
        return text if self.unicode else text.translate(numbers.ASCII)

    def _wrap(self, text: Text, first: str, others: str) -> None:
        text.plain = text.plain.replace("\u00a0", _NO_BREAK)
        for number, row in enumerate(text.wrap(self._console, self.width - len(first))):
            row.rstrip()
            self._print(Text(others if number else first) + row)

    def _print(self, row: Text) -> None:
        self._console.print(row, no_wrap=True, overflow="ignore", crop=False)
