"""Last screens of a guided test: progress of the analysis, and its result.

All sentences about the result come from `report.summary`.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.assessment import Trial
from hipcv.core.interfaces import Picture
from hipcv.guide import icons, prompts
from hipcv.guide.layout import Fitted, Layout, fitted, inside, write_block, write_centred
from hipcv.guide.safety import backdrop
from hipcv.language import _
from hipcv.report import drawing, numbers, palette, wording
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import scale_marks
from hipcv.report.summary import IssueSummary, SideSummary, Summary, summarise

_MOST_REFUSALS: Final = 3  # the report has all of them

_SIDE_HEIGHT: Final = 515.0
"""Height of one side's result, in pixels of a 720 pixel picture."""

_NUMBER_SHARE: Final = 0.36
"""Share of the width that the number has where one side has the whole width."""


def analysing(
    frame_bgr: Picture | None, doing: str, share: float, size_px: tuple[int, int]
) -> Picture:
    """Draw the progress of the analysis as a new picture.

    `frame_bgr` is the last picture, drawn as in a mirror; None: a plain background of `size_px`,
    width and height. `share` is 0..1 of the step under way; NaN = not known.
    """
    picture = _plain(size_px) if frame_bgr is None else drawing.mirrored(frame_bgr)
    if frame_bgr is not None:
        backdrop(picture)
    layout = Layout.of(picture)
    unit, middle = layout.unit, layout.width / 2
    width = layout.width - 4 * layout.gap
    share = min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
    title = fitted(_(prompts.MEASURING), unit * 58, width, 2)
    write_centred(picture, title, (middle, layout.height * 0.38))
    step = _(doing)
    wide = min(width, layout.px(760))
    bar = Box(round(middle - wide / 2), round(layout.height * 0.5), wide, layout.px(30))
    drawing.round_box(picture, bar, palette.MUTED, radius=layout.px(15))
    if share > 0:
        full = replace(bar, width=max(round(share * bar.width), bar.height))
        drawing.round_box(picture, full, palette.YELLOW, radius=layout.px(15))
    text = f"{step[:1].upper()}{step[1:]}, {numbers.share(share)}"
    words = fitted(text, unit * 32, width, 2)
    write_centred(picture, words, (middle, bar.y + bar.height + layout.px(56)), palette.PALE)
    return picture


def result(size_px: tuple[int, int], trial: Trial, report: str = "") -> Picture:
    """Draw each side's number, or why there is none, and the path of the report.

    Without a path, the report is being written.
    """
    picture = _plain(size_px)
    layout, summary = Layout.of(picture), summarise(trial)
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(28))
    bottom = _draw_footer(picture, area, report)
    top: float = area.y
    if summary.status == "not_measured":
        title = fitted(summary.headline, layout.unit * 56, area.width, 2)
        top = write_block(picture, title, (area.x, top)) + layout.px(30)
    body = Box(area.x, round(top), area.width, round(bottom - layout.px(24) - top))
    sides = [side for side in summary.sides if side.status != "not_measured"]
    boxes = _split(layout, body, len(sides) + bool(summary.refusals))
    for side, box in zip(sides, boxes, strict=False):
        if side.measured:
            _draw_side(picture, side, trial, box)
        else:
            _draw_uncounted(picture, side, box)
    if summary.refusals:
        _draw_refusals(picture, summary, boxes[-1])
    return picture


def lines(trial: Trial) -> list[str]:
    """Return the result as lines for a terminal: what it says first, then each side's part."""
    summary = summarise(trial)
    measured = [
        f"{side.title}: {side.value}, {side.interval}" for side in summary.sides if side.measured
    ]
    return [summary.headline, *measured, *(side.repeat for side in summary.uncounted)]


def _plain(size_px: tuple[int, int]) -> Picture:
    width, height = size_px
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[:] = np.round(0.6 * np.array(palette.bgr(palette.INK))).astype(np.uint8)
    return picture


