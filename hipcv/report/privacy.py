"""Faces made unrecognisable in pictures."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import cv2
import numpy as np

from hipcv.core.arrays import Floats, Ints
from hipcv.core.interfaces import Picture
from hipcv.core.landmarks import Landmark
from hipcv.core.pose import PoseTrack

_HEAD: Final = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)
_BLOCKS: Final = 7
"""Blocks across a pixelated face."""

_MOST_STEPS: Final = 64
"""Poses between two heads at most."""


@dataclass(frozen=True, eq=False)  # without slots, for its cached property
class Heads:
    """One person's head over a clip, by which it is hidden in every frame."""

    time_s: Floats  # (T,)
    xy_px: Floats  # (T, 33, 2)

    @classmethod
    def of(cls, track: PoseTrack) -> Self:
        """Return the heads of a track."""
        return cls(track.time_s, track.xy_px)

    @cached_property
    def _whole_rows(self) -> Ints:
        """Rows with every landmark of the head."""
        return np.flatnonzero(np.isfinite(self.xy_px[:, _HEAD]).all(axis=(1, 2)))

    def at(self, time_s: float) -> Floats:
        """Return the poses that cover the head's possible positions at a time, (K, 33, 2).

        In a frame without a whole head these are the frame's own landmarks, the last head before,
        the first one after, and the way between them. All are NaN only if no head was ever visible.
        """
        row = int(np.abs(self.time_s - time_s).argmin())
        begin, end = np.searchsorted(self._whole_rows, (row, row + 1))
        if end > begin and self.time_s[0] <= time_s <= self.time_s[-1]:
            return self.xy_px[row : row + 1]
        earlier, later = self._whole_rows[:end][-1:], self._whole_rows[begin:][:1]
        near = self.xy_px[[*earlier, *later]]
        return np.concatenate([self.xy_px[row : row + 1], *([_way(near)] if len(near) else [])])


def blur_face(frame_bgr: Picture, xy_px: Floats) -> Picture:
    """Pixelate and blur the patient's head, generously, on a copy of the frame.

    Args:
        frame_bgr: the frame.
        xy_px: (33, 2), or (K, 33, 2) from `Heads.at`. Where no head is in them, everything above
            the highest landmark is hidden, and the whole frame if there is no landmark.
    """
    picture = frame_bgr.copy()
    poses = xy_px.reshape(-1, *xy_px.shape[-2:])
    ovals = [oval for pose in poses if (oval := _head_oval(pose)) is not None]
    mask = np.zeros(picture.shape[:2], dtype=np.uint8)
    for centre, axes in ovals:
        cv2.ellipse(mask, _whole(centre), _whole(axes), 0, 0, 360, 255, -1)
    width_px = max(axes[0] for _centre, axes in ovals) if ovals else picture.shape[1] / 4
    if not ovals:
        mask[: _highest_row(poses, picture.shape[0])] = 255
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return picture
    area = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    hidden = _pixelated(picture[area], block_px=max(2 * width_px / _BLOCKS, 2))
    picture[area] = np.where(mask[area][..., None] > 0, hidden, picture[area])
    return picture


def _way(ends: Floats) -> Floats:
    """Return poses from the first to the last, (N, 33, 2), half a head apart at most."""
    first, last = ends[0], ends[-1]
    step_px = max(float(np.hypot(*np.ptp(first[_HEAD], axis=0))) / 2, 3.0)
    distance_px = float(np.hypot(*(last - first)[Landmark.NOSE]))
    shares = np.linspace(0, 1, min(int(distance_px / step_px) + 2, _MOST_STEPS))
    return np.stack([first + share * (last - first) for share in shares])


def _highest_row(poses: Floats, rows: int) -> int:
    """Return the row of the highest landmark; the number of rows without any."""
    heights = poses[..., 1][np.isfinite(poses[..., 1])]
    return int(np.clip(heights.min(), 0, rows)) if heights.size else rows


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
