"""Last screens of a guided test: progress of the analysis, and its result for the person.

The sentences come from `report.personal`. The person may stand 2.5 m away: the number is largest,
and the line that says what it means is at least `SECOND_LINE` of the picture's height.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from hipcv.core.assessment import Trial
from hipcv.core.interfaces import Picture
from hipcv.guide import icons, prompts
from hipcv.guide.layout import CAPITAL, Layout, fitted, inside, write_block, write_centred
from hipcv.guide.safety import backdrop
from hipcv.language import _, translate
from hipcv.report import drawing, numbers, palette, personal, wording
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import scale_marks
from hipcv.report.personal import PersonalSide
from hipcv.report.summary import IssueSummary, summarise

SECOND_LINE: Final = 1 / 20
"""Type size of the second line, at least, as a share of the picture's height."""

_STEP: Final = 0.16
"""Height of the next step at most, as a share of the picture's height."""

_MOST_REFUSALS: Final = 2  # the report has all of them


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


def result(
    size_px: tuple[int, int], trial: Trial, course: Sequence[str] = (), *, written: bool = True
) -> Picture:
    """Draw each side's number, or why there is none, and the next step.

    Args:
        size_px: width and height.
        trial: the sides of the whole session.
        course: sentences on the results over weeks, the last one on the next test.
        written: there is a report; if not, that is said.
    """
    picture = _plain(size_px)
    layout = Layout.of(picture)
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(26))
    bottom = _draw_footer(picture, area, written=written)
    bottom = _draw_step(picture, replace(area, height=round(bottom) - area.y), trial)
    parts = _parts(trial)
    listed = course if layout.wide or len(parts) == 1 else course[-1:]
    bottom = _draw_course(picture, replace(area, height=round(bottom) - area.y), listed)
    body = replace(area, height=round(bottom) - layout.gap - area.y)
    heights = [_height(part, size_px, body, brief=False) for part in parts]
    brief = not layout.wide and sum(heights) + (len(parts) - 1) * layout.gap > body.height
    if brief:
        heights = [_height(part, size_px, body, brief=True) for part in parts]
    for part, box in zip(parts, _split(layout, body, heights), strict=True):
        part(_Column.inside(picture, box, alone=len(parts) == 1, brief=brief))
    return picture


def lines(trial: Trial) -> list[str]:
    """Return the result as lines for a terminal: each side, then the next step."""
    sides = personal.describe_sides(trial)
    texts = [
        ". ".join(filter(None, (f"{side.title}: {side.value}".removesuffix(": "), side.mark)))
        + f". {side.verdict}"
        for side in sides
        if side.status != "not_measured"
    ]
    refusals = [issue.title + issue.where for issue in summarise(trial).refusals]
    return [*texts, *refusals, personal.next_step(trial)]


def _plain(size_px: tuple[int, int]) -> Picture:
    width, height = size_px
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[:] = np.round(0.6 * np.array(palette.bgr(palette.INK))).astype(np.uint8)
    return picture


def _draw_course(picture: Picture, area: Box, course: Sequence[str]) -> float:
    """Write the course at the bottom of an area; return the top of it."""
    layout = Layout.of(picture)
    top = float(area.y + area.height)
    for sentence in reversed(course):
        words = fitted(sentence, layout.unit * 23, area.width, 4)
        top -= words.height_px + layout.px(16)
        write_block(picture, words, (area.x, top), palette.WHITE)
    return top


_Part = Callable[["_Column"], None]
"""Writes one side, or what was not measured, into a column."""


def _parts(trial: Trial) -> list[_Part]:
    sides = [side for side in personal.describe_sides(trial) if side.status != "not_measured"]
    parts: list[_Part] = [partial(_draw_side, side, trial) for side in sides]
    refusals = summarise(trial).refusals[:_MOST_REFUSALS]
    if not refusals and parts:
        return parts
    return [*parts, partial(_draw_refusals, refusals, with_remedy=bool(parts))]


