"""Writes pictures into a file as they come, in a thread of its own; keeps what it has written.

The file is an MP4 of fragments while it grows, so that what is on the disk can be played whatever
happens, and becomes an ordinary MP4 when it is finished. There is never any sound in it.
"""

import queue
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.core.ports import Frame
from hipcv.video.file import VideoFile
from hipcv.video.writer import TICK_S, coded, even, h264_stream

if TYPE_CHECKING:
    from av import VideoStream
    from av.container import OutputContainer

WAITING: Final = 32
"""So many pictures may wait for the encoder, about one second; then the camera waits too."""

ENCODER_OPTIONS: Final = {"preset": "ultrafast", "crf": "18"}
"""Quick enough beside the pose model; the angle does not see the difference (docs/recording.md)."""

FRAGMENTS: Final = {"movflags": "+hybrid_fragmented", "flush_packets": "1"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finished recording."""

    path: Path
    frames: int
    duration_s: float  # from the first picture to the last


class Recorder:
    """Encodes what it is given, in order, each picture at its own time from the first one.

    Args:
        path: where the clip grows; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: EnvironmentFault | None = None  # why writing had to end early
        self._waiting: queue.Queue[Frame | None] = queue.Queue(WAITING)
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._first_s = self._last_s = 0.0
        self._frames = 0
        self._last_tick = -1
        self._finished: Recorded | None = None
        self._thread = threading.Thread(target=self._encode, name="recorder", daemon=True)
        self._thread.start()

    def put(self, frame: Frame) -> None:
        """Add a picture; waits only where the encoder is a second behind."""
        if self.fault is None and self._finished is None:
            self._waiting.put(frame)

    def finish(self) -> Recorded:
        """Write what is left and close the file. No file is left where there was no picture."""
        if self._finished is None:
            self._waiting.put(None)
            self._thread.join()
            self._finished = self._written() if self.fault is None else self._kept()
        return self._finished

    def _written(self) -> Recorded:
        return Recorded(self.path, self._frames, self._last_s - self._first_s)

    def _kept(self) -> Recorded:
        """After a fault: what can be played of the file; what cannot is taken away."""
        frames, last_s = 0, 0.0
        try:
            for frame in VideoFile(self.path):
                frames, last_s = frames + 1, frame.time_s
        except HipcvError:
            self.path.unlink(missing_ok=True)
        return Recorded(self.path, frames, last_s)

    def _encode(self) -> None:
        """The thread: until there is no more; after a fault it only empties the queue."""
        import av

        av.logging.set_level(None)
        try:
            while (frame := self._waiting.get()) is not None:
                if self.fault is None:
                    self._attempt(frame)
        finally:
            self._close()

    def _attempt(self, frame: Frame) -> None:
        import av

        try:
            self._write(frame)
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._fail(error)

    def _write(self, frame: Frame) -> None:
        picture = even(frame.bgr)
        if self._stream is None:
            self._open(picture.shape[1], picture.shape[0])
            self._first_s = frame.time_s
        assert self._stream is not None
        assert self._container is not None
        tick = round((frame.time_s - self._first_s) / TICK_S)
        if (self._stream.width, self._stream.height) != (picture.shape[1], picture.shape[0]):
            raise ValueError("the picture size changed")
        if tick <= self._last_tick:
            return
        image = coded(picture)
        image.pts, image.time_base = tick, TICK_S
        self._container.mux(self._stream.encode(image))
        self._last_tick, self._last_s = tick, frame.time_s
        self._frames += 1

    def _open(self, width: int, height: int) -> None:
        import av

        self._container = av.open(str(self.path.absolute()), "w", format="mp4", options=FRAGMENTS)
        self._stream = h264_stream(self._container, width, height, ENCODER_OPTIONS)

    def _close(self) -> None:
        import av

        if self._container is None:
            return
        try:
            if self._stream is not None and self.fault is None:
                self._container.mux(self._stream.encode(None))
            self._container.close()
        except (av.error.FFmpegError, OSError) as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or str(error)
        self.fault = self.fault or EnvironmentFault(
            f"{self.path.name}: the recording could not be written on ({reason}). "
            "Free some space, or choose another folder with --out."
        )