def _split(layout: Layout, box: Box, count: int) -> list[Box]:
    """Return boxes side by side where it is wide, one below the other where it is not."""
    gap, count = layout.gap, max(count, 1)
    if layout.wide:
        wide = (box.width - gap * (count - 1)) // count
        return [replace(box, x=box.x + n * (wide + gap), width=wide) for n in range(count)]
    high = (box.height - gap * (count - 1)) // count
    return [replace(box, y=box.y + n * (high + gap), height=high) for n in range(count)]


def _draw_footer(picture: Picture, area: Box, report: str) -> float:
    """Write the report's path, the disclaimer and how to go on; return the top of it."""
    layout = Layout.of(picture)
    unit = layout.unit
    action = _(prompts.CLOSE if report else prompts.WRITING)
    location = f"{_(prompts.REPORT_AT)} {report}" if report else ""
    rows = (
        (fitted(action, unit * 32, area.width), palette.YELLOW),
        (fitted(_(wording.DISCLAIMER), unit * 18, area.width, 6), palette.PALE),
        *([(fitted(location, unit * 25, area.width, 2), palette.WHITE)] if report else []),
    )
    top: float = area.y + area.height + layout.px(18)
    for block, colour in rows:
        top -= block.height_px + layout.px(18)
        write_block(picture, block, (area.x, top), colour)
    return top


def _draw_refusals(picture: Picture, summary: Summary, box: Box) -> None:
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
    area = inside(box, layout.px(24))
    top: float = area.y
    for side in summary.sides if summary.status != "not_measured" else ():
        if side.status == "not_measured":
            title = fitted(side.title, layout.unit * 36, area.width)
            top = write_block(picture, title, (area.x, top), palette.PALE) + layout.px(26)
    for issue in summary.refusals[:_MOST_REFUSALS]:
        blocks = _refusal(layout, issue, area.width)
        height = sum(block.height_px + layout.px(20) for block, _ in blocks)
        if top + height > area.y + area.height and top > area.y:
            return
        radius = 16 * layout.unit
        indent = 2.8 * radius  # of the title, which follows a sign
        middle = np.array([area.x + radius, top + 0.375 * blocks[0][0].size])
        icons.warning(picture, middle, radius)
        for block, colour in blocks:
            top = write_block(picture, block, (area.x + indent, top), colour) + layout.px(20)
            indent = 0
        top += layout.px(22)


def _refusal(layout: Layout, issue: IssueSummary, width: float) -> list[tuple[Fitted, str]]:
    """Return title, reason and remedy with their colours; the remedy matters most."""
    unit = layout.unit
    return [
        (fitted(issue.title + issue.where, unit * 36, width - 48 * unit, 2), palette.WHITE),
        (fitted(issue.text, unit * 26, width, 3), palette.PALE),
        (fitted(issue.remedy, unit * 32, width, 4), palette.WHITE),
    ]


# --- one side


@dataclass(slots=True)
class _Column:
    """Writes from the top of a box downwards."""

    picture: Picture
    box: Box
    unit: float
    top: float

    def has_room(self, block: Fitted) -> bool:
        """Return True if a block ends within the box."""
        return self.top + block.height_px <= self.box.y + self.box.height

    def write(self, text: str, size: float, colour: str, *, lines: int = 1) -> None:
        """Write words and move below them; write nothing where they do not fit."""
        block = fitted(text, self.unit * size, self.box.width, lines)
        if self.has_room(block):
            write_block(self.picture, block, (self.box.x, self.top), colour)
            self.top += block.height_px + self.unit * (16 + 0.12 * size)