def _height(part: _Part, size_px: tuple[int, int], area: Box, *, brief: bool) -> float:
    """Return the height that a part needs in the width of an area."""
    area = replace(area, height=3 * area.height)
    column = _Column.inside(_plain(size_px), area, alone=False, brief=brief)
    part(column)
    return column.used + 2 * Layout(*size_px).px(22)


def _split(layout: Layout, box: Box, heights: Sequence[float]) -> list[Box]:
    """Return boxes side by side where it is wide; one below the other, by need, where it is not."""
    gap, count = layout.gap, len(heights)
    if layout.wide:
        wide = (box.width - gap * (count - 1)) // count
        return [replace(box, x=box.x + n * (wide + gap), width=wide) for n in range(count)]
    spare = (box.height - gap * (count - 1) - sum(heights)) / count
    boxes, top = [], float(box.y)
    for height in heights:
        boxes.append(replace(box, y=round(top), height=round(height + spare)))
        top += height + spare + gap
    return boxes


def _draw_footer(picture: Picture, area: Box, *, written: bool) -> float:
    """Write the keys and the disclaimer; return the top of it."""
    layout = Layout.of(picture)
    unit = layout.unit
    small = fitted(_(prompts.NO_DIAGNOSIS), unit * 22, area.width, 2)
    top = area.y + area.height - small.height_px
    write_block(picture, small, (area.x, top), palette.PALE)
    line = "   ".join(translate(prompts.RESULT_KEYS)) if written else _(prompts.WRITING)
    words = fitted(line, unit * 32, area.width, 2)
    top -= words.height_px + layout.px(20)
    write_block(picture, words, (area.x, top), palette.YELLOW)
    return top


def _draw_step(picture: Picture, area: Box, trial: Trial) -> float:
    """Draw the next step at the bottom of an area; return the top of its box."""
    layout = Layout.of(picture)
    pad, arrow = layout.px(18), layout.px(26)
    size = layout.unit * 38
    left = area.x + 2 * arrow + 2 * pad
    text, width = personal.next_step(trial), area.x + area.width - pad - left
    words = fitted(text, size, width, 3 if layout.wide else 7, height=_STEP * layout.height)
    high = round(words.height_px) + 2 * pad
    box = Box(area.x, area.y + area.height - layout.px(22) - high, area.width, high)
    drawing.round_box(picture, box, palette.BLUE, radius=layout.px(14))
    middle = np.array([box.x + pad + arrow, box.y + pad + CAPITAL * words.size / 2])
    icons.arrow(picture, middle, arrow, (1, 0))
    write_block(picture, words, (left, box.y + pad))
    return box.y


def _draw_refusals(issues: Sequence[IssueSummary], column: "_Column", *, with_remedy: bool) -> None:
    """Write what could not be measured, and why or what to do about it."""
    column.write(_("Not measured"), 44, palette.YELLOW)
    for issue in issues:
        column.write_second(issue.title + issue.where, lines=3)
        text = issue.remedy if with_remedy else issue.text
        column.write(text, 28, palette.PALE, lines=5, optional=True)


# --- one side


@dataclass(slots=True)
class _Column:
    """Writes from the top of a box downwards."""

    picture: Picture
    box: Box
    scale: float = 1.0  # of the type, in pixels of a 720 pixel picture
    brief: bool = False  # what is optional is left out
    used: float = 0.0  # height

    @classmethod
    def inside(cls, picture: Picture, box: Box, *, alone: bool, brief: bool = False) -> "_Column":
        """Draw a box and return a column in it; one that is alone has a larger type."""
        layout = Layout.of(picture)
        drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
        return cls(
            picture, inside(box, layout.px(22)), (1.4 if alone else 1.0) * layout.unit, brief
        )

    @property
    def top(self) -> float:
        """Top of what is written next."""
        return self.box.y + self.used

    @property
    def free(self) -> float:
        """Height that is left."""
        return self.box.height - self.used

    def write(
        self, text: str, size: float, colour: str, *, lines: int = 1, optional: bool = False
    ) -> None:
        """Write words, smaller where they do not fit, or not at all where they are optional."""
        if not text or (optional and self.brief):
            return
        size *= self.scale
        block = fitted(text, size, self.box.width, lines)
        if block.height_px > self.free:
            if optional:
                return
            block = fitted(text, size, self.box.width, lines + 1, height=max(self.free, 1))
        write_block(self.picture, block, (self.box.x, self.top), colour)
        self.used += block.height_px + 14 * self.scale + 0.22 * block.size

    def write_second(self, text: str, *, lines: int) -> None:
        """Write the line after the number, or in its stead."""
        least = SECOND_LINE * self.picture.shape[0] / self.scale
        self.write(text, max(38.0, least), palette.WHITE, lines=lines)


