"""Framing screen: the outline of a seated person to sit in, and the list of framing rules."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.framing import first_broken
from hipcv.core.interfaces import Picture
from hipcv.core.view_model import FramingCheck, GuideView
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block
from hipcv.language import translate
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box

# --- outline, in a picture in which the whole person has the height 1

_TRUNK: Final = (
    (0, 0.150), (0.030, 0.150), (0.034, 0.178), (0.080, 0.192), (0.135, 0.208), (0.160, 0.245),
    (0.176, 0.36), (0.184, 0.46), (0.180, 0.545), (0.160, 0.592), (0.10, 0.605), (0, 0.605),
)  # fmt: skip
"""Half of the trunk, with an arm whose hand is at the seat."""

_LEG: Final = (
    (0.094, 0.512), (0.150, 0.525), (0.168, 0.585), (0.152, 0.645), (0.146, 0.720), (0.138, 0.800),
    (0.126, 0.880), (0.136, 0.940), (0.134, 0.985), (0.094, 1.004), (0.054, 0.985), (0.052, 0.940),
    (0.062, 0.880), (0.050, 0.800), (0.042, 0.720), (0.036, 0.645), (0.020, 0.585), (0.038, 0.525),
)  # fmt: skip
"""A thigh seen end-on, and from it the hanging shank and foot."""

_HEAD: Final = (0.0, 0.073, 0.052, 0.072)  # centre, half axes
_ARM: Final = ((0.116, 0.30), (0.126, 0.40), (0.130, 0.495))
_SEAT: Final = ((0.190, 0.600), (0.330, 0.600))
KNEE: Final = (0.094, 0.585)
"""Knee of the right half; its height is the middle of the picture of a camera at knee height."""


def draw_silhouette(picture: Picture) -> None:
    """Draw the pale outline of a seated person, seen from the front at knee height, in place."""
    height, width = picture.shape[:2]
    top, transmitted, added = _outline(width, height)
    rows, columns = added.shape[:2]
    left = round(width / 2) - columns // 2
    area = picture[top : top + rows, left : left + columns]
    area[:] = cv2.add(cv2.multiply(area, transmitted, scale=1 / 255), added)


@lru_cache(maxsize=4)
def _outline(width: int, height: int) -> tuple[int, Picture, Picture]:
    """Return its top row, the share of the background that stays visible (255 = all), its light."""
    layout = Layout(width, height)
    tall = min(0.70 * height, 0.95 * width)
    knee_px = (0.60 if layout.wide else 0.555) * height
    top = max(round(knee_px - KNEE[1] * tall) - layout.px(10), 0)
    bottom = min(round(knee_px + (1.01 - KNEE[1]) * tall) + layout.px(10), height)
    half = round(0.36 * tall)
    size = (bottom - top, 2 * half, 3)
    fine, wide, body = (np.zeros(size, dtype=np.uint8) for _ in range(3))
    origin = np.array([half, knee_px - KNEE[1] * tall - top])
    for part, closed in _parts():
        line = origin + tall * part
        if closed:
            for layer in (fine, wide):
                drawing.shape(layer, line, palette.BLACK)  # hides the parts behind
            drawing.shape(body, line, palette.WHITE)
        drawing.stroke(wide, line, palette.WHITE, 9 * layout.unit)
        drawing.stroke(fine, line, palette.WHITE, 4 * layout.unit)
    dark = np.maximum.reduce([0.5 * wide, 0.85 * fine, 0.14 * body])
    light = np.maximum(0.85 * fine, 0.14 * body)
    return top, (255 - dark).astype(np.uint8), light.astype(np.uint8)


def _parts() -> tuple[tuple[Floats, bool], ...]:
    """Return lines (N, 2) from back to front, each with True where it is closed."""
    trunk, head, *opened = parts_without_legs()
    legs = [(leg_outline() * mirror, True) for mirror in ([1, 1], [-1, 1])]
    return (trunk, head, *legs, *opened)


@lru_cache(maxsize=1)
def leg_outline() -> Floats:
    """Return the closed outline (N, 2) of the leg of the right half."""
    return _smoothed(np.array(_LEG))


@lru_cache(maxsize=1)
def parts_without_legs() -> tuple[tuple[Floats, bool], ...]:
    """Return trunk, head, arms and seat as lines (N, 2), each with True where it is closed."""
    half = np.array(_TRUNK)
    trunk = np.vstack([half, half[::-1] * [-1, 1]])
    turn = np.linspace(0, 2 * np.pi, 48)
    x, y, wide, high = _HEAD
    head = np.column_stack([x + wide * np.cos(turn), y + high * np.sin(turn)])
    opened = [np.array(line) * mirror for mirror in ([1, 1], [-1, 1]) for line in (_ARM, _SEAT)]
    return ((_smoothed(trunk), True), (head, True), *((line, False) for line in opened))


def _smoothed(corners: Floats) -> Floats:
    """Return a closed line along (N, 2) corners, which are cut three times (Chaikin)."""
    for _ in range(3):
        after = np.roll(corners, -1, axis=0)
        cut = np.stack([0.75 * corners + 0.25 * after, 0.25 * corners + 0.75 * after], axis=1)
        corners = cut.reshape(-1, 2)
    return np.vstack([corners, corners[:1]])


# --- rules


def draw_checklist(picture: Picture, view: GuideView) -> None:
    """Draw every framing rule with a sign of its state, and what is only asked for with a `?`.

    They are in two columns where the picture is narrow.
    """
    if not view.checks:
        return
    layout = Layout.of(picture)
    columns = 1 if layout.wide else 2
    rows = -(-(len(view.checks) + len(prompts.ASKED)) // columns)
    panel = layout.panel(None)
    height = min(layout.px(46) * rows + layout.px(28), panel.height)
    box = Box(panel.x, panel.y, panel.width, height)
    drawing.plate(picture, box, radius=layout.px(14), strength=0.74)
    area = inside(box, layout.px(14))
    wide, high = area.width // columns, area.height / rows
    first = first_broken(view.checks)
    listed: tuple[FramingCheck | str, ...] = (*view.checks, *translate(prompts.ASKED))
    for index, row in enumerate(listed):
        column, line = divmod(index, rows)
        cell = Box(area.x + column * wide, round(area.y + line * high), wide, round(high))
        if row is first:
            edge = {"radius": layout.px(8), "width": 2 * layout.unit}
            drawing.round_frame(picture, cell, palette.WHITE, **edge)
        if isinstance(row, str):
            _draw_row(picture, row, cell, sign=icons.asked, strong=False)
        else:
            sign = icons.good if row.good else icons.bad if row.code else icons.unknown
            text = prompts.RULES[row.rule]
            _draw_row(picture, text, cell, sign=sign, strong=bool(row.code))


def _draw_row(picture: Picture, text: str, box: Box, *, sign: Icon, strong: bool) -> None:
    layout = Layout.of(picture)
    radius = 0.32 * min(box.height, layout.px(46))
    middle = box.y + box.height / 2
    sign(picture, np.array([box.x + layout.px(10) + radius, middle]), radius)
    left = box.x + layout.px(22) + 2 * radius
    width = box.x + box.width - layout.px(8) - left
    words = fitted(text, _rule_size(_titles(), layout.unit * 26, width), width)
    colour = palette.WHITE if strong else palette.PALE
    write_block(picture, words, (left, middle - words.height_px / 2), colour)


@lru_cache(maxsize=16)
def _rule_size(titles: tuple[str, ...], size: float, width: float) -> float:
    """Return the one type size at which every row fits."""
    return min(fitted(title, size, width).size for title in titles)


def _titles() -> tuple[str, ...]:
    return (*prompts.RULES.values(), *translate(prompts.ASKED))
