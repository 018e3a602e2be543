"""Small print of the guided test, away from the feet: recording time, notice, keys."""

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
class _Line:
    """A few words, perhaps after a sign."""

    words: Fitted
    colour: str
    icon: Icon | None = None

    @property
    def indent_px(self) -> float:
        """Width of the sign and the gap after it."""
        return 1.35 * self.words.size if self.icon else 0.0


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the small print, in place."""
    layout = Layout.of(picture)
    lines = _lines(layout, view)
    if not lines:
        return
    pad, gap = layout.px(14), layout.px(13)
    width = round(max(line.indent_px + line.words.width_px for line in lines)) + 2 * pad
    height = round(sum(line.words.height_px for line in lines)) + gap * (len(lines) - 1) + 2 * pad
    box = _box(layout, view, width, height)
    drawing.plate(picture, box, radius=layout.px(12), strength=0.72)
    top: float = box.y + pad
    for line in lines:
        if line.icon:
            size = line.words.size
            middle = np.array([box.x + pad + 0.45 * size, top + CAPITAL * size / 2])
            line.icon(picture, middle, 0.45 * size)
        left = box.x + pad + line.indent_px
        top = write_block(picture, line.words, (left, top), line.colour) + gap


def _lines(layout: Layout, view: GuideView) -> list[_Line]:
    unit, width = layout.unit, layout.unit * 260
    lines = []
    if view.recording:
        text = f"{prompts.RECORDING} {prompts.clock(view.recorded_s)}"
        lines.append(_Line(fitted(text, unit * 32, width), palette.WHITE, icons.record))
    if view.notice and not view.recording:
        words = fitted(prompts.NOTICES[view.notice], unit * 22, width, 2)
        lines.append(_Line(words, palette.WHITE, icons.warning))
    if view.stage is Stage.TURNING:
        lines.append(_Line(fitted(prompts.PREVIEW, unit * 19, width, 2), palette.PALE))
    for key, action in prompts.KEYS[view.stage]:
        cap = partial(icons.key, letter=key)
        lines.append(_Line(fitted(action, unit * 21, width), palette.PALE, cap))
    return lines


def _box(layout: Layout, view: GuideView, width: int, height: int) -> Box:
    """Return the box in the lower corner that the panel leaves free, or under the band."""
    if not layout.wide:
        return Box(layout.gap, layout.below_band, width, height)
    right = view.side is Side.RIGHT and view.stage is Stage.TURNING
    left = layout.width - layout.gap - width if right else layout.gap
    return Box(left, layout.height - layout.gap - height, width, height)