def _draw_side(picture: Picture, side: SideSummary, trial: Trial, box: Box) -> None:
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
    area = inside(box, layout.px(26))
    scale = min(max(box.height / layout.px(_SIDE_HEIGHT), 0.7), 1.35)
    number = rest = _Column(picture, area, scale * layout.unit, area.y)
    if layout.wide and box.width > 0.7 * layout.width:
        wide = round(_NUMBER_SHARE * area.width)
        shift = wide + layout.px(40)
        right = replace(area, x=area.x + shift, width=area.width - shift)
        number = _Column(picture, replace(area, width=wide), 1.3 * layout.unit, area.y)
        rest = _Column(picture, right, 1.2 * layout.unit, area.y)
    number.write(side.title, 34, palette.PALE)
    number.write(side.value, 92, palette.YELLOW)
    if side.mark:
        number.write(side.mark, 30, palette.WHITE, lines=3)
    number.write(f"{side.interval}; {side.another_day}", 24, palette.PALE, lines=2)
    _draw_scale(rest, trial, side)
    rest.write(side.verdict, 32, palette.WHITE, lines=3)
    if side.findings:
        _draw_findings(rest, side)
    if side.advice:
        rest.write(side.advice, 24, palette.PALE, lines=3)


def _draw_uncounted(picture: Picture, side: SideSummary, box: Box) -> None:
    """Write why no repetition counts; what to do differently matters most."""
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
    area = inside(box, layout.px(26))
    scale = min(max(box.height / layout.px(_SIDE_HEIGHT), 0.7), 1.35)
    column = _Column(picture, area, scale * layout.unit, area.y)
    column.write(side.title, 34, palette.PALE)
    column.write(_("Not counted"), 64, palette.YELLOW)
    column.write(side.repeat, 36, palette.WHITE, lines=4)
    for reason in side.uncounted:
        column.write(reason, 26, palette.PALE, lines=4)


def _draw_findings(column: _Column, side: SideSummary) -> None:
    names = ", ".join(finding.name for finding in side.findings)
    radius = 14 * column.unit
    indent = round(2.8 * radius)
    words = fitted(names, column.unit * 27, column.box.width - indent, 2)
    if not column.has_room(words):
        return
    middle = np.array([column.box.x + radius, column.top + 0.375 * words.size])
    icons.warning(column.picture, middle, radius)
    write_block(column.picture, words, (column.box.x + indent, column.top))
    column.top += words.height_px + column.unit * 18
    column.write(side.findings[0].cue, 23, palette.PALE, lines=3)


def _draw_scale(column: _Column, trial: Trial, side: SideSummary) -> None:
    """Draw the result and what another day may give on a line of degrees, with band and target."""
    picture, unit, box = column.picture, column.unit, column.box
    assessment, protocol = trial.sides[side.side], trial.protocol
    marks = scale_marks(
        protocol, assessment.result_deg, assessment.result_interval_deg,
        start_tilt_deg=assessment.start_tilt_deg, is_minor=assessment.is_minor,
    )  # fmt: skip

    def at(share: float) -> float:
        return box.x + box.width * share

    bar = Box(box.x, round(column.top + 36 * unit), box.width, round(26 * unit))
    middle, bottom = bar.y + bar.height / 2, bar.y + bar.height
    drawing.fill(picture, bar, palette.MUTED)
    if marks.typical:
        low, high = map(at, marks.typical)
        drawing.fill(picture, Box(round(low), bar.y, round(high - low), bar.height), palette.BLUE)
        _write_within(column, _(wording.TYPICAL_BAND), (low + high) / 2, bar.y - 34 * unit)
    if marks.rotation is not None and marks.interval is not None:
        ends = np.array([[at(limit), middle] for limit in marks.interval])
        drawing.line(picture, ends, palette.YELLOW, 6 * unit)
        drawing.dot(picture, np.array([at(marks.rotation), middle]), palette.YELLOW, 9 * unit)
    target = at(marks.target)
    tick = np.array([[target, bar.y - 8 * unit], [target, bottom + 9 * unit]])
    drawing.line(picture, tick, palette.WHITE, 4 * unit)
    _write_within(column, prompts.target(protocol.target_deg), target, bottom + 14 * unit)
    column.top = bottom + 58 * unit


def _write_within(column: _Column, text: str, middle: float, top: float) -> None:
    """Write words about a horizontal position, moved so that they stay in the column."""
    box = column.box
    words = fitted(text, column.unit * 23, box.width * 0.8)
    left = min(max(middle - words.width_px / 2, box.x), box.x + box.width - words.width_px)
    write_block(column.picture, words, (left, top), palette.PALE)
