"""First screen: contraindications, conditions of a safe seat, and the choice of legs."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block, write_centred
from hipcv.language import _, translate
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

_BLUR: Final = 8
"""Factor by which the picture is reduced and enlarged again: a quick blur."""


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the safety questions and the choice of legs over the darkened picture, in place."""
    backdrop(picture)
    layout = Layout.of(picture)
    unit = layout.unit
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(34 if layout.wide else 30))
    title = fitted(_(prompts.BEFORE), unit * 58, area.width)
    top = round(write_block(picture, title, (area.x, area.y)) + layout.px(30))
    _draw_stop_key(picture, area)
    confirm = Box(area.x, area.y + area.height - layout.px(96), area.width, layout.px(96))
    high = layout.px(104 if layout.wide else 232)
    choices = Box(area.x, confirm.y - layout.px(20) - high, area.width, high)
    _draw_lists(picture, Box(area.x, top, area.width, choices.y - top))
    _draw_choices(picture, view, choices)
    drawing.round_box(picture, confirm, palette.BLUE, radius=layout.px(14))
    words = fitted(_(prompts.CONFIRM), unit * 46, confirm.width - layout.px(40))
    centre = (confirm.x + confirm.width / 2, confirm.y + confirm.height / 2)
    write_centred(picture, words, centre)


def backdrop(picture: Picture) -> None:
    """Blur and darken the whole picture, in place."""
    height, width = picture.shape[:2]
    size = (max(width // _BLUR, 1), max(height // _BLUR, 1))
    reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.blur(reduced, (7, 7)), dtype=np.uint8)
    drawing.plate(small, Box(0, 0, *size), radius=0, strength=0.84)
    cv2.resize(small, (width, height), dst=picture)


def _draw_lists(picture: Picture, box: Box) -> None:
    layout = Layout.of(picture)
    if layout.wide:
        gap = layout.px(30)
        first = replace(box, width=(box.width - gap) // 2)
        second = replace(first, x=box.x + first.width + gap)
    else:
        first = replace(box, height=round(box.height * 0.55))
        second = replace(box, y=box.y + first.height, height=box.height - first.height)
    _draw_list(picture, first, translate((prompts.QUESTIONS_TITLE, *prompts.QUESTIONS)), icons.bad)
    _draw_list(picture, second, translate((prompts.SEAT_TITLE, *prompts.SEAT)), icons.asked)


def _draw_list(picture: Picture, box: Box, lines: tuple[str, ...], sign: Icon) -> None:
    layout = Layout.of(picture)
    size = layout.unit * 33
    title = fitted(lines[0], size, box.width)
    top = write_block(picture, title, (box.x, box.y), palette.YELLOW) + layout.px(26)
    indent = 1.5 * size
    for line in lines[1:]:
        words = fitted(line, size, box.width - indent, 2)
        sign(picture, np.array([box.x + 0.5 * size, top + 0.375 * words.size]), 0.5 * size)
        top = write_block(picture, words, (box.x + indent, top)) + layout.px(26)


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
    ((key, action),) = prompts.KEYS[Stage.SAFETY]
    words = fitted(action, layout.unit * 26, area.width / 4)
    left, top = area.x + area.width - words.width_px, area.y + layout.px(12)
    write_block(picture, words, (left, top), palette.PALE)
    centre = np.array([left - layout.px(24), top + words.height_px / 2])
    icons.key(picture, centre, layout.unit * 14, letter=key)
