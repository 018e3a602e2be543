"""Overlay of the annotated video: the state of one instant, drawn on its frame."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.frame_state import FrameState
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import LEGS, Side
from hipcv.language import _
from hipcv.report import drawing, numbers, palette
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import scale_share
from hipcv.report.wording import BY_LANDMARKS, FINDINGS, HIPS, PHASES

_LABELLED_FROM_DEG: Final = 1.5
"""A smaller angle is not written next to the leg: the two lines lie on one another."""

_SHANK_WIDTH: Final = 5
_SURROGATE_WIDTH: Final = 2.5
"""Width of the line of the shank where its outline was tracked, and elsewhere."""

_HIGHLIGHT_S: Final = 0.7
"""Duration for which a compensation that has just begun stands out."""


def draw(frame_bgr: Picture, states: Sequence[FrameState]) -> Picture:
    """Draw every side's state, at most one a side, on a copy of the frame."""
    picture = frame_bgr.copy()
    draw_body(picture, states)
    for state in states:
        _panel(picture, state)
    return picture


def draw_body(picture: Picture, states: Sequence[FrameState]) -> None:
    """Draw trunk, pelvis and shanks, in place."""
    for state in states[:1]:
        _trunk(picture, state)
    for state in states:
        _shank(picture, state)


def _trunk(picture: Picture, state: FrameState) -> None:
    width = 3 * drawing.scale(picture)
    middle = np.array([state.hips_px.mean(axis=0), state.shoulders_px.mean(axis=0)])
    drawing.line(picture, middle, palette.SKY, width)
    for pair in (state.shoulders_px, state.hips_px):
        drawing.line(picture, pair, palette.SKY, width)
        for point in pair:
            drawing.dot(picture, point, palette.SKY, 1.7 * width)


def _shank(picture: Picture, state: FrameState) -> None:
    unit = drawing.scale(picture)
    knee, now, start = state.knee_px, state.shank_px, state.start_shank_px
    rim = _rim(knee, start, now, share=0.55)
    drawing.wedge(picture, knee, rim, palette.YELLOW)
    drawing.dashes(picture, np.array([knee, start]), palette.WHITE, 3.5 * unit)
    drawing.line(picture, rim, palette.YELLOW, 2.5 * unit)
    width = _SHANK_WIDTH if state.source == "outline" else _SURROGATE_WIDTH
    drawing.line(picture, np.array([knee, now]), palette.YELLOW, width * unit)
    drawing.dot(picture, knee, palette.YELLOW, 6 * unit)
    if abs(state.rotation_deg) >= _LABELLED_FROM_DEG:
        text, size = numbers.angle(state.rotation_deg), 30 * unit
        centre = _label_centre(state, drawing.text_width(text, size), size)
        drawing.label(picture, text, centre, size=size, colour=palette.WHITE)


def _rim(knee: Floats, start: Floats, now: Floats, *, share: float) -> Floats:
    """Return the arc (N, 2) from the start line to the line now; NaN where a line is NaN."""
    first, last = start - knee, now - knee
    begin = math.atan2(first[1], first[0])
    turn = math.remainder(math.atan2(last[1], last[0]) - begin, math.tau)
    radius = share * math.hypot(*first)
    along = begin + turn * np.linspace(0, 1, 24)
    return knee + radius * np.column_stack([np.cos(along), np.sin(along)])


def _label_centre(state: FrameState, width_px: float, height_px: float) -> Floats:
    """Return the centre of the angle's label: outside of the leg, clear of both lines."""
    along = state.shank_px - state.knee_px
    length = math.hypot(*along)
    out = np.array([along[1], -along[0]]) / length * LEGS[state.side].outward_x
    clear = 0.2 * length + 0.5 * float(np.abs(out) @ [width_px, height_px])
    return np.asarray(state.knee_px + 0.6 * along + clear * out)


