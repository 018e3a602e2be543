"""Recorder that encodes pictures to a file as they come, in a background thread.

The file is a fragmented MP4 while it grows, so that it can be played whatever happens, and becomes
an ordinary MP4 when it is finished. It has no sound.
"""

import threading
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.core.interfaces import Frame, Picture
from hipcv.core.system_errors import reason_of
from hipcv.language import _
from hipcv.video.file import VideoFile
from hipcv.video.recorded import EncodedPicture, PacketQueue, RecordedFrames
from hipcv.video.writer import TICK_S, h264_stream, pad_to_even, to_yuv420p

if TYPE_CHECKING:
    from av import Packet, VideoStream
    from av.container import OutputContainer
    from av.video.reformatter import VideoReformatter

MAX_WAITING: Final = 32
"""Most pictures that wait for the encoder, about one second; then the camera waits too."""

MAX_WAITING_BYTES: Final = 128 * 1024 * 1024
"""Memory of waiting pictures: 48 of 720p, 5 of 2160p."""

FINISH_LONGEST_S: Final = 30.0
"""Time limit for writing what was waiting; a slower disk counts as failed."""

KEY_EVERY_S: Final = 1.0
"""Length of a fragment, written when the next begins; a crash loses no more than this."""

ENCODER_OPTIONS: Final = {"preset": "ultrafast", "crf": "18", "threads": "1"}
"""Fast enough to run with the pose model, without effect on the angle (docs/recording.md).

More threads would cost a fifth more and finish no picture before the next one comes."""

FRAGMENTS: Final = {"movflags": "+hybrid_fragmented", "flush_packets": "1"}


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished recording."""

    path: Path
    frames: int
    duration_s: float  # from the first picture to the last
    began_s: float = 0.0  # capture time of the first picture


class Recorder:
    """Encoder of pictures in order, each at its time since the first, into an existing folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: EnvironmentFault | None = None  # reason why writing ended early
        self._file = _OutputFile(path)
        self._change = threading.Condition()
        self._waiting: deque[Frame] = deque()
        self._begun = self._ending = False
        self._finished: Recording | None = None
        self._thread = threading.Thread(target=self._encode, name="recorder", daemon=True)
        self._thread.start()

    def decoded_frames(self) -> RecordedFrames:
        """Return the frames that the finished file will give, to be read by another thread.

        Without this call no encoded picture stays in memory.

        Raises:
            RuntimeError: a picture was added before, or this was called before.
        """
        with self._change:
            if self._begun or self._ending or self._file.queue is not None:
                raise RuntimeError("Ask for the frames once, before the first picture.")
            self._file.queue = PacketQueue()
            return RecordedFrames(self.path, self._file.queue)

    def put(self, frame: Frame) -> None:
        """Add a picture; block only if the encoder is a second behind.

        After a fault or `finish` the picture is ignored.
        """
        limit = max(1, min(MAX_WAITING, MAX_WAITING_BYTES // max(1, frame.bgr.nbytes)))
        with self._change:
            self._begun = True
            self._change.wait_for(lambda: len(self._waiting) < limit or self._ending)
            if not self._ending:
                self._waiting.append(frame)
                self._change.notify_all()

    def finish(self) -> Recording:
        """Write what is waiting and close the file; without a picture there is no file."""
        if self._finished is None:
            with self._change:
                self._ending = True
                self._change.notify_all()
            self._thread.join(FINISH_LONGEST_S)
            if self._thread.is_alive():
                self._fail(_("the disk does not answer"))
            elif self.fault is not None:
                self._finished = _playable_part(self.path)
            began_s, duration_s = self._file.first_s, self._file.last_s - self._file.first_s
            whole = Recording(self.path, self._file.frames, duration_s, began_s)
            self._finished = replace(self._finished or whole, began_s=began_s)
        return self._finished

    def _encode(self) -> None:
        """Encode in the thread until the recording is finished or writing fails."""
        try:
            try:
                while (frame := self._next()) is not None:
                    self._file.add(frame)
                self._file.complete()
            finally:
                self._file.close()
        except Exception as error:  # noqa: BLE001 - reported as `fault`; the camera goes on
            self._fail(reason_of(error))
        else:
            self._finish_frames()

    def _next(self) -> Frame | None:
        """Return the picture that has waited longest; None once the recording is finished."""
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ending)
            frame = self._waiting.popleft() if self._waiting else None
            self._change.notify_all()
            return frame

    def _fail(self, reason: str) -> None:
        self.fault = self.fault or EnvironmentFault(
            _(
                "{name}: the recording could not be written on ({reason}). Free some "
                "space, or choose another folder with --out."
            ).format(name=self.path.name, reason=reason)
        )
        with self._change:
            self._ending = True
            self._waiting.clear()
            self._change.notify_all()
        self._finish_frames()

    def _finish_frames(self) -> None:
        """End the decoded frames, with the fault if there is one."""
        if self._file.queue is not None:
            self._file.queue.finish(self.fault)


class _OutputFile:
    """MP4 file of a recording; created by its first picture."""

    def __init__(self, path: Path) -> None:
        self.frames = 0
        self.first_s = self.last_s = 0.0
        self.queue: PacketQueue | None = None  # gets a copy of every packet
        self._path = path
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._reformatter: VideoReformatter | None = None
        self._last_tick = -1
        self._key_s = 0.0

    def add(self, frame: Frame) -> None:
        """Encode one picture; one that is not later than the one before is skipped.

        Raises:
            ValueError: its size differs from the first one's.
        """
        from av.video.frame import PictureType

        picture = pad_to_even(frame.bgr)
        stream = self._open(picture, frame.time_s)
        if (stream.height, stream.width) != picture.shape[:2]:
            raise ValueError(_("the picture size changed"))
        tick = round((frame.time_s - self.first_s) / TICK_S)
        if tick <= self._last_tick:
            return
        image = to_yuv420p(picture, self._reformatter)
        image.pts, image.time_base = tick, TICK_S
        if frame.time_s - self._key_s >= KEY_EVERY_S:
            image.pict_type, self._key_s = PictureType.I, frame.time_s
        self._write(stream.encode(image))
        self._last_tick, self.last_s = tick, frame.time_s
        self.frames += 1

    def complete(self) -> None:
        """Flush the encoder. Not after a failure, which would crash FFmpeg."""
        if self._stream is not None:
            self._write(self._stream.encode(None))

    def close(self) -> None:
        """Turn the fragments into an ordinary MP4.

        After a failed write nothing more is written: FFmpeg repeats its first error.
        """
        if self._container is not None:
            self._container.close()

    def _write(self, packets: "list[Packet[VideoStream]]") -> None:
        assert self._container is not None
        assert self._stream is not None
        for packet in packets:
            self._container.mux(packet)  # converts its times to the container's time base
            if self.queue is not None:
                sets = self._stream.codec_context.extradata if packet.is_keyframe else None
                data = (sets or b"") + bytes(packet)
                self.queue.put(EncodedPicture(data, packet.pts, packet.dts, packet.time_base))

    def _open(self, picture: Picture, time_s: float) -> "VideoStream":
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
        return self._stream


def _playable_part(path: Path) -> Recording:
    """Return the recording that is left after a fault; delete the file if it cannot be played."""
    frames, last_s = 0, 0.0
    try:
        for frame in VideoFile(path):
            frames, last_s = frames + 1, frame.time_s
    except HipcvError:
        path.unlink(missing_ok=True)
    return Recording(path, frames, last_s)
