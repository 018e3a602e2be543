"""What is seen at one instant, drawn on the frame of that instant.

Nothing is computed here but where ink goes: the angle between the shank lines is the reading's.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.frame_state import FrameState
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Side
from hipcv.report import drawing, numbers, palette
from hipcv.report.drawing import Box
from hipcv.report.gauge_geometry import scale_share
from hipcv.report.wording import FINDINGS, PHASES

_TOLD_DEG: Final = 1.5
"""A smaller angle is not written beside the leg: the two lines lie on one another."""

_NEW_S: Final = 0.7
"""How long a compensation that has just begun stands out."""


def draw(frame_bgr: Picture, readings: Sequence[FrameState]) -> Picture:
    """Draw every side's reading on a copy of the frame.

    Args:
        frame_bgr: (H, W, 3) uint8, upright.
        readings: at most one a side, of this frame's instant.

    Returns:
        (H, W, 3) a new picture of the same size.
    """
    picture = frame_bgr.copy()
    draw_body(picture, readings)
    for reading in readings:
        _panel(picture, reading)
    return picture


def draw_body(picture: Picture, readings: Sequence[FrameState]) -> None:
    """Draw trunk, pelvis and shanks, in place: what a still shows."""
    for reading in readings[:1]:
        _trunk(picture, reading)
    for reading in readings:
        _shank(picture, reading)


def _trunk(picture: Picture, reading: FrameState) -> None:
    width = 3 * drawing.scale(picture)
    middle = np.array([reading.hips_px.mean(axis=0), reading.shoulders_px.mean(axis=0)])
    drawing.line(picture, middle, palette.SKY, width)
    for pair in (reading.shoulders_px, reading.hips_px):
        drawing.line(picture, pair, palette.SKY, width)
        for point in pair:
            drawing.dot(picture, point, palette.SKY, 1.7 * width)


def _shank(picture: Picture, reading: FrameState) -> None:
    unit = drawing.scale(picture)
    knee, now, start = reading.knee_px, reading.shank_px, reading.start_shank_px
    rim = _rim(knee, start, now, share=0.55)
    drawing.wedge(picture, knee, rim, palette.YELLOW)
    drawing.dashes(picture, np.array([knee, start]), palette.WHITE, 3.5 * unit)
    drawing.line(picture, rim, palette.YELLOW, 2.5 * unit)
    drawing.line(picture, np.array([knee, now]), palette.YELLOW, 5 * unit)
    drawing.dot(picture, knee, palette.YELLOW, 6 * unit)
    if abs(reading.rotation_deg) >= _TOLD_DEG:
        text, size = numbers.angle(reading.rotation_deg), 30 * unit
        place = _beside_angle(reading, drawing.text_width(text, size), size)
        drawing.label(picture, text, place, size=size, colour=palette.WHITE)


def _rim(knee: Floats, start: Floats, now: Floats, *, share: float) -> Floats:
    """(N, 2) points of the arc from the start line to the line now; NaN where a line is NaN."""
    first, last = start - knee, now - knee
    begin = math.atan2(first[1], first[0])
    turn = math.remainder(math.atan2(last[1], last[0]) - begin, math.tau)
    radius = share * math.hypot(*first)
    along = begin + turn * np.linspace(0, 1, 24)
    return knee + radius * np.column_stack([np.cos(along), np.sin(along)])


def _beside_angle(reading: FrameState, width_px: float, height_px: float) -> Floats:
    """Where the angle is written: outside of the leg, clear of both lines."""
    along = reading.shank_px - reading.knee_px
    length = math.hypot(*along)
    out = np.array([along[1], -along[0]]) / length * (1 if reading.side is Side.LEFT else -1)
    clear = 0.2 * length + 0.5 * float(np.abs(out) @ [width_px, height_px])
    return np.asarray(reading.knee_px + 0.6 * along + clear * out)


def _panel(picture: Picture, reading: FrameState) -> None:
    """The running angle against the target, in the upper corner on the leg's own side."""
    unit = drawing.scale(picture)
    box = _panel_box(picture, reading.side)
    pad, size = round(12 * unit), 24 * unit
    drawing.shade(picture, box, 0.68)
    line_px = box.y + pad + round(0.8 * size)
    drawing.write(
        picture,
        f"{reading.side.value.capitalize()} hip",
        (box.x + pad, line_px),
        size=size,
        colour=palette.WHITE,
    )
    _number(picture, reading, box)
    _bar(
        picture,
        reading,
        Box(box.x + pad, box.y + round(56 * unit), box.width - 2 * pad, round(16 * unit)),
    )
    drawing.write(
        picture,
        _moment(reading),
        (box.x + pad, box.y + box.height - 0.8 * pad),
        size=17 * unit,
        colour=palette.PALE,
    )
    top = box.y + box.height
    for code in reading.findings:
        top = _badge(picture, reading, code, Box(box.x, top, box.width, round(40 * unit)))


