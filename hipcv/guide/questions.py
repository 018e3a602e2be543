"""Screens of the questions after the test: what hurt and where, and what stopped the movement."""

import numpy as np

from hipcv.core.answers import MOST_PAIN
from hipcv.core.interfaces import Picture
from hipcv.core.questions import CHOICES, Questions
from hipcv.guide import icons, prompts
from hipcv.guide.layout import (
    Fitted,
    Layout,
    fitted,
    inside,
    largest_size,
    wrapped,
    write_block,
    write_centred,
)
from hipcv.guide.safety import backdrop
from hipcv.language import _
from hipcv.report import answers, drawing, palette
from hipcv.report.drawing import Box

_WORDS = {"pain_where": answers.WHERE, "limiter": answers.LIMITERS}
"""Words of the choices of a question, by its field of `Answers`."""

_INDENT = 2.2
"""Indent of a choice, relative to its type size."""


def draw(frame_bgr: Picture, questions: Questions) -> Picture:
    """Draw the present question as a new picture, over the darkened last picture of the camera."""
    picture = drawing.mirrored(frame_bgr)
    backdrop(picture)
    layout = Layout.of(picture)
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(34))
    title = fitted(answers.QUESTIONS[questions.question], layout.unit * 54, area.width, 3)
    top = round(write_block(picture, title, (area.x, area.y), palette.YELLOW)) + layout.px(44)
    bottom = round(_draw_skip(picture, area, typed=bool(questions.typed))) - layout.px(28)
    body = Box(area.x, top, area.width, bottom - top)
    if questions.question == "pain":
        _draw_pain(picture, body, questions.typed)
    else:
        _draw_choices(picture, body, questions.question)
    return picture


def lines(questions: Questions) -> list[str]:
    """Return the present question, and its choices with their keys, for a terminal."""
    choices = CHOICES.get(questions.question, ())
    words = [_WORDS[questions.question][code] for code in choices]
    return [
        answers.QUESTIONS[questions.question],
        *(f"  {number}  {text}" for number, text in enumerate(words, start=1)),
    ]


def _draw_skip(picture: Picture, area: Box, *, typed: bool) -> float:
    """Write the key that goes on; return its top."""
    layout = Layout.of(picture)
    text = _(prompts.GO_ON if typed else prompts.LEAVE_OUT)
    words = fitted(text, layout.unit * 38, area.width, 2)
    top = area.y + area.height - words.height_px
    write_block(picture, words, (area.x, top), palette.PALE)
    return top


def _draw_pain(picture: Picture, box: Box, typed: str) -> None:
    """Draw the scale from 0 to 10, in two rows where it is narrow, and how to answer."""
    layout = Layout.of(picture)
    values = range(MOST_PAIN + 1)
    columns = len(values) if layout.wide else (len(values) + 1) // 2
    gap = layout.px(12)
    size = (box.width - gap * (columns - 1)) // columns
    for value in values:
        row, column = divmod(value, columns)
        cell = Box(box.x + column * (size + gap), box.y + row * (size + gap), size, size)
        _draw_number(picture, cell, str(value), chosen=str(value) == typed)
    rows = -(-len(values) // columns)
    top = box.y + rows * (size + gap) + layout.px(34)
    words = fitted(_(prompts.TYPE_NUMBER), layout.unit * 44, box.width, 3)
    write_block(picture, words, (box.x, top))


def _draw_number(picture: Picture, box: Box, text: str, *, chosen: bool) -> None:
    layout = Layout.of(picture)
    colour = palette.INK if chosen else palette.WHITE
    if chosen:
        drawing.round_box(picture, box, palette.WHITE, radius=layout.px(12))
    else:
        edge = {"radius": layout.px(12), "width": 3 * layout.unit}
        drawing.round_frame(picture, box, palette.PALE, **edge)
    number = fitted(text, 0.56 * box.width, box.width)
    write_centred(picture, number, (box.x + box.width / 2, box.y + box.height / 2), colour)


def _draw_choices(picture: Picture, box: Box, question: str) -> None:
    """Draw each choice after its key, in the largest type in which all of them fit."""
    layout = Layout.of(picture)
    words, codes = _WORDS[question], CHOICES[question]
    row = box.height / len(codes)

    def blocks_of(size: float) -> list[Fitted]:
        width = box.width - _INDENT * size
        return [Fitted(wrapped(words[code], size, width), size) for code in codes]

    def fits(size: float) -> bool:
        return max(1.6 * size, *(block.height_px + 0.6 * size for block in blocks_of(size))) <= row

    size = largest_size(layout.unit * 50, fits)
    blocks = blocks_of(size)
    row = min(row, max(2.6 * size, *(block.height_px + 0.9 * size for block in blocks)))
    for number, block in enumerate(blocks, start=1):
        middle = box.y + (number - 0.5) * row
        icons.key(picture, np.array([box.x + 0.8 * size, middle]), 0.6 * size, letter=str(number))
        corner = (box.x + _INDENT * size, middle - block.height_px / 2)
        write_block(picture, block, corner)
