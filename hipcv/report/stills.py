"""Single pictures for the report, with the axes drawn on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from hipcv.core.errors import HipcvError
from hipcv.core.frame_state import FrameState
from hipcv.core.interfaces import Picture
from hipcv.language import _
from hipcv.report import drawing, palette
from hipcv.report.overlay import draw_body

_SHAPE: Final = 0.8
"""Width of a still as a share of its height."""


@dataclass(frozen=True, slots=True)
class Still:
    """One picture of the report with its caption."""

    title: str  # "Start position"
    caption: str
    jpeg: bytes
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Title and caption in every language, by its code; empty where there is one language."""


def still(frame_bgr: Picture, reading: FrameState, caption: str) -> Picture:
    """Draw the axes and a caption, if any, on a copy of the frame cut out around the patient."""
    picture = frame_bgr.copy()
    draw_body(picture, [reading])
    cut = _cut_out(picture, reading)
    if caption:
        _write_caption(cut, caption)
    return cut


def encode_jpeg(picture: Picture, *, height_px: int = 640, quality: int = 82) -> bytes:
    """Encode a picture as JPEG, scaled down to `height_px` where it is higher.

    Raises:
        HipcvError: the picture could not be encoded.
    """
    height, width = picture.shape[:2]
    if height > height_px:
        size = (max(round(width * height_px / height), 1), height_px)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    done, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise HipcvError(_("A still of the report could not be saved as JPEG. Run it again."))
    return coded.tobytes()


def _cut_out(picture: Picture, reading: FrameState) -> Picture:
    """Return the part of the picture that holds the patient, upright 4:5, as a copy."""
    height, width = picture.shape[:2]
    up = reading.shoulders_px.mean(axis=0) - reading.hips_px.mean(axis=0)
    foot = 0.5 * (reading.start_shank_px - reading.knee_px)
    points = np.vstack([
        reading.shoulders_px, reading.shoulders_px.mean(axis=0) + 0.95 * up,
        reading.start_shank_px + foot, reading.shank_px + foot,
    ])  # fmt: skip
    if not np.isfinite(points).all():
        return picture
    low, high = points.min(axis=0), points.max(axis=0)
    tall = float(np.clip(high[1] - low[1], 0.3 * height, height))
    wide = min(max(_SHAPE * tall, 1.5 * float(high[0] - low[0])), width)
    middle = (low + high) / 2
    left = int(np.clip(middle[0] - wide / 2, 0, width - wide))
    top = int(np.clip(middle[1] - tall / 2, 0, height - tall))
    return picture[top : top + round(tall), left : left + round(wide)].copy()


def _write_caption(picture: Picture, caption: str) -> None:
    height, width = picture.shape[:2]
    size = drawing.fitting(caption, max(0.045 * height, 12), 0.94 * width)
    band = drawing.Box(0, round(height - 2 * size), width, round(2 * size) + 1)
    drawing.shade(picture, band, 0.7)
    drawing.write(
        picture, caption, (0.03 * width, height - 0.7 * size), size=size, colour=palette.WHITE
    )


def encode_png(picture: Picture) -> bytes:
    """Encode a picture as PNG, pixel by pixel.

    Raises:
        HipcvError: the picture could not be encoded.
    """
    done, coded = cv2.imencode(".png", picture)
    if not done:
        raise HipcvError(_("The frame could not be saved as PNG."))
    return bytes(coded)
