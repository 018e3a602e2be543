"""The small print of the guided test, out of the way of feet: what is recorded, what keys do."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import CAPITAL, Fitted, Layout, fitted, write_block
from hipcv.report import drawing, palette
from hipcv.report.drawing import Box


@dataclass(frozen=True, slots=True)
class _Row:
    """A few words, perhaps after a sign."""

    words: Fitted
    colour: str
    icon: Icon | None = None

    @property
    def indent_px(self) -> float:
        """Room for the sign."""
        return 1.35 * self.words.size if self.icon else 0.0

    @property
    def width_px(self) -> float:
        """With the sign."""
        return self.indent_px + self.words.width_px


def draw(picture: Picture, scene: GuideView) -> None:
    """Draw the small print in place."""
    layout = Layout.of(picture)
    rows = _rows(layout, scene)
    if not rows:
        return
    pad, gap = layout.px(14), layout.px(13)
    width = round(max(row.width_px for row in rows)) + 2 * pad
    height = round(sum(row.words.height_px for row in rows)) + gap * (len(rows) - 1) + 2 * pad
    box = _box(layout, scene, width, height)
    drawing.plate(picture, box, radius=layout.px(12), strength=0.72)
    top: float = box.y + pad
    for row in rows:
        if row.icon:
            size = row.words.size
            middle = top + CAPITAL * size / 2
            row.icon(picture, np.array([box.x + pad + 0.45 * size, middle]), 0.45 * size)
        top = write_block(picture, row.words, (box.x + pad + row.indent_px, top), row.colour) + gap


def _rows(layout: Layout, scene: GuideView) -> list[_Row]:
    """Recording and its length, what is not as it should be, what the keys do."""
    unit, width = layout.unit, layout.unit * 260
    rows = []
    if scene.recording:
        told = f"{prompts.RECORDING} {prompts.clock(scene.recorded_s)}"
        rows.append(_Row(fitted(told, unit * 32, width), palette.WHITE, icons.record))
    if scene.notice and not scene.recording:
        told = prompts.NOTICES[scene.notice]
        rows.append(_Row(fitted(told, unit * 22, width, 2), palette.WHITE, icons.warning))
    if scene.stage is Stage.TURNING:
        rows.append(_Row(fitted(prompts.PREVIEW, unit * 19, width, 2), palette.PALE))
    for key, does in prompts.KEYS[scene.stage]:
        cap = partial(icons.key, letter=key)
        rows.append(_Row(fitted(does, unit * 21, width), palette.PALE, cap))
    return rows


def _box(layout: Layout, scene: GuideView, width: int, height: int) -> Box:
    """Where it is: in the lower corner that the panel leaves free, or under the band."""
    if not layout.wide:
        return Box(layout.gap, layout.below_band, width, height)
    right = scene.side is Side.RIGHT and scene.stage is Stage.TURNING
    left = layout.width - layout.gap - width if right else layout.gap
    return Box(left, layout.height - layout.gap - height, width, height)
