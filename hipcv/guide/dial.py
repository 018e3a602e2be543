"""Panel of the leg under test: repetitions, angle on a dial, hold. A live preview."""

import math
from functools import lru_cache, partial
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.view_model import GuideView, RepPreview
from hipcv.guide import icons, prompts
from hipcv.guide.icons import Icon
from hipcv.guide.layout import Layout, fitted, inside, write_block, write_centred
from hipcv.language import _
from hipcv.report import drawing, numbers, palette
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import SCALE_DEG, scale_share

_DIAL_RATIO: Final = 0.66
"""Height of the dial with its words, relative to its width."""

_NARROW_TITLE: Final = 30.0
"""Type size of the title where it would be smaller in one line; then it has two."""

_HOLLOW: Final = 0.8
"""Inner radius of the dial's ring, relative to the outer one."""


def draw(picture: Picture, view: GuideView) -> None:
    """Draw the panel, in place."""
    layout = Layout.of(picture)
    box = layout.panel(view.side)
    drawing.plate(picture, box, radius=layout.px(14))
    area = inside(box, layout.px(20))
    bottom = area.y + area.height
    if layout.wide:
        dial_high, hold_high = round(area.width * _DIAL_RATIO), layout.px(104)
        reps = area
        dial = Box(area.x, bottom - hold_high - dial_high, area.width, dial_high)
        hold = Box(area.x, bottom - hold_high, area.width, hold_high)
    else:
        half, hold_high = area.width // 2, layout.px(94)
        wide = min(half, round(area.height / _DIAL_RATIO))
        reps = Box(area.x, area.y, half, area.height)
        dial = Box(area.x + area.width - wide, area.y, wide, round(wide * _DIAL_RATIO))
        hold = Box(area.x, bottom - hold_high, half, hold_high)
    _draw_reps(picture, view, reps)
    _draw_dial(picture, view, dial)
    _draw_hold(picture, view, hold)


def _draw_reps(picture: Picture, view: GuideView, box: Box) -> None:
    layout = Layout.of(picture)
    unit, leg, number = layout.unit, prompts.leg(view.side), prompts.repetition(view)
    if layout.wide:
        below = write_block(picture, fitted(leg, unit * 46, box.width), (box.x, box.y))
        words = fitted(number, unit * 34, box.width)
        below = write_block(picture, words, (box.x, below + unit * 18), palette.YELLOW)
    else:
        words = fitted(f"{leg}  {number}", unit * 46, box.width)
        if words.size < unit * _NARROW_TITLE:
            words = fitted(f"{leg} {number}", unit * _NARROW_TITLE, box.width, 2)
        below = write_block(picture, words, (box.x, box.y))
    below += unit * 18
    done = view.reps_this_way
    practice = max(len(done) + 1 - view.rep, sum(rep.practice for rep in done), 0)
    count = max(practice + view.reps, len(done))
    step = min(box.width / max(count, 1), layout.px(70))
    for index in range(count):
        centre = np.array([box.x + (index + 0.4) * step, below + 0.36 * step])
        icon = _done(done[index]) if index < len(done) else _to_do(index, len(done), practice)
        icon(picture, centre, 0.36 * step)


def _done(rep: RepPreview) -> Icon:
    """Return a tick, or a warning for a compensation; hollow where the end was not held."""
    if rep.findings:
        return icons.warning if rep.held else icons.warning_outline
    return icons.good if rep.held else icons.not_held


def _to_do(index: int, current: int, practice: int) -> Icon:
    number = index + 1 - practice
    text = str(number) if number > 0 else prompts.PRACTICE_SIGN
    colour = palette.YELLOW if index == current else palette.PALE
    return partial(icons.numbered, text=text, colour=colour)


