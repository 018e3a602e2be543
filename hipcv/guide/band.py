"""The band across the top: the one thing to do now, to be read from two metres away."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from hipcv.core.framing import first_broken
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block
from hipcv.report import drawing, palette, wording

_LARGE, _SMALL = 60.0, 36.0

_WAYS: Final = {
    "move_left": (-1, 0),
    "move_right": (1, 0),
    "turn_left": (-1, 0),
    "turn_right": (1, 0),
    "raise_camera": (0, -1),
    "lower_camera": (0, 1),
}
"""Where the arrow of a prompt points. In a mirror the person's left is on the left."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a band says."""

    text: str
    icon: Icon
    over: str = ""  # a line above, such as the name of a compensation
    under: str = ""  # a line below
    warns: bool = False


def draw(picture: Picture, scene: GuideView) -> None:
    """Draw what is to be done now, in place."""
    layout, told = Layout.of(picture), _told(scene)
    box = layout.band
    if told.warns:
        drawing.round_box(picture, box, palette.VERMILLION, radius=layout.px(14))
    else:
        drawing.plate(picture, box, radius=layout.px(14), strength=0.86)
    radius = layout.px(46)
    left = box.x + layout.px(30)
    middle = np.array([left + radius, box.y + box.height / 2])
    told.icon(picture, middle, radius)
    left += 2 * radius + layout.px(30)
    _words(picture, told, left, box.x + box.width - layout.px(24) - left)


def _words(picture: Picture, told: Told, left: int, width: int) -> None:
    """The large words, between the small ones, centred over the height of the band."""
    layout = Layout.of(picture)
    box = inside(layout.band, layout.px(18))
    unit, gap = layout.unit, layout.px(20)
    small = [fitted(line, unit * _SMALL, width) for line in (told.over, told.under) if line]
    few = (1 if small else 2) + (not layout.wide)
    room = box.height - sum(block.height_px + gap for block in small)
    text = fitted(told.text, unit * _LARGE, width, few, height=room)
    blocks = [*small, text] if told.over else [text, *small]
    height = sum(block.height_px for block in blocks) + gap * (len(blocks) - 1)
    top = box.y + (box.height - height) / 2
    for block in blocks:
        pale = palette.PALE if block is not text and not told.warns else palette.WHITE
        top = write_block(picture, block, (left, top), pale) + gap


def _told(scene: GuideView) -> Told:
    match scene.stage:
        case Stage.FRAMING:
            return _framing(scene)
        case Stage.STILL:
            still = partial(icons.filling, share=scene.still_share)
            title = prompts.STAGES[Stage.STILL]
            return Told(title, still, under=prompts.STILL_MORE)
        case Stage.COUNTDOWN:
            more = prompts.COUNTDOWN_MORE
            return Told(prompts.first_leg(scene), _outwards(scene.side), under=more)
        case Stage.CHANGEOVER:
            more = prompts.CHANGEOVER_MORE
            return Told(prompts.next_leg(scene), _outwards(scene.side), under=more)
        case Stage.FINISHED:
            more = prompts.FINISHED_MORE
            return Told(prompts.STAGES[Stage.FINISHED], icons.good, under=more)
        case _:
            return _turning(scene)


def _framing(scene: GuideView) -> Told:
    check = first_broken(scene.checks)
    text = prompts.prompt(scene)
    if check is None:
        return Told(text, icons.good if scene.checks else icons.unknown)
    way = _WAYS.get(check.code)
    return Told(text, partial(icons.arrow, way=way) if way else icons.warning)


def _turning(scene: GuideView) -> Told:
    text = prompts.cue(scene)
    if scene.cue in wording.FINDINGS:
        name = wording.FINDINGS[scene.cue].name
        sign = partial(icons.warning, colour=palette.WHITE)
        return Told(text, sign, over=name, warns=True)
    match scene.cue:
        case "turn_out" | "further" | "other_way" | "other_leg":
            return Told(text, _outwards(scene.side))
        case "go_back":
            return Told(text, _outwards(scene.side.other if scene.side else None))
        case "hold":
            return Told(text, partial(icons.filling, share=scene.hold_share))
        case "stay_in_view" | "feet_in_view" | "hold_longer":
            return Told(text, icons.warning)
        case _:
            return Told(text, icons.pause)


def _outwards(side: Side | None) -> Icon:
    """An arrow the way this leg's foot swings out, as seen in a mirror."""
    if side is None:
        return icons.pause
    return partial(icons.arrow, way=(-1, 0) if side is Side.LEFT else (1, 0))
