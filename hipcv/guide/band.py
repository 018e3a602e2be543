"""Band across the top of the screen: the one thing to do now, readable from two metres."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from hipcv.core.compensation import finding_codes
from hipcv.core.framing import first_broken
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block
from hipcv.report import drawing, palette, wording

_LARGE, _SMALL = 60.0, 36.0

_DIRECTIONS: Final = {
    "move_left": (-1, 0),
    "move_right": (1, 0),
    "turn_left": (-1, 0),
    "turn_right": (1, 0),
    "raise_camera": (0, -1),
    "lower_camera": (0, 1),
}
"""Direction of a prompt's arrow. In a mirror the person's left is on the left."""


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
    small = [fitted(line, unit * _SMALL, width) for line in (content.over, content.under) if line]
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
    title = prompts.STAGES[view.stage]
    match view.stage:
        case Stage.FRAMING:
            return _framing(view)
        case Stage.STILL:
            ring = partial(icons.filling, share=view.still_share)
            return BandContent(title, ring, under=prompts.STILL_MORE)
        case Stage.COUNTDOWN:
            text, more = prompts.first_leg(view), prompts.COUNTDOWN_MORE
            return BandContent(text, _outward_arrow(view.side), under=more)
        case Stage.CHANGEOVER:
            text, more = prompts.next_leg(view), prompts.CHANGEOVER_MORE
            return BandContent(text, _outward_arrow(view.side), under=more)
        case Stage.FINISHED:
            return BandContent(title, icons.good, under=prompts.FINISHED_MORE)
        case _:
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
    match view.cue:
        case "turn_out" | "further" | "other_way" | "other_leg":
            return BandContent(text, _outward_arrow(view.side))
        case "go_back":
            return BandContent(text, _outward_arrow(view.side.other if view.side else None))
        case "hold":
            return BandContent(text, partial(icons.filling, share=view.hold_share))
        case "stay_in_view" | "feet_in_view" | "hold_longer":
            return BandContent(text, icons.warning)
        case _:
            return BandContent(text, icons.pause)


def _outward_arrow(side: Side | None) -> Icon:
    """Return an arrow in the outward direction of this leg's foot, as seen in a mirror."""
    if side is None:
        return icons.pause
    return partial(icons.arrow, direction=(-1, 0) if side is Side.LEFT else (1, 0))
