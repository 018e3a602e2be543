"""Screens before the test: two of questions on safety, one of the seat and legs, and the advice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.layout import (
    CAPITAL,
    Fitted,
    Layout,
    fitted,
    inside,
    largest_size,
    wrapped,
    write_block,
    write_centred,
)
from hipcv.language import _, translate
from hipcv.report import answers, drawing, palette
from hipcv.report.drawing import Box

_BLUR: Final = 8
"""Factor by which the picture is reduced and enlarged again: a quick blur."""

_INDENT: Final = 1.1
"""Indent of a line of a list, relative to its type size."""

_SMALLEST: Final = 20.0
"""Type size of a list at least, in pixels of a 720 pixel picture."""


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the present questions, or what to do, over the darkened picture, in place."""
    backdrop(picture)
    layout = Layout.of(picture)
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(34 if layout.wide else 30))
    if view.stage is Stage.ADVICE:
        _draw_advice(picture, view, area)
    elif view.question in answers.LISTS:
        _draw_questions(picture, view.question, area)
    else:
        _draw_seat(picture, view, area)


def backdrop(picture: Picture) -> None:
    """Blur and darken the whole picture, in place."""
    height, width = picture.shape[:2]
    size = (max(width // _BLUR, 1), max(height // _BLUR, 1))
    reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.blur(reduced, (7, 7)), dtype=np.uint8)
    drawing.plate(small, Box(0, 0, *size), radius=0, strength=0.84)
    cv2.resize(small, (width, height), dst=picture)


def _draw_questions(picture: Picture, question: str, area: Box) -> None:
    """Draw one list of questions, with a key for none of it and a key for something of it."""
    layout = Layout.of(picture)
    keys = (prompts.NOTHING_APPLIES, prompts.SOMETHING_APPLIES)
    columns = len(keys) if layout.wide else 1
    high, gap = layout.px(92), layout.px(18)
    rows = len(keys) // columns
    top = area.y + area.height - rows * high - (rows - 1) * gap
    wide = (area.width - gap * (columns - 1)) // columns
    for index, key in enumerate(keys):
        row, column = divmod(index, columns)
        box = Box(area.x + column * (wide + gap), top + row * (high + gap), wide, high)
        _draw_answer(picture, box, translate(key), strong=index == 0)
    title = answers.TITLES[question]
    lines = tuple(answers.LISTS[question].values())
    _draw_list(picture, replace(area, height=top - gap - area.y), title, lines)


def _draw_seat(picture: Picture, view: GuideView, area: Box) -> None:
    """Draw the conditions of a safe seat, the choice of legs, and the key that begins."""
    layout = Layout.of(picture)
    confirm = Box(area.x, area.y + area.height - layout.px(92), area.width, layout.px(92))
    high = layout.px(120 if layout.wide else 240)
    choices = Box(area.x, confirm.y - layout.px(20) - high, area.width, high)
    free = replace(area, height=choices.y - layout.px(18) - area.y)
    _draw_list(picture, free, f"{_(prompts.SEAT_TITLE)}:", translate(prompts.SEAT))
    _draw_choices(picture, view, choices)
    _draw_answer(picture, confirm, translate(prompts.BEGIN), strong=True)


def _draw_advice(picture: Picture, view: GuideView, area: Box) -> None:
    """Draw what to do now, and that any key ends the test."""
    layout = Layout.of(picture)
    unit, gap = layout.unit, layout.px(44)
    close = fitted(_(prompts.CLOSE), unit * 38, area.width)
    bottom = area.y + area.height - close.height_px
    write_block(picture, close, (area.x, bottom), palette.PALE)
    title = fitted(prompts.STAGES[Stage.ADVICE], unit * 64, area.width)
    top = write_block(picture, title, (area.x, area.y), palette.YELLOW) + gap
    paragraphs = answers.advise(view.advice)
    height = (bottom - gap - top) / len(paragraphs) - gap
    for text in paragraphs:
        words = fitted(text, unit * 50, area.width, 12, height=height)
        top = write_block(picture, words, (area.x, top)) + gap


def _draw_list(picture: Picture, box: Box, title: str, lines: Sequence[str]) -> None:
    """Draw a title and lines with bullets, in the largest type in which all of them fit."""
    layout = Layout.of(picture)
    heading = fitted(
        title, layout.unit * 50, box.width - _stop_width(layout), 2 if layout.wide else 3
    )
    top = write_block(picture, heading, (box.x, box.y), palette.YELLOW) + layout.px(34)
    _draw_stop_key(picture, box)
    size, blocks = _list_blocks(layout, lines, box.width, box.y + box.height - top)
    gap = min((box.y + box.height - top - sum(b.height_px for b in blocks)) / len(blocks), size)
    for block in blocks:
        middle = np.array([box.x + 0.3 * size, top + CAPITAL * size / 2])
        icons.bullet(picture, middle, 0.2 * size)
        top = write_block(picture, block, (box.x + _INDENT * size, top)) + gap


def _list_blocks(
    layout: Layout, lines: Sequence[str], width: float, height: float
) -> tuple[float, list[Fitted]]:
    """Return the largest type size at which all lines fit, and the lines at that size."""

    def blocks_of(size: float) -> list[Fitted]:
        return [Fitted(wrapped(line, size, width - _INDENT * size), size) for line in lines]

    def fits(size: float) -> bool:
        return sum(block.height_px + 0.45 * size for block in blocks_of(size)) <= height

    size = largest_size(layout.unit * 44, fits, smallest=_SMALLEST * layout.unit)
    return size, blocks_of(size)


def _draw_answer(picture: Picture, box: Box, key: tuple[str, str], *, strong: bool) -> None:
    """Draw a key and what it says; the strong one is filled."""
    layout = Layout.of(picture)
    if strong:
        drawing.round_box(picture, box, palette.BLUE, radius=layout.px(14))
    else:
        edge = {"radius": layout.px(14), "width": 3 * layout.unit}
        drawing.round_frame(picture, box, palette.VERMILLION, **edge)
    letter, action = key
    cap = fitted(letter, layout.unit * 30, box.width)
    pad = layout.px(16)
    wide = max(cap.width_px + 2 * pad, layout.px(54))
    key_box = Box(
        box.x + layout.px(20), box.y + (box.height - layout.px(54)) // 2, wide, layout.px(54)
    )
    drawing.round_frame(
        picture, key_box, palette.WHITE, radius=layout.px(8), width=2.5 * layout.unit
    )
    middle = box.y + box.height / 2
    write_centred(picture, cap, (key_box.x + wide / 2, middle))
    left = key_box.x + wide + layout.px(22)
    words = fitted(action, layout.unit * 44, box.x + box.width - layout.px(16) - left)
    write_block(picture, words, (left, middle - words.height_px / 2))


def _draw_choices(picture: Picture, view: GuideView, box: Box) -> None:
    layout = Layout.of(picture)
    title = fitted(_(prompts.CHOOSE), layout.unit * 30, box.width)
    top = round(write_block(picture, title, (box.x, box.y), palette.YELLOW)) + layout.px(16)
    columns = 4 if layout.wide else 2
    gap = layout.px(14)
    wide = (box.width - gap * (columns - 1)) // columns
    high = layout.px(66)
    for index, (key, name) in enumerate(prompts.CHOICES.items()):
        row, column = divmod(index, columns)
        cell = Box(box.x + column * (wide + gap), top + row * (high + gap), wide, high)
        chosen = frozenset(prompts.CHOICE_SIDES[key]) == frozenset(view.sides)
        _draw_button(picture, cell, key, name, chosen=chosen)


def _draw_button(picture: Picture, box: Box, key: str, name: str, *, chosen: bool) -> None:
    """Draw a key and what it chooses; the present choice is filled and has a tick."""
    layout = Layout.of(picture)
    colour = palette.INK if chosen else palette.WHITE
    edge = 2.5 * layout.unit
    if chosen:
        drawing.round_box(picture, box, palette.WHITE, radius=layout.px(12))
    else:
        drawing.round_frame(picture, box, palette.MUTED, radius=layout.px(12), width=edge)
    middle = box.y + box.height / 2
    cap = Box(box.x + layout.px(12), round(middle) - layout.px(21), layout.px(42), layout.px(42))
    drawing.round_frame(picture, cap, colour, radius=layout.px(8), width=edge)
    letter = fitted(key, layout.unit * 28, cap.width)
    write_centred(picture, letter, (cap.x + cap.width / 2, middle), colour)
    left = cap.x + cap.width + layout.px(14)
    tick = layout.px(18) if chosen else 0
    width = box.x + box.width - layout.px(12) - left - 2.6 * tick
    block = fitted(name, layout.unit * 30, width, 2)
    write_block(picture, block, (left, middle - block.height_px / 2), colour)
    if chosen:
        centre = np.array([box.x + box.width - layout.px(14) - tick, middle])
        icons.good(picture, centre, tick)


def _draw_stop_key(picture: Picture, area: Box) -> None:
    layout = Layout.of(picture)
    words = _stop_words(layout)
    left, top = area.x + area.width - words.width_px, area.y + layout.px(12)
    write_block(picture, words, (left, top), palette.PALE)
    centre = np.array([left - layout.px(24), top + words.height_px / 2])
    icons.key(picture, centre, layout.unit * 14, letter=_stop_key()[0])


def _stop_key() -> tuple[str, str]:
    ((key, action),) = prompts.KEYS[Stage.SAFETY]
    return key, action


def _stop_words(layout: Layout) -> Fitted:
    return fitted(_stop_key()[1], layout.unit * 26, layout.width / 4)


def _stop_width(layout: Layout) -> int:
    """Return the width of the key that stops, with its words and a gap."""
    return _stop_words(layout).width_px + layout.px(60)
