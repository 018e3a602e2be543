"""What a leg is doing, beside the person: repetitions, angle on a dial, hold. A live preview."""

import math
from functools import lru_cache, partial
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, RepPreview
from hipcv.guide import icons, prompts
from hipcv.guide.layout import Layout, fitted, inside, write_block, write_centred
from hipcv.report import drawing, numbers, palette
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import SCALE_DEG, scale_share

_DIAL_RATIO: Final = 0.66
"""Height of a dial with its words, by its width."""


def draw(picture: Picture, scene: GuideView) -> None:
    """Draw the panel of the leg whose turn it is, in place."""
    layout = Layout.of(picture)
    box = layout.panel(scene.side)
    drawing.plate(picture, box, radius=layout.px(14))
    area = inside(box, layout.px(20))
    if layout.wide:
        dial_high = round(area.width * _DIAL_RATIO)
        hold_high = layout.px(104)
        _leg(picture, scene, area)
        dial_top = area.y + area.height - hold_high - dial_high
        _dial(picture, scene, Box(area.x, dial_top, area.width, dial_high))
        hold = Box(area.x, area.y + area.height - hold_high, area.width, hold_high)
        _hold(picture, scene, hold)
        return
    half = area.width // 2
    _leg(picture, scene, Box(area.x, area.y, half, area.height))
    low = Box(area.x, area.y + area.height - layout.px(94), half, layout.px(94))
    _hold(picture, scene, low)
    wide = min(half, round(area.height / _DIAL_RATIO))
    dial = Box(area.x + area.width - wide, area.y, wide, round(wide * _DIAL_RATIO))
    _dial(picture, scene, dial)


def _leg(picture: Picture, scene: GuideView, box: Box) -> None:
    """Which leg, which repetition, and what became of those before."""
    layout = Layout.of(picture)
    unit, name, which = layout.unit, prompts.leg(scene.side), prompts.repetition(scene)
    if layout.wide:
        below = write_block(picture, fitted(name, unit * 46, box.width), (box.x, box.y))
        row = fitted(which, unit * 34, box.width)
        below = write_block(picture, row, (box.x, below + unit * 18), palette.YELLOW)
    else:
        row = fitted(f"{name}  {which}", unit * 46, box.width)
        below = write_block(picture, row, (box.x, box.y))
    below += unit * 18
    count = max(_practice(scene) + scene.reps, len(scene.marks))
    step = min(box.width / max(count, 1), layout.px(70))
    for place in range(count):
        centre = np.array([box.x + (place + 0.4) * step, below + 0.36 * step])
        sign = _pip(scene, place)
        sign(picture, centre, 0.36 * step)


def _practice(scene: GuideView) -> int:
    """How many repetitions are practice: the one under way follows those that are done."""
    return max(len(scene.marks) + 1 - scene.rep, sum(mark.practice for mark in scene.marks), 0)


def _pip(scene: GuideView, place: int) -> icons.Icon:
    """One repetition: done and how, under way, or still to come."""
    if place < len(scene.marks):
        return _done(scene.marks[place])
    number = place + 1 - _practice(scene)
    name = str(number) if number > 0 else prompts.PRACTICE_SIGN
    now = place == len(scene.marks)
    return partial(icons.numbered, text=name, colour=palette.YELLOW if now else palette.PALE)


def _done(mark: RepPreview) -> icons.Icon:
    """A tick; a warning sign where something moved along; hollow where it was not held."""
    if mark.findings:
        return icons.warning if mark.held else icons.warning_outline
    return icons.good if mark.held else icons.not_held


