"""The last screens of a guided test: how far the analysis is, and what came out.

The sentences are the summary's; here they only get their places.
"""

import math
from typing import Final

import numpy as np

from hipcv.core.assessment import Trial
from hipcv.core.interfaces import Picture
from hipcv.guide import icons, prompts, verdict
from hipcv.guide.layout import Fitted, Layout, fitted, inside, write_block, write_centred
from hipcv.guide.safety import backdrop
from hipcv.report import drawing, numbers, palette, wording
from hipcv.report.drawing import Box
from hipcv.report.summary import IssueSummary, Summary, summarise

_MOST: Final = 3  # so many refusals are told here; the report tells all


def analysing(
    frame_bgr: Picture | None, doing: str, share: float, size_px: tuple[int, int]
) -> Picture:
    """How far the analysis of the recording is.

    Args:
        frame_bgr: (H, W, 3) uint8 the last picture, shown as in a mirror; None: a plain ground.
        doing: what is done at present.
        share: 0..1 of it; NaN = not known.
        size_px: width and height of the plain ground.

    Returns:
        (H, W, 3) a new picture.
    """
    picture = _plain(size_px) if frame_bgr is None else drawing.mirrored(frame_bgr)
    if frame_bgr is not None:
        backdrop(picture)
    layout = Layout.of(picture)
    unit, middle = layout.unit, layout.width / 2
    room = layout.width - 4 * layout.gap
    share = min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
    title = fitted(prompts.MEASURING, unit * 58, room, 2)
    write_centred(picture, title, (middle, layout.height * 0.38))
    wide = min(room, layout.px(760))
    bar = Box(round(middle - wide / 2), round(layout.height * 0.5), wide, layout.px(30))
    drawing.round_box(picture, bar, palette.MUTED, radius=layout.px(15))
    if share > 0:
        full = Box(bar.x, bar.y, max(round(share * bar.width), bar.height), bar.height)
        drawing.round_box(picture, full, palette.YELLOW, radius=layout.px(15))
    told = f"{doing[:1].upper()}{doing[1:]}, {numbers.share(share)}"
    words = fitted(told, unit * 32, room, 2)
    write_centred(picture, words, (middle, bar.y + bar.height + layout.px(56)), palette.PALE)
    return picture


def result(size_px: tuple[int, int], trial: Trial, report: str) -> Picture:
    """What came out: each side's verdict, or why there is none, and where the report is.

    Args:
        size_px: width and height of the picture.
        trial: what was measured.
        report: path of the report, as text.

    Returns:
        (H, W, 3) a new picture.
    """
    picture = _plain(size_px)
    layout, summary = Layout.of(picture), summarise(trial)
    area = inside(Box(0, 0, layout.width, layout.height), layout.px(28))
    foot = _foot(picture, area, report)
    top: float = area.y
    if not summary.measured:
        title = fitted(summary.headline, layout.unit * 56, area.width, 2)
        top = write_block(picture, title, (area.x, top)) + layout.px(30)
    body = Box(area.x, round(top), area.width, round(foot - layout.px(24) - top))
    told = [side for side in summary.sides if side.measured]
    boxes = _split(layout, body, len(told) + bool(summary.refusals))
    for side, box in zip(told, boxes, strict=False):
        verdict.draw(picture, side, trial, box)
    if summary.refusals:
        _refusals(picture, summary, boxes[-1])
    return picture


def _plain(size_px: tuple[int, int]) -> Picture:
    width, height = size_px
    picture = np.empty((height, width, 3), dtype=np.uint8)
    picture[:] = np.round(0.6 * np.array(palette.bgr(palette.INK))).astype(np.uint8)
    return picture


def _split(layout: Layout, box: Box, count: int) -> list[Box]:
    """Places side by side where it is wide, one above the other where it is not."""
    gap, count = layout.gap, max(count, 1)
    if layout.wide:
        wide = (box.width - gap * (count - 1)) // count
        return [Box(box.x + n * (wide + gap), box.y, wide, box.height) for n in range(count)]
    high = (box.height - gap * (count - 1)) // count
    return [Box(box.x, box.y + n * (high + gap), box.width, high) for n in range(count)]


def _refusals(picture: Picture, summary: Summary, box: Box) -> None:
    """Why there is no number, and what to do about it."""
    layout = Layout.of(picture)
    drawing.round_box(picture, box, palette.INK, radius=layout.px(14))
    area = inside(box, layout.px(24))
    top: float = area.y
    for told in summary.sides if summary.measured else ():
        if not told.measured:
            title = fitted(told.title, layout.unit * 36, area.width)
            top = write_block(picture, title, (area.x, top), palette.PALE) + layout.px(26)
    for issue in summary.refusals[:_MOST]:
        blocks = _refusal(layout, issue, area.width)
        height = sum(block.height_px + layout.px(20) for block, _ in blocks)
        if top + height > area.y + area.height and top > area.y:
            return
        radius = 16 * layout.unit
        at = np.array([area.x + radius, top + 0.375 * blocks[0][0].size])
        icons.warning(picture, at, radius)
        for place, (block, shade) in enumerate(blocks):
            left = area.x + (2.8 * radius if place == 0 else 0)
            top = write_block(picture, block, (left, top), shade) + layout.px(20)
        top += layout.px(22)


def _refusal(layout: Layout, issue: IssueSummary, width: float) -> list[tuple[Fitted, str]]:
    """Title, what was seen, and what to do: the last matters most."""
    unit = layout.unit
    return [
        (fitted(issue.title + issue.where, unit * 36, width - 48 * unit, 2), palette.WHITE),
        (fitted(issue.text, unit * 26, width, 3), palette.PALE),
        (fitted(issue.remedy, unit * 32, width, 4), palette.WHITE),
    ]


def _foot(picture: Picture, area: Box, report: str) -> float:
    """Where the report is, what this is not, and how to go on; returns where it begins."""
    layout = Layout.of(picture)
    unit = layout.unit
    key = fitted(prompts.ANY_KEY, unit * 32, area.width)
    note = fitted(wording.DISCLAIMER, unit * 18, area.width, 6)
    place = fitted(f"{prompts.REPORT_AT} {report}", unit * 25, area.width, 2)
    gap = layout.px(18)
    top = area.y + area.height - key.height_px
    write_block(picture, key, (area.x, top), palette.YELLOW)
    top -= note.height_px + gap
    write_block(picture, note, (area.x, top), palette.PALE)
    top -= place.height_px + gap
    write_block(picture, place, (area.x, top))
    return top
