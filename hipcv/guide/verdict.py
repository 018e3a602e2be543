"""One side's result on the last screen: its number, where that lies, and what it means."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from hipcv.core.assessment import Assessment, Trial
from hipcv.core.interfaces import Picture
from hipcv.core.protocol import MeasurementProtocol
from hipcv.guide import icons, prompts
from hipcv.guide.layout import Layout, fitted, inside, write_block
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import scale_marks
from hipcv.report.summary import SideSummary

_TALL: Final = 515.0
"""Height that one side needs, for a 720 pixel picture."""

_LEFT: Final = 0.36
"""Share of the width that the number has where one side has the whole width."""


@dataclass(slots=True)
class _Column:
    """Writes from the top of a place downwards."""

    picture: Picture
    box: Box
    unit: float
    top: float

    def write(self, text: str, size: float, colour: str, *, lines: int = 1) -> None:
        """The next words, and a gap below them; nothing where there is no room left."""
        block = fitted(text, self.unit * size, self.box.width, lines)
        if self.top + block.height_px > self.box.y + self.box.height:
            return
        write_block(self.picture, block, (self.box.x, self.top), colour)
        self.top += block.height_px + self.unit * (16 + 0.12 * size)


def draw(picture: Picture, told: SideSummary, trial: Trial, box: Box) -> None:
    """Draw one measured side, in place."""
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
    area = inside(box, layout.px(26))
    roomy = min(max(box.height / layout.px(_TALL), 0.7), 1.35)
    number = rest = _Column(picture, area, roomy * layout.unit, area.y)
    if layout.wide and box.width > 0.7 * layout.width:
        wide = round(_LEFT * area.width)
        number = _Column(picture, replace(area, width=wide), 1.3 * layout.unit, area.y)
        right = replace(
            area, x=area.x + wide + layout.px(40), width=area.width - wide - layout.px(40)
        )
        rest = _Column(picture, right, 1.2 * layout.unit, area.y)
    number.write(told.title, 34, palette.PALE)
    number.write(told.value, 92, palette.YELLOW)
    number.write(told.interval, 24, palette.PALE)
    _scale(rest, trial.sides[told.side], trial.protocol)
    rest.write(told.verdict, 32, palette.WHITE, lines=3)
    if told.findings:
        _findings(rest, told)
    if told.advice:
        rest.write(told.advice, 24, palette.PALE, lines=3)


def _findings(column: _Column, told: SideSummary) -> None:
    """Every compensation by name, and the cue for the first of them."""
    names = ", ".join(finding.name for finding in told.findings)
    radius = 14 * column.unit
    indent = round(2.8 * radius)
    words = fitted(names, column.unit * 27, column.box.width - indent, 2)
    if column.top + words.height_px > column.box.y + column.box.height:
        return
    middle = np.array([column.box.x + radius, column.top + 0.375 * words.size])
    icons.warning(column.picture, middle, radius)
    write_block(column.picture, words, (column.box.x + indent, column.top))
    column.top += words.height_px + column.unit * 18
    column.write(told.findings[0].cue, 23, palette.PALE, lines=3)


def _scale(column: _Column, assessment: Assessment, protocol: MeasurementProtocol) -> None:
    """The number and its interval on a line of degrees, with the usual range and the target."""
    picture, unit, box = column.picture, column.unit, column.box
    marks = scale_marks(protocol, assessment.rotation_deg, assessment.interval_deg)

    def at(share: float) -> float:
        return box.x + box.width * share

    bar = Box(box.x, round(column.top + 36 * unit), box.width, round(26 * unit))
    middle = bar.y + bar.height / 2
    low, high = map(at, marks.typical)
    drawing.fill(picture, bar, palette.MUTED)
    drawing.fill(picture, Box(round(low), bar.y, round(high - low), bar.height), palette.BLUE)
    if marks.rotation is not None and marks.interval is not None:
        ends = np.array([[at(limit), middle] for limit in marks.interval])
        drawing.line(picture, ends, palette.YELLOW, 6 * unit)
        drawing.dot(picture, np.array([at(marks.rotation), middle]), palette.YELLOW, 9 * unit)
    goal = at(marks.target)
    tick = np.array([[goal, bar.y - 8 * unit], [goal, bar.y + bar.height + 9 * unit]])
    drawing.line(picture, tick, palette.WHITE, 4 * unit)
    usual = prompts.usual(protocol.typical_low_deg, protocol.typical_high_deg)
    _name(column, usual, (low + high) / 2, bar.y - 34 * unit)
    target = prompts.target(protocol.target_deg)
    _name(column, target, goal, bar.y + bar.height + 14 * unit)
    column.top = bar.y + bar.height + 58 * unit


def _name(column: _Column, text: str, middle: float, top: float) -> None:
    """What a mark of the scale is, about it, but within the place."""
    box = column.box
    words = fitted(text, column.unit * 23, box.width * 0.8)
    left = min(max(middle - words.width_px / 2, box.x), box.x + box.width - words.width_px)
    write_block(column.picture, words, (left, top), palette.PALE)
