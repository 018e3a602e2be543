"""Proxy videos for browsers: H.264, upright, not mirrored, at most 1280 pixels long."""

import math
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.interfaces import ProgressCallback
from hipcv.core.options import AnalysisOptions
from hipcv.core.pose import PoseTrack
from hipcv.language import N_
from hipcv.report.privacy import Heads, blur_face
from hipcv.results import checksums
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import prefetch
from hipcv.video.writer import TICK_S, VideoWriter, shrink_to, size_within

if TYPE_CHECKING:
    from hipcv.pipeline import Analysis

NAME: Final = "proxy.mp4"
MAX_SIDE_PX: Final = 1280
STAGE: Final = N_("preparing the video")


def make(
    source: VideoFile,
    folder: Path,
    *,
    heads: Heads | None = None,
    frame_count: int | None = None,
    progress: ProgressCallback | None = None,
) -> Path:
    """Write the proxy of a clip, frame by frame, and return its path.

    Args:
        source: the clip.
        folder: target folder.
        heads: the heads to be blurred; None: no blur.
        frame_count: how many frames, from the first, are written; None: all.
        progress: called with the share done, 0..1; 0 where it is unknown.

    Raises:
        UnreadableVideo: no picture can be decoded.
        EnvironmentFault: the file cannot be written.
    """
    path = folder / NAME
    with VideoWriter(path) as video, closing(prefetch(source)) as frames:
        for frame in islice(frames, frame_count):
            picture = frame.bgr if heads is None else blur_face(frame.bgr, heads.at(frame.time_s))
            video.write(shrink_to(picture, MAX_SIDE_PX), frame.time_s)
            if progress:
                share = source.share_read
                progress(STAGE, 0.0 if math.isnan(share) else share)
    return path


def extend_result(
    clip: Path, folder: Path, analysis: "Analysis", progress: ProgressCallback
) -> None:
    """Add the proxy of an analysed clip to its result folder; see `hipcv.batch.worker`."""
    add_to_result(clip, folder, options=analysis.options, track=analysis.track, progress=progress)


def add_to_result(
    clip: Path,
    folder: Path,
    *,
    options: AnalysisOptions,
    track: PoseTrack,
    progress: ProgressCallback | None = None,
) -> None:
    """Write the proxy into a result folder, frame by frame that of the track, and its checksum.

    Args:
        clip: the clip that was analysed.
        folder: the result folder.
        options: those of the analysis.
        track: of the result.
        progress: see `make`.
    """
    make(
        VideoFile(clip, mirrored=options.mirrored, start_s=options.start_s, limits=options.limits),
        folder,
        heads=Heads.of(track) if options.blur_face else None,
        frame_count=len(track.time_s),
        progress=progress,
    )
    checksums.update(folder, [NAME])


def size_px(frame_px: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the proxy of frames of this size; even, as H.264 requires."""
    width, height = size_within(*frame_px, MAX_SIDE_PX)
    return width + width % 2, height + height % 2


def time_s(frame_s: float) -> float:
    """Return the time of a frame in the proxy, rounded to its time base."""
    return float(round(frame_s / TICK_S) * TICK_S)
