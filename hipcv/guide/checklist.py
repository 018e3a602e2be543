"""Every rule of a good place, camera and light, each with a sign that tells whether it is kept."""

from functools import lru_cache

import numpy as np

from hipcv.core.framing import first_broken
from hipcv.core.interfaces import Picture
from hipcv.core.view_model import FramingCheck, GuideView
from hipcv.guide import icons, prompts
from hipcv.guide.layout import Layout, fitted, inside, write_block
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box


def draw(picture: Picture, scene: GuideView) -> None:
    """Draw the list in place: beside the person, or in two columns where it is narrow."""
    if not scene.checks:
        return
    layout = Layout.of(picture)
    columns = 1 if layout.wide else 2
    rows = -(-len(scene.checks) // columns)
    box = _box(layout, rows)
    drawing.plate(picture, box, radius=layout.px(14), strength=0.74)
    area = inside(box, layout.px(14))
    first = first_broken(scene.checks)
    for place, check in enumerate(scene.checks):
        column, row = divmod(place, rows)
        wide, high = area.width // columns, area.height / rows
        cell = Box(area.x + column * wide, round(area.y + row * high), wide, round(high))
        _row(picture, check, cell, standing_out=check is first)


def _box(layout: Layout, rows: int) -> Box:
    panel = layout.panel(None)
    return Box(
        panel.x, panel.y, panel.width, min(layout.px(46) * rows + layout.px(28), panel.height)
    )


def _row(picture: Picture, check: FramingCheck, box: Box, *, standing_out: bool) -> None:
    """One rule; the one that is to be mended now stands out."""
    layout = Layout.of(picture)
    if standing_out:
        drawing.round_frame(picture, box, palette.WHITE, radius=layout.px(8), width=2 * layout.unit)
    radius = 0.32 * min(box.height, layout.px(46))
    middle = box.y + box.height / 2
    unknown = not check.good and not check.code
    sign = icons.good if check.good else icons.unknown if unknown else icons.bad
    sign(picture, np.array([box.x + layout.px(10) + radius, middle]), radius)
    left = box.x + layout.px(22) + 2 * radius
    room = box.x + box.width - layout.px(8) - left
    words = fitted(prompts.RULES[check.rule], _size(layout.unit * 26, room), room)
    shade = palette.WHITE if check.code else palette.PALE
    write_block(picture, words, (left, middle - words.height_px / 2), shade)


@lru_cache(maxsize=16)
def _size(size: float, room: float) -> float:
    """The one size at which every rule fits."""
    return min(fitted(title, size, room).size for title in prompts.RULES.values())
