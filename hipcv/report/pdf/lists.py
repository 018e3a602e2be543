"""What the paper report says in lists: compensations, the clip's issues, exercises, pictures."""

import io
from collections.abc import Sequence
from typing import Final

import matplotlib.image

from hipcv.report import wording
from hipcv.report.pdf.sheet import HEAD, NOTE, STRONG, WIDTH, Sheets, Style, height_of
from hipcv.report.stills import Still
from hipcv.report.summary import IssueSummary, Summary

_GAP: Final = 12.0
_TALLEST: Final = 134.0
_TEXT: Final = Style(8.2)
_ITEM: Final = 40.0
"""Room that an item wants on its page: its title and two lines."""


def findings(sheets: Sheets, summary: Summary) -> None:
    """Every measured side's compensations: how much, from when, and what helps."""
    for side in summary.sides:
        if not side.measured:
            continue
        sheets.head(f"{side.title}: compensations")
        if not side.findings:
            sheets.write("No compensation was found in what could be measured.")
        for finding in side.findings:
            sheets.need(_ITEM)
            sheets.write(f"{finding.name} ({wording.SEVERITY[finding.severity]})", STRONG)
            sheets.write(finding.text)
            sheets.write(f"→ {finding.cue}", NOTE)


def issues(sheets: Sheets, title: str, told: Sequence[IssueSummary]) -> None:
    """What is to be said of the clip, and what mends it."""
    if told:
        sheets.head(title)
    for issue in told:
        sheets.need(_ITEM)
        sheets.write(f"{issue.title}{issue.where}", STRONG)
        sheets.write(issue.text)
        sheets.write(f"→ {issue.remedy}", NOTE)


def set_up(sheets: Sheets, summary: Summary) -> None:
    """How to record the test, where it was not measured."""
    if not summary.measured:
        sheets.head("How to record the test")
        sheets.write(wording.SET_UP)


def exercises(sheets: Sheets, summary: Summary) -> None:
    """BackgroundWorker one another, where a side is below the target."""
    if not summary.exercises:
        return
    wide = (WIDTH - _GAP * (len(summary.exercises) - 1)) / len(summary.exercises)
    told = [[(one.title, STRONG), (one.dose, NOTE), (one.text, _TEXT)] for one in summary.exercises]
    tall = max(height_of(paragraphs, wide) for paragraphs in told)
    sheets.head("Three exercises that may help", needs=tall)
    top = sheets.y
    for place, paragraphs in enumerate(told):
        sheets.y = top
        for words, style in paragraphs:
            sheets.write(words, style, x=place * (wide + _GAP), width=wide)
    sheets.y = top + tall
    sheets.write(wording.EXERCISES_NOTE, NOTE)


def stills(sheets: Sheets, some: Sequence[Still]) -> None:
    """Pictures beside one another, each with its words beneath."""
    abreast = 4 if len(some) in {2, 4} else 3
    for begin in range(0, len(some), abreast):
        sheets.space(9)
        title = "" if begin else "What was seen"
        _row(sheets, some[begin : begin + abreast], title, abreast=abreast)


def _row(sheets: Sheets, some: Sequence[Still], title: str, *, abreast: int) -> None:
    wide = (WIDTH - (abreast - 1) * _GAP) / abreast
    pictures = [matplotlib.image.imread(io.BytesIO(one.jpeg), format="jpeg") for one in some]
    tall = min(max(wide * p.shape[0] / p.shape[1] for p in pictures), _TALLEST)
    words = [[(one.title, STRONG), (one.caption, NOTE)] for one in some]
    sheets.need(tall + max(height_of(paragraphs, wide) for paragraphs in words) + 20)
    if title:
        sheets.write(title, HEAD)
    top, ends = sheets.y, []
    for place, (paragraphs, picture) in enumerate(zip(words, pictures, strict=True)):
        x = place * (wide + _GAP)
        sheets.y = top
        axes = sheets.place(wide, tall, x=x)
        axes.imshow(picture, interpolation="antialiased")
        axes.set_anchor("W")
        axes.axis("off")
        sheets.y = top + tall + 4
        for told, style in paragraphs:
            sheets.write(told, style, x=x, width=wide)
        ends.append(sheets.y)
    sheets.y = max(ends)