def _hold(picture: Picture, scene: GuideView, box: Box) -> None:
    layout = Layout.of(picture)
    radius = 0.46 * min(box.height, layout.px(90))
    middle = box.y + box.height / 2
    icons.filling(picture, np.array([box.x + radius, middle]), radius, scene.hold_share)
    full = scene.hold_share >= 1
    word = prompts.HELD if full else prompts.HOLD
    shade = palette.WHITE if scene.hold_share > 0 else palette.PALE
    left = box.x + 2 * radius + layout.px(18)
    block = fitted(word, layout.unit * 40, box.x + box.width - left)
    write_block(picture, block, (left, middle - block.height_px / 2), shade)


# --- the dial: 0 degrees at the left, the end of the scale at the right, over the top


_HOLLOW: Final = 0.8


def _dial(picture: Picture, scene: GuideView, box: Box) -> None:
    """The angle now, the largest of this repetition, and the target."""
    layout = Layout.of(picture)
    margin = layout.unit * 36  # for the target's name outside of the ring
    radius = min(box.width / 2 - 0.6 * margin, box.height - margin - layout.unit * 26)
    centre = np.array([box.x + box.width / 2, box.y + margin + radius])
    radii = (_HOLLOW * radius, radius)
    drawing.arc(picture, centre, radii, turn_deg=(_turn(0), _turn(SCALE_DEG)), colour=palette.MUTED)
    turn_deg = (_turn(0), _turn(scene.rotation_deg))
    drawing.arc(picture, centre, radii, turn_deg=turn_deg, colour=palette.YELLOW)
    _target(picture, centre, radius, scene.target_deg)
    _peak(picture, centre, radius, scene.peak_deg)
    _number(picture, scene, centre, radius)


def _turn(angle_deg: float) -> float:
    """Where on the dial an angle is: clockwise from twelve o'clock."""
    return -90 + 180 * scale_share(angle_deg)


@lru_cache(maxsize=64)
def _ray(turn_deg: float) -> Floats:
    along = math.radians(turn_deg)
    return np.array([math.sin(along), -math.cos(along)])


def _target(picture: Picture, centre: Floats, radius: float, target_deg: float) -> None:
    layout = Layout.of(picture)
    ray = _ray(_turn(target_deg))
    ends = centre + np.array([[0.74], [1.06]]) * radius * ray
    drawing.line(picture, ends, palette.WHITE, 4 * layout.unit)
    name = fitted(numbers.whole(target_deg), layout.unit * 28, radius)
    place = centre + (1.09 * radius + 0.5 * layout.unit * 28) * ray
    room = name.width_px / 2 * abs(ray[0])
    write_centred(picture, name, (place[0] + 0.5 * room * np.sign(ray[0]), place[1]))


def _peak(picture: Picture, centre: Floats, radius: float, peak_deg: float) -> None:
    """A notch across the ring at the largest angle of this repetition, with a head inside."""
    if not math.isfinite(peak_deg):
        return
    ray = _ray(_turn(peak_deg))
    drawing.line(picture, centre + np.array([[_HOLLOW], [1.0]]) * radius * ray, palette.WHITE, 2)
    across = np.array([-ray[1], ray[0]])
    tip = centre + (_HOLLOW + 0.03) * radius * ray
    size = 0.075 * radius
    drawing.shape(
        picture,
        np.array([tip, tip - size * (1.5 * ray + across), tip - size * (1.5 * ray - across)]),
        palette.WHITE,
    )


def _number(picture: Picture, scene: GuideView, centre: Floats, radius: float) -> None:
    layout = Layout.of(picture)
    seen = math.isfinite(scene.rotation_deg)
    text = prompts.live_angle(scene.rotation_deg) if seen else prompts.NOT_SEEN
    number = fitted(text, 0.56 * radius if seen else 0.3 * radius, 1.4 * radius)
    write_centred(picture, number, (centre[0], centre[1] - 0.24 * radius), palette.YELLOW)
    if math.isfinite(scene.peak_deg):
        peak = fitted(prompts.peak(scene.peak_deg), layout.unit * 26, 2 * radius)
        write_centred(picture, peak, (centre[0], centre[1] + layout.unit * 14), palette.PALE)
