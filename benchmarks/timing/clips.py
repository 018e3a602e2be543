"""Clips that are timed, made from the sample clips; reproducible.

python clips.py NAME FOLDER
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hipcv.core.interfaces import Picture
from hipcv.video.file import VideoFile
from hipcv.video.writer import VideoWriter

Flow = NDArray[np.float32]

SAMPLES: Final = Path(__file__).resolve().parents[2] / "sample_videos"
SOURCE: Final = SAMPLES / "both_legs.mp4"
"""1280 x 720, 30 a second: three repetitions of the left leg in 10 s, then three of the right."""

RATE_HZ: Final = 30
SHORT_S: Final = 10
FLOW_SHARE: Final = 0.5
"""Scale at which optical flow is computed."""
NOISE: Final = 1.5
"""Grey levels; smaller differences between two pictures count as noise."""
BLUR_PX: Final = (9, 9)


def make(name: str, folder: Path) -> Path:
    """Write one of `CLIPS` and return its path."""
    path = folder / f"{name}.mp4"
    rate_hz, pictures = CLIPS[name]
    with VideoWriter(path) as video:
        for row, picture in enumerate(pictures()):
            video.write(picture, row / rate_hz)
    return path


def _first(seconds: float) -> Iterator[Picture]:
    """Return the beginning of the source: the left leg."""
    frames = VideoFile(SOURCE)
    return (frame.bgr for frame in islice(iter(frames), round(seconds * RATE_HZ)))


def _repeated(times: int, seconds: float = 600) -> Iterator[Picture]:
    """Repeat the beginning of the source."""
    return chain.from_iterable(_first(seconds) for _ in range(times))


def _sized(pictures: Iterable[Picture], height: int) -> Iterator[Picture]:
    for picture in pictures:
        width = picture.shape[1] * height // picture.shape[0]
        bigger = cv2.resize(picture, (width, height), interpolation=cv2.INTER_CUBIC)
        yield np.asarray(bigger, dtype=np.uint8)


def _doubled(pictures: Iterable[Picture]) -> Iterator[Picture]:
    """Double the rate: interpolate two pictures between every two along the optical flow."""
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    for before, after in pairwise(pictures):
        flow = _flow(before, after, method)
        yield from (_interpolated(before, after, flow, share) for share in (0.25, 0.75))
    yield after
    yield after  # the clip's last moment is still


def _flow(before: Picture, after: Picture, method: cv2.DISOpticalFlow) -> Flow:
    """Return the (H, W, 2) motion of each pixel; 0 where only noise changes."""
    height, width = before.shape[:2]
    small = [
        cv2.resize(
            cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY),
            None,
            fx=FLOW_SHARE,
            fy=FLOW_SHARE,
            interpolation=cv2.INTER_AREA,
        )
        for picture in (before, after)
    ]
    flow = np.zeros((*small[0].shape[:2], 2), dtype=np.float32)
    method.calc(small[0], small[1], flow)
    changed = cv2.blur(cv2.absdiff(small[0], small[1]).astype(np.float32), BLUR_PX) > NOISE
    flow[~changed] = 0
    smooth = cv2.blur(flow, BLUR_PX)
    return np.asarray(cv2.resize(smooth, (width, height)) / FLOW_SHARE, dtype=np.float32)


def _interpolated(before: Picture, after: Picture, flow: Flow, share: float) -> Picture:
    """Return the picture at a share of the interval: both neighbours warped and blended."""
    height, width = before.shape[:2]
    column, row = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in (width, height)))
    moved = [
        cv2.remap(
            picture,
            column + np.float32(shift) * flow[..., 0],
            row + np.float32(shift) * flow[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for picture, shift in ((before, -share), (after, 1 - share))
    ]
    blended = cv2.addWeighted(moved[0], 1 - share, moved[1], share, 0)
    return np.asarray(blended, dtype=np.uint8)


CLIPS: Final[dict[str, tuple[int, Callable[[], Iterator[Picture]]]]] = {
    "720p": (RATE_HZ, lambda: _first(SHORT_S)),
    "720p 60 Hz": (2 * RATE_HZ, lambda: _doubled(_first(SHORT_S))),
    "1080p": (RATE_HZ, lambda: _sized(_first(SHORT_S), 1080)),
    "4K": (RATE_HZ, lambda: _sized(_first(SHORT_S / 2), 2160)),
    "720p 5 s": (RATE_HZ, lambda: _repeated(1, SHORT_S / 2)),
    "720p 20 s": (RATE_HZ, lambda: _repeated(4, SHORT_S / 2)),
    "720p 40 s": (RATE_HZ, lambda: _repeated(4, SHORT_S)),
    "720p 10 min": (RATE_HZ, lambda: _repeated(60, SHORT_S)),
}
"""Pictures a second, and the pictures, by name; 10 s unless the name says otherwise, 4K 5 s."""


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
