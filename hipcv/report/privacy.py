"""Faces made unrecognisable in pictures."""

from typing import Final

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Landmark

_HEAD: Final = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)
_BLOCKS: Final = 7
"""Blocks across a pixelated face."""


def carry_heads(xy_px: Floats) -> Floats:
    """Fill in missing heads and shoulders, (T, 33, 2), by the nearest ones in time.

    They stay NaN only if they were never visible.
    """
    filled = xy_px.copy()
    rows = [*range(_HEAD.start, _HEAD.stop), Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
    visible = np.flatnonzero(np.isfinite(xy_px[:, rows]).all(axis=(1, 2)))
    if visible.size:
        frames = np.arange(len(xy_px))
        nearest = visible[np.abs(frames[:, None] - visible).argmin(axis=1)]
        filled[:, rows] = xy_px[nearest][:, rows]
    return filled


def blur_face(frame_bgr: Picture, xy_px: Floats) -> Picture:
    """Pixelate and blur the patient's head, generously, on a copy of the frame.

    Without a head in `xy_px` (33, 2) nothing is hidden, so pass poses through `carry_heads` first.
    """
    picture = frame_bgr.copy()
    oval = _head_oval(xy_px)
    if oval is None:
        return picture
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    centre, axes = oval
    cv2.ellipse(mask, _whole(centre), _whole(axes), 0, 0, 360, 255, -1)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return picture
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    hidden = _pixelated(picture[area], block_px=max(2 * axes[0] / _BLOCKS, 2))
    picture[area] = np.where(mask[area][..., None] > 0, hidden, picture[area])
    return picture


def _head_oval(xy_px: Floats) -> tuple[Floats, Floats] | None:
    """Return centre (2,) and half axes (2,) of an ellipse around head, hair and chin."""
    points = xy_px[_HEAD]
    points = points[np.isfinite(points).all(axis=1)]
    shoulders = xy_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    if not len(points):
        return None
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    across = float(np.hypot(*np.ptp(points, axis=0)))
    breadth = float(np.hypot(*(shoulders[0] - shoulders[1])))
    radius = max(across, 0.33 * breadth if np.isfinite(breadth) else 0.0, 6.0)
    return centre - [0, 0.15 * radius], np.array([0.95, 1.3]) * radius


def _pixelated(area: Picture, *, block_px: float) -> Picture:
    height, width = area.shape[:2]
    small = (max(round(width / block_px), 1), max(round(height / block_px), 1))
    coarse = cv2.resize(area, small, interpolation=cv2.INTER_AREA)
    blocks = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(blocks, (0, 0), max(block_px / 3, 0.8))
    return np.asarray(soft, dtype=np.uint8)


def _whole(pair: Floats) -> tuple[int, int]:
    return round(float(pair[0])), round(float(pair[1]))
