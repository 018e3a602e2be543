"""Writes pictures into a file as they come, in a thread of its own; keeps what it has written.

The file is an MP4 of fragments while it grows, so that what is on the disk can be played whatever
happens, and becomes an ordinary MP4 when it is finished. There is never any sound in it.
"""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.core.interfaces import Frame, Picture
from hipcv.video.file import VideoFile
from hipcv.video.writer import TICK_S, h264_stream, pad_to_even, to_yuv420p

if TYPE_CHECKING:
    from av import VideoStream
    from av.container import OutputContainer
    from av.video.reformatter import VideoReformatter

WAITING: Final = 32
"""So many pictures may wait for the encoder, about one second; then the camera waits too."""

WAITING_BYTES: Final = 128 * 1024 * 1024
"""Nor may more wait than this: 48 pictures of 720 lines, 5 of 2160."""

FINISH_LONGEST_S: Final = 30.0
"""A disk that takes longer for what was waiting does not answer any more."""

KEY_EVERY_S: Final = 1.0
"""A fragment is written when the next one begins: no more than this is lost with the program."""

ENCODER_OPTIONS: Final = {"preset": "ultrafast", "crf": "18", "threads": "1"}
"""Quick enough beside the pose model; the angle does not see the difference (docs/recording.md).

More threads would finish a picture no sooner than the next one comes, and cost a fifth more."""

FRAGMENTS: Final = {"movflags": "+hybrid_fragmented", "flush_packets": "1"}


@dataclass(frozen=True, slots=True)
class Recording:
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
        self._file = _OutputFile(path)
        self._change = threading.Condition()
        self._waiting: deque[Frame] = deque()
        self._ending = False
        self._finished: Recording | None = None
        self._thread = threading.Thread(target=self._encode, name="recorder", daemon=True)
        self._thread.start()

    def put(self, frame: Frame) -> None:
        """Add a picture; waits only where the encoder is a second behind.

        After a fault, and once it is finished, nothing is taken any more.
        """
        most = max(1, min(WAITING, WAITING_BYTES // max(1, frame.bgr.nbytes)))
        with self._change:
            self._change.wait_for(lambda: len(self._waiting) < most or self._ending)
            if not self._ending:
                self._waiting.append(frame)
                self._change.notify_all()

    def finish(self) -> Recording:
        """Write what is left and close the file. No file is left where there was no picture."""
        if self._finished is None:
            with self._change:
                self._ending = True
                self._change.notify_all()
            self._thread.join(FINISH_LONGEST_S)
            self._finished = self._outcome()
        return self._finished

    def _outcome(self) -> Recording:
        if self._thread.is_alive():
            self._fail("the disk does not answer")
        elif self.fault is not None:
            return _kept(self.path)
        return Recording(self.path, self._file.frames, self._file.last_s - self._file.first_s)

    def _encode(self) -> None:
        """The thread: until there is no more, or nothing can be written any more."""
        try:
            try:
                while (frame := self._next()) is not None:
                    self._file.add(frame)
                self._file.complete()
            finally:
                self._file.close()
        except Exception as error:  # noqa: BLE001 - told to whoever records; the camera goes on
            self._fail(getattr(error, "strerror", None) or str(error))

    def _next(self) -> Frame | None:
        """The picture that has waited longest; None once all are written and no more will come."""
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ending)
            frame = self._waiting.popleft() if self._waiting else None
            self._change.notify_all()
            return frame

    def _fail(self, reason: str) -> None:
        self.fault = self.fault or EnvironmentFault(
            f"{self.path.name}: the recording could not be written on ({reason}). "
            "Free some space, or choose another folder with --out."
        )
        with self._change:
            self._ending = True
            self._waiting.clear()
            self._change.notify_all()


class _OutputFile:
    """The file itself, and what is in it; begun by its first picture."""

    def __init__(self, path: Path) -> None:
        self.frames = 0
        self.first_s = self.last_s = 0.0
        self._path = path
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._reformatter: VideoReformatter | None = None
        self._last_tick = -1
        self._key_s = 0.0

    def add(self, frame: Frame) -> None:
        """Encode one picture; one that is not later than the one before is left out.

        Raises:
            ValueError: its size is another than the first one's.
        """
        from av.video.frame import PictureType

        picture = pad_to_even(frame.bgr)
        stream, container = self._opened(picture, frame.time_s)
        if (stream.height, stream.width) != picture.shape[:2]:
            raise ValueError("the picture size changed")
        tick = round((frame.time_s - self.first_s) / TICK_S)
        if tick <= self._last_tick:
            return
        image = to_yuv420p(picture, self._reformatter)
        image.pts, image.time_base = tick, TICK_S
        if frame.time_s - self._key_s >= KEY_EVERY_S:
            image.pict_type, self._key_s = PictureType.I, frame.time_s
        container.mux(stream.encode(image))
        self._last_tick, self.last_s = tick, frame.time_s
        self.frames += 1

    def complete(self) -> None:
        """Write what the encoder still holds. Not after a failure: FFmpeg does not survive it."""
        if self._container is not None and self._stream is not None:
            self._container.mux(self._stream.encode(None))

    def close(self) -> None:
        """Make an ordinary MP4 of the fragments.

        After a failed write nothing more reaches the file: FFmpeg keeps to its first error.
        """
        if self._container is not None:
            self._container.close()

    def _opened(self, picture: Picture, time_s: float) -> "tuple[VideoStream, OutputContainer]":
        import av
        from av.video.reformatter import VideoReformatter

        if self._container is None or self._stream is None:
            av.logging.set_level(None)
            size = (picture.shape[1], picture.shape[0])
            target = str(self._path.absolute())
            self._container = av.open(target, "w", format="mp4", options=FRAGMENTS)
            self._stream = h264_stream(self._container, *size, ENCODER_OPTIONS)
            self._reformatter = VideoReformatter()
            self.first_s = self._key_s = time_s
        return self._stream, self._container


def _kept(path: Path) -> Recording:
    """After a fault: what can be played of the file; what cannot is taken away."""
    frames, last_s = 0, 0.0
    try:
        for frame in VideoFile(path):
            frames, last_s = frames + 1, frame.time_s
    except HipcvError:
        path.unlink(missing_ok=True)
    return Recording(path, frames, last_s)
