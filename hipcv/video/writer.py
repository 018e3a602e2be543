"""Writer of clips that play in every browser, with a time for each picture."""

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from hipcv.core.errors import EnvironmentFault
from hipcv.core.interfaces import Picture
from hipcv.core.system_errors import reason_of
from hipcv.files import atomic_path
from hipcv.language import _

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import OutputContainer
    from av.video.reformatter import VideoReformatter

TICK_S: Final = Fraction(1, 90_000)
FRAMES_BETWEEN_KEYS: Final = 30
BT709: Final = 1  # the colour space that browsers assume; written to the file
ENCODER_OPTIONS: Final = {
    "preset": "superfast",
    "crf": "22",
    "mbtree": "1",  # spends less on what stands still, most of the picture
    "rc-lookahead": "5",
    "bf": "0",
    "x264-params": "subme=0",
    "threads": "2",  # each holds pictures; more would wait for the next one to be drawn
}
"""Quality of `veryfast` at 23 in two thirds of its time, a fifth larger, and with fewer pictures in
memory."""


class VideoWriter:
    """Writer of H.264 in MP4 that plays while it loads; a context manager.

    The file appears whole or not at all; without a picture no file appears.

    Raises:
        EnvironmentFault: the folder cannot be written to, or the disk is full.
        ValueError: pictures differ in size, or a time is not later than the one before.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = ExitStack()
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._last_tick: int | None = None
        self._reformatter: VideoReformatter | None = None

    def __enter__(self) -> Self:
        import av
        from av.video.reformatter import VideoReformatter

        av.logging.set_level(None)
        self._reformatter = VideoReformatter()
        options = {"movflags": "+faststart"}
        with self._faults(), ExitStack() as files:
            part = files.enter_context(atomic_path(self.path))
            self._container = av.open(str(part.absolute()), "w", format="mp4", options=options)
            self._files = files.pop_all()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and self._stream is not None:
                self._finish(self._stream)
        finally:
            self._discard()

    def write(self, bgr: Picture, time_s: float) -> None:
        """Add one picture.

        An odd side is made even by repeating its last line. `time_s`, from the clip's beginning, is
        0 or more, and later than that of the picture before.
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
        assert self._container is not None
        with self._faults():
            self._container.mux(stream.encode(frame))

    def _finish(self, stream: "VideoStream") -> None:
        assert self._container is not None
        self._mux(stream, None)
        with self._faults():
            self._container.close()
            self._files.close()

    def _discard(self) -> None:
        """Close what is still open and remove the unfinished file; no effect after `_finish`."""
        import av

        with suppress(av.error.FFmpegError, OSError):
            if self._container is not None:
                self._container.close()
        with suppress(OSError):
            self._files.__exit__(GeneratorExit, GeneratorExit(), None)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Raise errors of FFmpeg and of the system as `EnvironmentFault`."""
        import av

        try:
            yield
        except (av.error.FFmpegError, OSError) as error:
            reason = reason_of(error) or _("unknown reason")
            raise EnvironmentFault(
                _(
                    "{name}: the video could not be written ({reason}). Check that the "
                    "folder {folder} exists, may be written to, and that the disk is not "
                    "full."
                ).format(name=self.path.name, reason=reason, folder=self.path.parent.name or ".")
            ) from error


def pad_to_even(bgr: Picture) -> Picture:
    """Make the sides of a picture even, as H.264 requires, by repeating the last line."""
    height, width = bgr.shape[:2]
    if not (height % 2 or width % 2):
        return bgr
    return np.pad(bgr, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def size_within(width: float, height: float, longest_px: int) -> tuple[int, int]:
    """Return width and height, scaled down so that the longer one is at most `longest_px`."""
    share = min(1.0, longest_px / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def shrink_to(bgr: Picture, longest_px: int) -> Picture:
    """Scale a picture down so that its longer side is at most `longest_px`."""
    import cv2

    height, width = bgr.shape[:2]
    size = size_within(width, height, longest_px)
    if size == (width, height):
        return bgr
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def to_yuv420p(picture: Picture, reformatter: "VideoReformatter | None" = None) -> "VideoFrame":
    """Convert a picture of even sides for the encoder; rounded: truncation makes white yellowish.

    The reformatter is reused for pictures of one size; creating one takes a millisecond.
    """
    import av
    from av.video.reformatter import Interpolation, VideoReformatter

    return (reformatter or VideoReformatter()).reformat(
        av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture), format="bgr24"),
        format="yuv420p",
        dst_colorspace=BT709,
        dst_color_range="MPEG",
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
        threads=1,
    )


def h264_stream(
    container: "OutputContainer", width: int, height: int, options: Mapping[str, str]
) -> "VideoStream":
    """Add a stream that every browser plays, with ticks fine enough for any capture clock."""
    stream = container.add_stream("libx264", rate=30, options=dict(options))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.codec_context.time_base = TICK_S
    stream.gop_size = FRAMES_BETWEEN_KEYS
    stream.colorspace = stream.color_primaries = stream.color_trc = BT709
    stream.color_range = 1
    return stream
