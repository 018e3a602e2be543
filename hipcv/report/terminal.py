"""Summary of a result for the terminal."""

import io
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.text import Text

from hipcv.core.assessment import Assessment, Trial
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.text import escape
from hipcv.language import N_, _, translate
from hipcv.report import numbers
from hipcv.report.gauge_geometry import scale_share, typical_from_start
from hipcv.report.summary import SideSummary, Summary, summarise
from hipcv.report.wording import TYPICAL_BAND

_GOOD: Final = "bold cyan"
_CARE: Final = "yellow"
_FAINT: Final = "dim"
_INDENT: Final = "  "
_NO_BREAK: Final = "\ue000"
"""Stands for a no-break space while lines are wrapped: rich would break there."""


_CAPTIONS: Final = (TYPICAL_BAND, N_("2 in 3 adults"), N_("2 in 3"))
"""Captions of the typical band, the longest first."""


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
    if side.status == "not_measured":
        page.line(f"{side.title}: {_('not measured')}", "bold")
        for detail in side.details:
            page.line(detail, _FAINT)
        return
    if side.measured:
        number = side.value if alone else side.number  # the rest is in the headline
        page.line(f"{side.title}  {number} ({side.interval})", _GOOD)
        page.verbatim(*_bar(page, trial.sides[side.side], trial.protocol))
        for sentence in (side.verdict if not alone or side.provisional else "", side.advice):
            page.line(sentence)
    else:
        _uncounted(page, side, alone=alone)
    for detail in filter(None, (*side.details, side.unmeasured)):
        page.line(detail, _FAINT)
    for finding in side.findings:
        cue = "" if side.uncounted else f" {finding.cue}"  # one remedy at a time
        page.item(finding.name, f"{finding.text}{cue}", _CARE)


def _uncounted(page: "_Page", side: SideSummary, *, alone: bool) -> None:
    page.line("" if alone else f"{side.title}: {_('not counted')}", "bold")
    for reason in side.uncounted:
        page.line(reason)
    if side.repeat:
        page.line(side.repeat, _CARE)


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
    if summary.measured or summary.next.kind == "pain":
        step = _("Next: {step}").format(step=summary.next.title)
        page.line(f"{step}. {summary.next.text}")
    if summary.exercises:
        page.line(_("Three exercises that may help are in the report."), _FAINT)
    page.gap()
    page.line(
        _(
            "For education, fitness and research; not a medical device. A physical therapist's "
            "evaluation is ideal."
        ),
        _FAINT,
    )


def _bar(page: "_Page", side: Assessment, protocol: MeasurementProtocol) -> tuple[str, str]:
    """Return the result as a bar from 0 to 60°, and the typical band and target below it."""
    value_deg = side.result_deg or 0.0
    cells = page.width - 16
    full, empty, band, goal = ("█", "·", "─", "┃") if page.unicode else ("#", ".", "-", "|")

    def cell(deg: float) -> int:
        return min(round(cells * scale_share(deg)), cells - 1)

    bar = [full if index < cell(value_deg) else empty for index in range(cells)]
    bar[cell(protocol.target_deg)] = goal
    scale = [" "] * cells
    if typical := typical_from_start(protocol, side.start_tilt_deg, is_minor=side.is_minor):
        low, high = map(cell, typical)
        high = min(high, cell(protocol.target_deg) - 2)  # the target's arrow follows
        scale[low : high + 1] = _band(high + 1 - low, band)
    target = _("target {target}").format(target=numbers.whole(protocol.target_deg))
    arrow = "↑" if page.unicode else "^"
    return "".join(bar), f"{''.join(scale[: cell(protocol.target_deg)])}{arrow} {target}"


def _band(cells: int, dash: str) -> str:
    """Return the typical band as a row of dashes with the longest caption that fits in it."""
    captions = [f" {caption} " for caption in translate(_CAPTIONS)]
    caption = next((caption for caption in captions if len(caption) <= cells), "")
    left = (cells - len(caption)) // 2
    return dash * left + caption + dash * (cells - left - len(caption))


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
        row.plain = escape(row.plain)
        self._console.print(row, no_wrap=True, overflow="ignore", crop=False)