def _panel(picture: Picture, state: FrameState) -> None:
    """Draw the current angle against the target, in the upper corner on the leg's side."""
    unit = drawing.scale(picture)
    box = _panel_box(picture, state.side)
    pad, size = round(12 * unit), 24 * unit
    drawing.shade(picture, box, 0.68)
    line_px = box.y + pad + round(0.8 * size)
    room = _number(picture, state, box) - box.x - 2 * pad
    size = drawing.fitting(HIPS[state.side], size, room)
    drawing.write(
        picture, HIPS[state.side], (box.x + pad, line_px), size=size, colour=palette.WHITE
    )
    bar = Box(box.x + pad, box.y + round(56 * unit), box.width - 2 * pad, round(16 * unit))
    _bar(picture, state, bar)
    corner = (box.x + pad, box.y + box.height - 0.8 * pad)
    size = drawing.fitting(_phase(state), 17 * unit, box.width - 2 * pad)
    drawing.write(picture, _phase(state), corner, size=size, colour=palette.PALE)
    top = box.y + box.height
    for code in state.findings:
        top = _badge(picture, state, code, Box(box.x, top, box.width, round(40 * unit)))


def _panel_box(picture: Picture, side: Side) -> Box:
    height, width = picture.shape[:2]
    unit = drawing.scale(picture)
    margin = round(10 * unit)
    wide = min(round(320 * unit), (width - 3 * margin) // 2)
    left = width - margin - wide if LEGS[side].outward_x > 0 else margin
    return Box(left, margin, wide, min(round(128 * unit), height - 2 * margin))


def _number(picture: Picture, state: FrameState, box: Box) -> float:
    """Write the angle at the right of the panel, and return its left edge."""
    unit = drawing.scale(picture)
    text = _("not read") if math.isnan(state.rotation_deg) else numbers.angle(state.rotation_deg)
    size = 38 * unit if math.isfinite(state.rotation_deg) else 24 * unit
    right = box.x + box.width - 12 * unit - drawing.text_width(text, size)
    drawing.write(picture, text, (right, box.y + 44 * unit), size=size, colour=palette.YELLOW)
    return right


def _bar(picture: Picture, state: FrameState, box: Box) -> None:
    unit = drawing.scale(picture)
    drawing.fill(picture, box, palette.INK)
    filled = round(box.width * scale_share(state.rotation_deg))
    drawing.fill(picture, Box(box.x, box.y, filled, box.height), palette.YELLOW)
    drawing.frame(picture, box, palette.PALE, unit)
    at = box.x + box.width * scale_share(state.target_deg)
    tick = np.array([[at, box.y - 5 * unit], [at, box.y + box.height + 5 * unit]])
    drawing.line(picture, tick, palette.WHITE, 3 * unit)
    text, size = _("target {target}"), 17 * unit
    text = text.format(target=numbers.whole(state.target_deg))
    width = drawing.text_width(text, size)
    corner = (min(at - width / 2, box.x + box.width - width), box.y + box.height + 24 * unit)
    drawing.write(picture, text, corner, size=size, colour=palette.WHITE)


def _phase(state: FrameState) -> str:
    words = [PHASES[state.phase]]
    if state.rep is not None and state.phase in {"moving", "plateau"}:
        words = [_("rep {number}").format(number=state.rep + 1), *words]
    if state.source == "landmarks":
        words.append(_(BY_LANDMARKS))
    return ", ".join(filter(None, words))


def _badge(picture: Picture, state: FrameState, code: str, box: Box) -> int:
    """Name one compensation, framed when it begins. Returns its lower edge."""
    unit = drawing.scale(picture)
    box = Box(box.x, box.y + round(6 * unit), box.width, box.height)
    drawing.fill(picture, box, palette.VERMILLION)
    drawing.frame(picture, box, palette.BLACK, 2 * unit)
    begins = code == state.findings[-1] and 0 <= state.time_s - state.finding_at_s < _HIGHLIGHT_S
    if begins:
        edge = round(4 * unit)
        inner = Box(box.x + edge, box.y + edge, box.width - 2 * edge, box.height - 2 * edge)
        drawing.frame(picture, inner, palette.WHITE, 3 * unit)
    sign = np.array([[13, 30], [24, 9], [35, 30], [13, 30]]) * unit + [box.x, box.y]
    drawing.line(picture, sign.astype(np.float64), palette.WHITE, 2 * unit)
    text = FINDINGS[code].name
    size = drawing.fitting(text, 24 * unit, box.width - 58 * unit)
    corner = (box.x + 48 * unit, box.y + 29 * unit)
    drawing.write(picture, text, corner, size=size, colour=palette.WHITE)
    return box.y + box.height
