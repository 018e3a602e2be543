"""The clip as browsers play it: H.264, upright, not mirrored, no larger than it is looked at."""

import math
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from hipcv.core.arrays import Floats
from hipcv.report.privacy import blur_face
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import prefetch
from hipcv.video.writer import TICK_S, VideoWriter, shrink_to, size_within

NAME: Final = "proxy.mp4"
LONGEST_PX: Final = 1280


def make(
    clip: Path,
    folder: Path,
    *,
    mirrored: bool,
    heads_px: Floats | None = None,
    watch: Callable[[float], None] = lambda _: None,
) -> Path:
    """Write the proxy of a clip; frame n of one is frame n of the other.

    Args:
        clip: the clip.
        folder: where it goes.
        mirrored: the clip is a selfie, to be flipped back.
        heads_px: of every frame, as `carry_heads` gives them, to be blurred; None: none is.
        watch: told which share is done, 0..1.

    Raises:
        UnreadableVideo: no picture can be had from the clip.
        EnvironmentFault: the file cannot be written.
    """
    source = VideoFile(clip, mirrored=mirrored)
    path = folder / NAME
    with VideoWriter(path) as video, closing(prefetch(source)) as frames:
        for frame in frames:
            shown = frame.bgr if heads_px is None else blur_face(frame.bgr, heads_px[frame.index])
            video.write(shrink_to(shown, LONGEST_PX), frame.time_s)
            share = source.share_read
            watch(0.0 if math.isnan(share) else share)
    return path


def size_px(frame_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the proxy of frames of this size; even, as H.264 wants them."""
    across, down = size_within(*frame_px, LONGEST_PX)
    return across + across % 2, down + down % 2


def time_s(frame_s: float) -> float:
    """When a frame is shown in the proxy, whose clock has ticks."""
    return float(round(frame_s / TICK_S) * TICK_S)