def _panel_box(picture: Picture, side: Side) -> Box:
    height, width = picture.shape[:2]
    unit = drawing.scale(picture)
    margin = round(10 * unit)
    wide = min(round(320 * unit), (width - 3 * margin) // 2)
    left = width - margin - wide if side is Side.LEFT else margin
    return Box(left, margin, wide, min(round(128 * unit), height - 2 * margin))


def _number(picture: Picture, reading: FrameState, box: Box) -> None:
    unit = drawing.scale(picture)
    text = "not read" if math.isnan(reading.rotation_deg) else numbers.angle(reading.rotation_deg)
    size = 38 * unit if math.isfinite(reading.rotation_deg) else 24 * unit
    right = box.x + box.width - 12 * unit - drawing.text_width(text, size)
    drawing.write(picture, text, (right, box.y + 44 * unit), size=size, colour=palette.YELLOW)


def _bar(picture: Picture, reading: FrameState, box: Box) -> None:
    unit = drawing.scale(picture)
    drawing.fill(picture, box, palette.INK)
    filled = round(box.width * scale_share(reading.rotation_deg))
    drawing.fill(picture, Box(box.x, box.y, filled, box.height), palette.YELLOW)
    drawing.frame(picture, box, palette.PALE, unit)
    at = box.x + box.width * scale_share(reading.target_deg)
    tick = np.array([[at, box.y - 5 * unit], [at, box.y + box.height + 5 * unit]])
    drawing.line(picture, tick, palette.WHITE, 3 * unit)
    text = f"target {reading.target_deg:g}°"
    size = 17 * unit
    left = min(
        at - drawing.text_width(text, size) / 2, box.x + box.width - drawing.text_width(text, size)
    )
    drawing.write(
        picture, text, (left, box.y + box.height + 24 * unit), size=size, colour=palette.WHITE
    )


def _moment(reading: FrameState) -> str:
    if reading.rep is None or reading.phase in ("before", "start", "rest"):
        return PHASES[reading.phase]
    return f"rep {reading.rep + 1}, {PHASES[reading.phase]}"


def _badge(picture: Picture, reading: FrameState, code: str, box: Box) -> int:
    """Name one compensation; framed when it begins. Returns its lower edge."""
    unit = drawing.scale(picture)
    box = Box(box.x, box.y + round(6 * unit), box.width, box.height)
    drawing.fill(picture, box, palette.VERMILLION)
    drawing.frame(picture, box, palette.BLACK, 2 * unit)
    begins = code == reading.findings[-1] and 0 <= reading.time_s - reading.finding_at_s < _NEW_S
    if begins:
        edge = round(4 * unit)
        inner = Box(box.x + edge, box.y + edge, box.width - 2 * edge, box.height - 2 * edge)
        drawing.frame(picture, inner, palette.WHITE, 3 * unit)
    sign = np.array([[13, 30], [24, 9], [35, 30], [13, 30]]) * unit + [box.x, box.y]
    drawing.line(picture, sign.astype(np.float64), palette.WHITE, 2 * unit)
    text = FINDINGS[code].name
    size = drawing.fitting(text, 24 * unit, box.width - 58 * unit)
    drawing.write(
        picture, text, (box.x + 48 * unit, box.y + 29 * unit), size=size, colour=palette.WHITE
    )
    return box.y + box.height
