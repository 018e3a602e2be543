"""Texts of a screen: the band across the top with the one thing to do now, and small print."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from hipcv.core.compensation import finding_codes
from hipcv.core.framing import first_broken
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import CAPITAL, Fitted, Layout, fitted, inside, write_block
from hipcv.language import _
from hipcv.report import drawing, palette, wording
from hipcv.report.drawing import Box

_LARGE, _SMALL, _SMALL_NARROW = 60.0, 36.0, 42.0

_WITH_PANEL: Final = (Stage.STILL, Stage.COUNTDOWN, Stage.TURNING, Stage.CHANGEOVER)
"""Stages with a panel away from the swinging foot."""

_DIRECTIONS: Final = {
    "move_left": (-1, 0),
    "move_right": (1, 0),
    "turn_left": (-1, 0),
    "turn_right": (1, 0),
    "raise_camera": (0, -1),
    "lower_camera": (0, 1),
}
"""Direction of a prompt's arrow. In a mirror the person's left is on the left."""

_ONWARD: Final = ("turn_out", "turn_in", "further", "other_way", "other_way_in", "other_leg")
"""Cues to go the way that is asked for."""


@dataclass(frozen=True, slots=True)
class BandContent:
    """Text and sign of a band."""

    text: str
    icon: Icon
    over: str = ""  # a small line above, such as the name of a compensation
    under: str = ""  # a small line below
    warns: bool = False


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the band, in place."""
    layout, content = Layout.of(picture), _content(view)
    box = layout.band
    if content.warns:
        drawing.round_box(picture, box, palette.VERMILLION, radius=layout.px(14))
    else:
        drawing.plate(picture, box, radius=layout.px(14), strength=0.86)
    radius = layout.px(46)
    left = box.x + layout.px(30)
    middle = np.array([left + radius, box.y + box.height / 2])
    content.icon(picture, middle, radius)
    left += 2 * radius + layout.px(30)
    _write(picture, content, left, box.x + box.width - layout.px(24) - left)


def _write(picture: Picture, content: BandContent, left: int, width: int) -> None:
    """Write the large line and the small ones, centred over the height of the band."""
    layout = Layout.of(picture)
    box = inside(layout.band, layout.px(18))
    unit, gap = layout.unit, layout.px(20)
    rows = 1 if layout.wide else 2
    size = unit * (_SMALL if layout.wide else _SMALL_NARROW)
    notes = filter(None, (content.over, content.under))
    small = [fitted(line, size, width, rows) for line in notes]
    lines = (1 if small else 2) + (not layout.wide)
    free = box.height - sum(block.height_px + gap for block in small)
    text = fitted(content.text, unit * _LARGE, width, lines, height=free)
    blocks = [*small, text] if content.over else [text, *small]
    height = sum(block.height_px for block in blocks) + gap * (len(blocks) - 1)
    top = box.y + (box.height - height) / 2
    for block in blocks:
        pale = block is not text and not content.warns
        colour = palette.PALE if pale else palette.WHITE
        top = write_block(picture, block, (left, top), colour) + gap


def _content(view: GuideView) -> BandContent:
    title, outward = prompts.STAGES[view.stage], _outward_arrow(view.side)
    match view.stage:
        case Stage.FRAMING:
            return _framing(view)
        case Stage.STILL:
            ring = partial(icons.filling, share=view.still_share)
            return BandContent(title, ring, under=_(prompts.STILL_MORE))
        case Stage.COUNTDOWN:
            return BandContent(prompts.first_leg(view), outward, under=_(prompts.COUNTDOWN_MORE))
        case Stage.CHANGEOVER:
            return BandContent(prompts.next_leg(view), outward, under=_(prompts.CHANGEOVER_MORE))
        case Stage.FINISHED:
            return BandContent(title, icons.end(view), under=_(prompts.FINISHED_MORE))
    return _repetition(view)


def _framing(view: GuideView) -> BandContent:
    check = first_broken(view.checks)
    text = prompts.prompt(view)
    if check is None:
        return BandContent(text, icons.good if view.checks else icons.unknown)
    direction = _DIRECTIONS.get(check.code)
    icon = partial(icons.arrow, direction=direction) if direction else icons.warning
    return BandContent(text, icon)


def _repetition(view: GuideView) -> BandContent:
    text = prompts.cue(view)
    if view.cue in finding_codes():
        name = wording.FINDINGS[view.cue].name
        sign = partial(icons.warning, colour=palette.WHITE)
        return BandContent(text, sign, over=name, warns=True)
    onward, back = _outward_arrow(view.side), _outward_arrow(view.side and view.side.other)
    if view.external:
        onward, back = back, onward
    signs: dict[str, Icon] = {
        **dict.fromkeys(_ONWARD, onward),
        **dict.fromkeys(("stay_in_view", "feet_in_view", "hold_longer"), icons.warning),
        "go_back": back,
        "hold": partial(icons.filling, share=view.hold_share),
    }
    under = _(prompts.TURN_IN_MORE) if view.cue == "turn_in" else ""
    return BandContent(text, signs.get(view.cue or "", icons.pause), under=under)


def _outward_arrow(side: Side | None) -> Icon:
    """Return an arrow in the outward direction of this leg's foot, as seen in a mirror."""
    if side is None:
        return icons.either_way
    return partial(icons.arrow, direction=(-LEGS[side].outward_x, 0))


# --- footer


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


def draw_footer(picture: Picture, view: GuideView) -> None:
    """Draw the small print, in place."""
    layout = Layout.of(picture)
    lines = _footer_lines(layout, view)
    if not lines:
        return
    pad, gap = layout.px(14), layout.px(13)
    width = round(max(line.indent_px + line.words.width_px for line in lines)) + 2 * pad
    height = round(sum(line.words.height_px for line in lines)) + gap * (len(lines) - 1) + 2 * pad
    box = _footer_box(layout, view, width, height)
    drawing.plate(picture, box, radius=layout.px(12), strength=0.72)
    top: float = box.y + pad
    for line in lines:
        if line.icon:
            size = line.words.size
            middle = np.array([box.x + pad + 0.45 * size, top + CAPITAL * size / 2])
            line.icon(picture, middle, 0.45 * size)
        left = box.x + pad + line.indent_px
        top = write_block(picture, line.words, (left, top), line.colour) + gap


def _footer_lines(layout: Layout, view: GuideView) -> list[_Line]:
    unit, width = layout.unit, layout.unit * 300
    lines = []
    if view.recording:
        text = f"{_(prompts.RECORDING)} {prompts.clock(view.recorded_s)}"
        lines.append(_Line(fitted(text, unit * 32, width), palette.WHITE, icons.record))
    if view.notice and not view.recording:
        words = fitted(prompts.NOTICES[view.notice], unit * 22, width, 2)
        lines.append(_Line(words, palette.WHITE, icons.warning))
    if view.stage is Stage.TURNING:
        lines.append(_Line(fitted(prompts.preview(view), unit * 19, width, 2), palette.PALE))
    for key, action in prompts.KEYS[view.stage]:
        cap = partial(icons.key, letter=key)
        lines.append(_Line(fitted(action, unit * 21, width), palette.PALE, cap))
    return lines


def _footer_box(layout: Layout, view: GuideView, width: int, height: int) -> Box:
    """Return the box in the lower corner that the panel leaves free, or under the band."""
    if not layout.wide:
        return Box(layout.gap, layout.below_band, width, height)
    right = view.side is Side.RIGHT and view.stage in _WITH_PANEL
    left = layout.width - layout.gap - width if right else layout.gap
    return Box(left, layout.height - layout.gap - height, width, height)
