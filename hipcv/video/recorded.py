"""Frames of a recording under way, exactly as the finished file will give them.

H.264 is lossy: what is measured while recording equals what the file gives only if the encoder's
packets are decoded again. `Recorder` puts them into a `PacketQueue`, `RecordedFrames` decodes them
in the thread that iterates it.
"""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import EnvironmentFault
from hipcv.core.interfaces import Frame
from hipcv.video.clip_metadata import DecodeStats
from hipcv.video.decoding import decode_packets
from hipcv.video.file import VideoFile

if TYPE_CHECKING:
    from av import Packet, VideoStream

CODEC: Final = "h264"

MAX_PACKET_BYTES: Final = 64 * 1024 * 1024
"""Memory of packets that wait to be decoded: 20 s of noisy 720p, minutes of clear pictures."""


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One packet of the encoder, with the times that the container stores."""

    data: bytes  # Annex B; a key frame begins with the parameter sets
    pts: int | None
    dts: int | None
    time_base: Fraction

    def to_packet(self) -> "Packet[VideoStream]":
        """Return it as a packet for a decoder."""
        import av

        packet: Packet[VideoStream] = av.Packet(self.data)  # type: ignore[assignment]
        packet.pts, packet.dts, packet.time_base = self.pts, self.dts, self.time_base
        return packet


class PacketQueue:
    """Encoded pictures on their way from the recorder's thread to the one that decodes them.

    Adding never waits. More than `MAX_PACKET_BYTES` of waiting packets are dropped, and with them
    all later ones.
    """

    def __init__(self) -> None:
        self.incomplete = False  # packets were dropped
        self.finished = False  # the recording has ended
        self._change = threading.Condition()
        self._waiting: deque[EncodedPicture] = deque()
        self._bytes_waiting = 0
        self._accepted = 0
        self._fault: EnvironmentFault | None = None

    @property
    def total(self) -> int | None:
        """Number of packets of the finished recording; None until it is finished."""
        return self._accepted if self.finished and not self.incomplete else None

    def put(self, picture: EncodedPicture) -> None:
        """Add one packet; ignored after packets were dropped."""
        with self._change:
            if self.incomplete:
                return
            self._accepted += 1
            self._bytes_waiting += len(picture.data)
            self._waiting.append(picture)
            if self._bytes_waiting > MAX_PACKET_BYTES:
                self._drop()
            self._change.notify_all()

    def finish(self, fault: EnvironmentFault | None = None) -> None:
        """End the queue with the recording; a fault of the recording is raised in the reader."""
        with self._change:
            if self.finished:
                return
            self.finished, self._fault = True, fault
            if fault is not None:
                self._drop()
            self._change.notify_all()

    def close(self) -> None:
        """Drop what waits and what is still to come; no effect once all of it was read."""
        with self._change:
            if self._waiting or not self.finished:
                self._drop()
            self._change.notify_all()

    def __iter__(self) -> Iterator[EncodedPicture]:
        """Yield the packets in order, waiting for each, until the recording ends.

        Raises:
            EnvironmentFault: the recording could not be written on.
        """
        while (picture := self._next()) is not None:
            yield picture

    def _next(self) -> EncodedPicture | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self.finished or self.incomplete)
            if self._fault is not None:
                raise self._fault
            if not self._waiting:
                return None
            picture = self._waiting.popleft()
            self._bytes_waiting -= len(picture.data)
            return picture

    def _drop(self) -> None:
        self.incomplete = True
        self._waiting.clear()


class RecordedFrames(VideoFile):
    """Clip that is read while it is being recorded; from `Recorder.decoded_frames`.

    The first iteration waits for each picture and ends with the recording: indices, times and
    pixels, and afterwards `clip`, are those of `VideoFile` on the finished file. Later iterations
    read that file. `share_read` is NaN until the recording is finished.

    Raises:
        EnvironmentFault: when iterating: the recording could not be written on.
        RuntimeError: when iterating again before the recording is finished.
        UnreadableVideo: when iterating: the recording ended without a picture.
    """

    def __init__(self, path: Path, queue: PacketQueue) -> None:
        import av  # here, since two threads that load it at once each get a part of it

        super().__init__(path)
        self._queue = queue
        self._begun = False
        self._decoder = av.CodecContext.create(CODEC, "r")
        self._decoder.thread_count = 1  # the encoder writes one slice a picture

    def __iter__(self) -> Iterator[Frame]:
        """Follow the recording, or read the file again."""
        if not self._begun:
            self._begun = True
            return self._follow()
        if not self._queue.finished:
            raise RuntimeError("Finish the recording before reading it again.")
        return super().__iter__()

    def packets(self) -> Iterator[EncodedPicture]:
        """Yield the packets, in place of the first iteration, to be decoded elsewhere.

        Raises:
            EnvironmentFault: the recording could not be written on.
        """
        self._begun = True
        return iter(self._queue)

    @property
    def incomplete(self) -> bool:
        """True if the first iteration lacks pictures, since its reader was too slow or stopped.

        `clip` is then available only after another iteration.
        """
        return self._queue.incomplete

    def close(self) -> None:
        """End the first iteration early, also one that waits in another thread."""
        self._queue.close()

    def _follow(self) -> Iterator[Frame]:
        stats = DecodeStats(CODEC, None)
        try:
            pictures = decode_packets(self._decoder, self._packets(stats), stats)
            yield from self._frames(pictures, self._decoder, stats)
        finally:
            self._queue.close()
        if not self.incomplete:
            self._complete(stats)

    def _packets(self, stats: DecodeStats) -> "Iterator[Packet[VideoStream]]":
        """Yield the packets as they come and an empty one at the end."""
        time_base = Fraction(0)
        for picture in self._queue:
            stats.frames_declared, time_base = self._queue.total, picture.time_base
            yield picture.to_packet()
        stats.frames_declared = self._queue.total
        if time_base:
            yield EncodedPicture(b"", None, None, time_base).to_packet()
