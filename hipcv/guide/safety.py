"""The first screen: who should not do the test, what to make sure of, and which leg."""

from typing import Final

import cv2
import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block, write_centred
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

_BLUR: Final = 8
"""The picture is made so many times smaller, and large again: calm, and quick."""


def draw(picture: Picture, scene: GuideView) -> None:
    """Draw the safety questions and the choice of legs over the darkened picture, in place."""
    backdrop(picture)
    layout = Layout.of(picture)
    unit = layout.unit
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(34 if layout.wide else 30))
    title = fitted(prompts.BEFORE, unit * 58, area.width)
    below = write_block(picture, title, (area.x, area.y)) + layout.px(30)
    _stop(picture, area)
    confirm = Box(area.x, area.y + area.height - layout.px(96), area.width, layout.px(96))
    chips_high = layout.px(104 if layout.wide else 232)
    chips = Box(area.x, confirm.y - layout.px(20) - chips_high, area.width, chips_high)
    _lists(picture, Box(area.x, round(below), area.width, chips.y - round(below)))
    _choice(picture, scene, chips)
    _confirm(picture, confirm)


def backdrop(picture: Picture) -> None:
    """Blur and darken the whole picture, in place."""
    height, width = picture.shape[:2]
    size = (max(width // _BLUR, 1), max(height // _BLUR, 1))
    few = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.blur(few, (7, 7)), dtype=np.uint8)
    drawing.plate(small, Box(0, 0, *size), radius=0, strength=0.84)
    cv2.resize(small, (width, height), dst=picture)


def _lists(picture: Picture, box: Box) -> None:
    """What speaks against it, and what to make sure of: side by side, or one above the other."""
    layout = Layout.of(picture)
    if layout.wide:
        gap = layout.px(30)
        half = (box.width - gap) // 2
        boxes = (
            Box(box.x, box.y, half, box.height),
            Box(box.x + half + gap, box.y, half, box.height),
        )
    else:
        split = round(box.height * 0.55)
        boxes = (
            Box(box.x, box.y, box.width, split),
            Box(box.x, box.y + split, box.width, box.height - split),
        )
    _list(picture, boxes[0], (prompts.QUESTIONS_TITLE, *prompts.QUESTIONS), icons.bad)
    _list(picture, boxes[1], (prompts.SEAT_TITLE, *prompts.SEAT), icons.good)


def _list(picture: Picture, box: Box, lines: tuple[str, ...], sign: Icon) -> None:
    """A title, and lines each with a sign."""
    layout = Layout.of(picture)
    size = layout.unit * 33
    head = fitted(lines[0], size, box.width)
    top = write_block(picture, head, (box.x, box.y), palette.YELLOW) + layout.px(26)
    indent = 1.5 * size
    for item in lines[1:]:
        words = fitted(item, size, box.width - indent, 2)
        middle = top + 0.375 * words.size
        sign(picture, np.array([box.x + 0.5 * size, middle]), 0.5 * size)
        top = write_block(picture, words, (box.x + indent, top)) + layout.px(26)


def _choice(picture: Picture, scene: GuideView, box: Box) -> None:
    """One button for each choice, with its key; the present one is filled and has a tick."""
    layout = Layout.of(picture)
    title = fitted(prompts.CHOOSE, layout.unit * 30, box.width)
    top = round(write_block(picture, title, (box.x, box.y), palette.YELLOW)) + layout.px(16)
    columns = 4 if layout.wide else 2
    gap = layout.px(14)
    wide = (box.width - gap * (columns - 1)) // columns
    high = layout.px(66)
    for place, (key, (name, sides)) in enumerate(prompts.CHOICES.items()):
        row, column = divmod(place, columns)
        cell = Box(box.x + column * (wide + gap), top + row * (high + gap), wide, high)
        chosen = frozenset(sides) == frozenset(scene.sides)
        _button(picture, cell, (key, name), palette.WHITE if chosen else palette.MUTED)


def _button(picture: Picture, box: Box, words: tuple[str, str], colour: str) -> None:
    """A key and what it chooses; a white one is the present choice."""
    layout = Layout.of(picture)
    key, name = words
    chosen = colour == palette.WHITE
    text = palette.INK if chosen else palette.WHITE
    edge = 2.5 * layout.unit
    if chosen:
        drawing.round_box(picture, box, colour, radius=layout.px(12))
    else:
        drawing.round_frame(picture, box, colour, radius=layout.px(12), width=edge)
    middle = box.y + box.height / 2
    cap = Box(box.x + layout.px(12), round(middle) - layout.px(21), layout.px(42), layout.px(42))
    drawing.round_frame(picture, cap, text, radius=layout.px(8), width=edge)
    letter = fitted(key, layout.unit * 28, cap.width)
    write_centred(picture, letter, (cap.x + cap.width / 2, middle), text)
    left = cap.x + cap.width + layout.px(14)
    sign = layout.px(18) if chosen else 0
    room = box.x + box.width - layout.px(12) - left - 2.6 * sign
    block = fitted(name, layout.unit * 30, room, 2)
    write_block(picture, block, (left, middle - block.height_px / 2), text)
    if chosen:
        at = np.array([box.x + box.width - layout.px(14) - sign, middle])
        icons.good(picture, at, sign)


def _stop(picture: Picture, area: Box) -> None:
    """How to leave, in the upper right corner."""
    layout = Layout.of(picture)
    ((key, does),) = prompts.KEYS[Stage.SAFETY]
    words = fitted(does, layout.unit * 26, area.width / 4)
    left = area.x + area.width - words.width_px
    write_block(picture, words, (left, area.y + layout.px(12)), palette.PALE)
    at = np.array([left - layout.px(24), area.y + layout.px(12) + words.height_px / 2])
    icons.key(picture, at, layout.unit * 14, letter=key)


def _confirm(picture: Picture, box: Box) -> None:
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.BLUE, radius=layout.px(14))
    words = fitted(prompts.CONFIRM, layout.unit * 46, box.width - layout.px(40))
    write_centred(picture, words, (box.x + box.width / 2, box.y + box.height / 2))