def _draw_side(side: PersonalSide, trial: Trial, column: _Column) -> None:
    """Draw the title, the number beside its scale, and what it means."""
    column.write(side.title, 34, palette.PALE)
    if side.value:
        _draw_number(column, side, trial)
    column.write(side.mark, 26, palette.PALE, lines=2)
    column.write_second(side.verdict, lines=5)
    column.write(
        side.more, 28 if side.value else 34, palette.PALE, lines=3, optional=bool(side.value)
    )


def _draw_number(column: _Column, side: PersonalSide, trial: Trial) -> None:
    """Draw the number, and the scale at its right unless the column is brief."""
    if column.brief:
        column.write(side.value, 88, palette.YELLOW)
        return
    number = fitted(side.value, 100 * column.scale, 0.5 * column.box.width)
    write_block(column.picture, number, (column.box.x, column.top), palette.YELLOW)
    left = column.box.x + number.width_px + 36 * column.scale
    scale = Box(round(left), round(column.top), round(column.box.x + column.box.width - left), 0)
    _draw_scale(column.picture, scale, trial, side)
    height = _SCALE_HEIGHT * Layout.of(column.picture).unit
    column.used += max(number.height_px, height) + 20 * column.scale


_SCALE_HEIGHT: Final = 98.0
"""Height of the scale with its words, in pixels of a 720 pixel picture."""


def _draw_scale(picture: Picture, box: Box, trial: Trial, side: PersonalSide) -> None:
    """Draw the result and what another day may give on a line of degrees, with band and target."""
    unit = Layout.of(picture).unit
    assessment, protocol = trial.sides[side.side], trial.protocol
    marks = scale_marks(
        protocol, assessment.result_deg, assessment.result_interval_deg,
        start_tilt_deg=assessment.start_tilt_deg, is_minor=assessment.is_minor,
    )  # fmt: skip

    def at(share: float) -> float:
        return box.x + box.width * share

    bar = Box(box.x, round(box.y + 34 * unit), box.width, round(26 * unit))
    middle, bottom = bar.y + bar.height / 2, bar.y + bar.height
    drawing.fill(picture, bar, palette.MUTED)
    if marks.typical is not None:
        low, high = map(at, marks.typical)
        band = Box(round(low), bar.y, round(high - low), bar.height)
        drawing.fill(picture, band, palette.BLUE)
        _write_within(picture, box, _(wording.TYPICAL_BAND), ((low + high) / 2, bar.y - 28 * unit))
    if marks.rotation is not None and marks.interval is not None:
        ends = np.array([[at(limit), middle] for limit in marks.interval])
        drawing.line(picture, ends, palette.YELLOW, 6 * unit)
        drawing.dot(picture, np.array([at(marks.rotation), middle]), palette.YELLOW, 9 * unit)
    target = at(marks.target)
    tick = np.array([[target, bar.y - 6 * unit], [target, bottom + 9 * unit]])
    drawing.line(picture, tick, palette.WHITE, 4 * unit)
    goal = prompts.target(protocol.target_deg)
    _write_within(picture, box, goal, (target, bottom + 18 * unit))


def _write_within(picture: Picture, box: Box, text: str, centre: tuple[float, float]) -> None:
    """Write words with this horizontal centre and top, moved so that they stay in the box."""
    middle, top = centre
    words = fitted(text, Layout.of(picture).unit * 23, box.width)
    left = min(max(middle - words.width_px / 2, box.x), box.x + box.width - words.width_px)
    write_block(picture, words, (left, top), palette.PALE)
