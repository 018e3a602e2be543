"""Writes a clip that plays in every browser, each picture at its own time."""

import contextlib
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from hipcv.core.errors import EnvironmentFault
from hipcv.core.interfaces import Picture

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import OutputContainer
    from av.video.reformatter import VideoReformatter

TICK_S: Final = Fraction(1, 90_000)
FRAMES_BETWEEN_KEYS: Final = 30
BT709: Final = 1  # how browsers take untagged pictures; here it is said
ENCODER_OPTIONS: Final = {
    "preset": "superfast",
    "crf": "21",
    "mbtree": "1",  # what stands still is drawn once: a patient's room is most of the picture
    "rc-lookahead": "5",
    "threads": "2",  # each holds pictures; more finish no sooner than the next one is drawn
}
"""As good and as small as `veryfast` at 23, in 60 % of its time; fewer pictures wait inside."""


class VideoWriter:
    """H.264 in MP4, ready to be played while it loads; the file appears whole or not at all.

    Args:
        path: where the clip shall be; an existing file is replaced when all is written.

    Raises:
        EnvironmentFault: the folder cannot be written to, or the disk is full.
        ValueError: pictures differ in size, or a time is not later than the one before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.part")
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._last_tick: int | None = None
        self._reformatter: VideoReformatter | None = None

    def __enter__(self) -> Self:
        import av
        from av.video.reformatter import VideoReformatter

        av.logging.set_level(None)
        self._reformatter = VideoReformatter()
        try:
            self._container = av.open(
                str(self._part.absolute()), "w", format="mp4", options={"movflags": "+faststart"}
            )
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._stream is not None:
                self._finish()
        finally:
            self._discard()

    def write(self, bgr: Picture, time_s: float) -> None:
        """Add one picture.

        Args:
            bgr: (H, W, 3) uint8; an odd side is made even by repeating its last line.
            time_s: seconds from the clip's beginning, 0 or more, later than the picture before.
        """
        if not math.isfinite(time_s) or time_s < 0:
            raise ValueError(f"time_s: expected seconds, 0 or more, got {time_s}.")
        tick = round(time_s / TICK_S)
        if self._last_tick is not None and tick <= self._last_tick:
            raise ValueError(f"time_s: {time_s} is not later than the picture before.")
        picture = pad_to_even(bgr)
        stream = self._stream_for(picture)
        frame = to_yuv420p(picture, self._reformatter)
        frame.pts, frame.time_base = tick, TICK_S
        self._mux(stream, frame)
        self._last_tick = tick

    def _stream_for(self, picture: Picture) -> "VideoStream":
        if self._container is None:
            raise ValueError("Open the writer with `with` before writing to it.")
        height, width = picture.shape[:2]
        if self._stream is None:
            self._stream = h264_stream(self._container, width, height, ENCODER_OPTIONS)
        if (self._stream.width, self._stream.height) != (width, height):
            raise ValueError(
                f"bgr: expected {self._stream.width}x{self._stream.height}, got {width}x{height}."
            )
        return self._stream

    def _mux(self, stream: "VideoStream", frame: "VideoFrame | None") -> None:
        import av

        assert self._container is not None
        try:
            self._container.mux(stream.encode(frame))
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _finish(self) -> None:
        import av

        assert self._stream is not None
        assert self._container is not None
        self._mux(self._stream, None)
        try:
            self._container.close()
            self._part.replace(self.path)
        except (av.error.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _discard(self) -> None:
        """Close what is open and remove what is unfinished; after success there is neither."""
        import av

        with contextlib.suppress(av.error.FFmpegError, OSError):
            if self._container is not None:
                self._container.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _unwritable(self, error: Exception) -> EnvironmentFault:
        reason = getattr(error, "strerror", None) or "unknown reason"
        return EnvironmentFault(
            f"{self.path.name}: the video could not be written ({reason}). "
            f"Check that the folder {self.path.parent.name or '.'} exists, may be written to, "
            "and that the disk is not full."
        )


def pad_to_even(bgr: Picture) -> Picture:
    """The picture with even sides, as H.264 wants them, by repeating its last line."""
    height, width = bgr.shape[:2]
    if not (height % 2 or width % 2):
        return bgr
    return np.pad(bgr, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def size_within(width: int, height: int, longest_px: int) -> tuple[int, int]:
    """Width and height, made smaller alike where the longer one is more than that."""
    share = min(1.0, longest_px / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def shrink_to(bgr: Picture, longest_px: int) -> Picture:
    """The picture, made smaller where its longer side has more pixels than that."""
    import cv2

    height, width = bgr.shape[:2]
    size = size_within(width, height, longest_px)
    if size == (width, height):
        return bgr
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def to_yuv420p(picture: Picture, reformatter: "VideoReformatter | None" = None) -> "VideoFrame":
    """The picture as the encoder wants it; rounded, since cutting off makes white yellowish.

    Args:
        picture: (H, W, 3) uint8 BGR, sides even.
        reformatter: to be used again for pictures of one size; to set one up takes a millisecond.
    """
    import av
    from av.video.reformatter import Interpolation, VideoReformatter

    return (reformatter or VideoReformatter()).reformat(
        av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24"),
        format="yuv420p",
        dst_colorspace=BT709,
        dst_color_range="MPEG",
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
        threads=1,
    )


def h264_stream(
    container: "OutputContainer", width: int, height: int, options: Mapping[str, str]
) -> "VideoStream":
    """A stream that every browser plays, with a time base fine enough for any clock."""
    stream = container.add_stream("libx264", rate=30, options=dict(options))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = TICK_S
    stream.gop_size = FRAMES_BETWEEN_KEYS
    stream.colorspace = stream.color_primaries = stream.color_trc = BT709
    stream.color_range = 1
    return stream