def _draw_hold(picture: Picture, view: GuideView, box: Box) -> None:
    layout = Layout.of(picture)
    radius = 0.46 * min(box.height, layout.px(90))
    middle = box.y + box.height / 2
    icons.filling(picture, np.array([box.x + radius, middle]), radius, view.hold_share)
    word = _(prompts.HELD if view.hold_share >= 1 else prompts.HOLD)
    colour = palette.WHITE if view.hold_share > 0 else palette.PALE
    left = box.x + 2 * radius + layout.px(18)
    block = fitted(word, layout.unit * 40, box.x + box.width - left)
    write_block(picture, block, (left, middle - block.height_px / 2), colour)


def _draw_dial(picture: Picture, view: GuideView, box: Box) -> None:
    """Draw angle, peak and target on a half ring: 0 degrees at the left, the end at the right."""
    unit = Layout.of(picture).unit
    margin = unit * 36  # for the target's number outside of the ring
    radius = min(box.width / 2 - 0.6 * margin, box.height - margin - unit * 26)
    centre = np.array([box.x + box.width / 2, box.y + margin + radius])
    radii = (_HOLLOW * radius, radius)
    bright = palette.PALE if view.is_rough else palette.YELLOW
    for end_deg, colour in ((SCALE_DEG, palette.MUTED), (view.rotation_deg, bright)):
        turn_deg = (_dial_turn_deg(0), _dial_turn_deg(end_deg))
        drawing.arc(picture, centre, radii, turn_deg=turn_deg, colour=colour)
    if not view.external:  # the target is one of internal rotation
        _draw_target(picture, centre, radius, view.target_deg)
    if math.isfinite(view.peak_deg):
        _draw_peak(picture, centre, radius, view.peak_deg)
    measured = math.isfinite(view.rotation_deg)
    angle = prompts.live_angle(view.rotation_deg, rough=view.is_rough)
    text = angle if measured else _(prompts.NOT_SEEN)
    number = fitted(text, (0.56 if measured else 0.3) * radius, 1.4 * radius)
    write_centred(picture, number, (centre[0], centre[1] - 0.24 * radius), bright)


def _dial_turn_deg(angle_deg: float) -> float:
    """Return the direction of an angle on the dial, clockwise as displayed from twelve o'clock."""
    return -90 + 180 * scale_share(angle_deg)


@lru_cache(maxsize=64)
def _ray(angle_deg: float) -> Floats:
    """Return the unit vector (2,) from the dial's centre to an angle."""
    along = math.radians(_dial_turn_deg(angle_deg))
    return np.array([math.sin(along), -math.cos(along)])


def _draw_target(picture: Picture, centre: Floats, radius: float, target_deg: float) -> None:
    unit, ray = Layout.of(picture).unit, _ray(target_deg)
    ends = centre + np.array([[0.74], [1.06]]) * radius * ray
    drawing.line(picture, ends, palette.WHITE, 4 * unit)
    number = fitted(numbers.whole(target_deg), unit * 28, radius)
    x, y = centre + (1.09 * radius + 0.5 * unit * 28) * ray
    outward = 0.5 * number.width_px / 2 * abs(ray[0]) * np.sign(ray[0])
    write_centred(picture, number, (x + outward, y))


def _draw_peak(picture: Picture, centre: Floats, radius: float, peak_deg: float) -> None:
    """Draw a line across the ring at the peak, with a head inside, and its number."""
    ray = _ray(peak_deg)
    drawing.line(picture, centre + np.array([[_HOLLOW], [1.0]]) * radius * ray, palette.WHITE, 2)
    across = np.array([-ray[1], ray[0]])
    tip = centre + (_HOLLOW + 0.03) * radius * ray
    size = 0.075 * radius
    head = [tip, tip - size * (1.5 * ray + across), tip - size * (1.5 * ray - across)]
    drawing.shape(picture, np.array(head), palette.WHITE)
    unit = Layout.of(picture).unit
    words = fitted(prompts.peak(peak_deg), unit * 26, 2 * radius)
    write_centred(picture, words, (centre[0], centre[1] + unit * 14), palette.PALE)
