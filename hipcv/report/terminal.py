"""The summary that a person reads at a glance on a terminal."""

import textwrap
from collections.abc import Mapping
from typing import Final

from hipcv.core.assessment import Trial
from hipcv.report import numbers
from hipcv.report.gauge_geometry import scale_share
from hipcv.report.summary import SideSummary, Summary, summarise

_STYLES: Final = {"bold": "1", "good": "1;36", "care": "33", "faint": "2", "": ""}
_INDENT: Final = "  "
_ASCII: Final = str.maketrans({"°": " deg", "–": "-", "−": "-", "\u00a0": " "})


def render(
    trial: Trial,
    *,
    files: Mapping[str, str] | None = None,
    width: int = 80,
    colour: bool = False,
    unicode: bool = True,
) -> str:
    """The result as text, ending in a new line.

    Args:
        trial: what is told.
        files: what was written, by name: ("report", "out/report.html").
        width: columns of the terminal.
        colour: ANSI colours; leave off where the output is piped.
        unicode: blocks in the bar; off where the terminal has only ASCII.
    """
    page = _Page(width=max(min(width, 100), 40), colour=colour, unicode=unicode)
    summary = summarise(trial)
    page.line(summary.clip, "faint")
    page.line(summary.headline, "bold")
    for told in summary.sides:
        _side(page, told, trial, alone=len(summary.sides) == 1)
    _closing(page, summary)
    if files:
        page.gap()
        longest = max(len(name) for name in files)
        for name, place in files.items():
            page.verbatim(f"{name:<{longest}}  {place}")
    return page.text()


def _side(page: "_Page", told: SideSummary, trial: Trial, *, alone: bool) -> None:
    page.gap()
    if not told.measured:
        page.line(f"{told.title}: not measured", "bold")
        return
    page.line(f"{told.title}  {told.number}", "good")
    page.verbatim(*_bar(page, trial.sides[told.side].rotation_deg or 0.0, trial))
    for sentence in (told.verdict if not alone else "", told.advice):
        page.line(sentence)
    for detail in told.details:
        page.line(detail, "faint")
    for finding in told.findings:
        page.item(finding.name, f"{finding.text} {finding.cue}", "care")


def _closing(page: "_Page", summary: Summary) -> None:
    if summary.comparison:
        page.gap()
        page.line(summary.comparison)
    if summary.issues:
        page.gap()
    for issue in summary.issues:
        page.item(f"{issue.title}{issue.where}", f"{issue.text} {issue.remedy}", "care")
    if summary.measured:
        page.gap()
        page.line(summary.typical, "faint")
        page.line(summary.certainty[-1], "faint")
    if summary.exercises:
        page.line("Three exercises that may help are in the report.", "faint")
    page.gap()
    page.line(
        "For education, fitness and research; not a medical device. A physical therapist's "
        "evaluation is ideal.",
        "faint",
    )


def _bar(page: "_Page", value_deg: float, trial: Trial) -> tuple[str, str]:
    """The angle as a bar from 0 to 60°, and beneath it the usual range and the target."""
    protocol = trial.protocol
    cells = page.width - 16
    full, empty, usual, goal = ("█", "·", "─", "┃") if page.unicode else ("#", ".", "-", "|")

    def cell(deg: float) -> int:
        return min(round(cells * scale_share(deg)), cells - 1)

    bar = [full if place < cell(value_deg) else empty for place in range(cells)]
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
    return "".join(bar), "".join(scale[: cell(protocol.target_deg)]) + _target(page, trial)


def _target(page: "_Page", trial: Trial) -> str:
    target = numbers.whole(trial.protocol.target_deg)
    return f"{'↑' if page.unicode else '^'} target {target}"


class _Page:
    """Lines of one width, some of them styled."""

    def __init__(self, *, width: int, colour: bool, unicode: bool) -> None:
        self.width = width
        self.unicode = unicode
        self._colour = colour
        self._lines: list[str] = []

    def gap(self) -> None:
        self._lines.append("")

    def line(self, words: str, style: str = "") -> None:
        for row in textwrap.wrap(words, self.width - len(_INDENT)):
            self._lines.append(_INDENT + self._styled(row, style))

    def item(self, title: str, words: str, style: str) -> None:
        rows = textwrap.wrap(f"{title}. {words}", self.width - 4, break_on_hyphens=False)
        mark = "•" if self.unicode else "*"
        first = self._styled(f"{title}.", style) + rows[0].removeprefix(f"{title}.")
        self._lines.append(f"{_INDENT}{mark} {first}")
        self._lines.extend(f"    {row}" for row in rows[1:])

    def verbatim(self, *rows: str) -> None:
        self._lines.extend(f"{_INDENT}{row}".rstrip() for row in rows)

    def text(self) -> str:
        told = "\n".join(self._lines) + "\n"
        return told if self.unicode else told.translate(_ASCII)

    def _styled(self, words: str, style: str) -> str:
        if not (self._colour and style):
            return words
        return f"\x1b[{_STYLES[style]}m{words}\x1b[0m"
