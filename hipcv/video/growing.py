"""Frames of a file that is still being written, exactly as the finished file will give them.

A browser's recording arrives in parts and can be decoded from its beginning: a WebM, or an MP4 in
fragments.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from hipcv.core.errors import UnreadableVideo
from hipcv.core.interfaces import Frame
from hipcv.core.limits import DEFAULT_LIMITS, ClipLimits
from hipcv.language import _
from hipcv.video.clip_metadata import DecodeStats, printable_name
from hipcv.video.decoding import open_container, select_stream, start_stats
from hipcv.video.file import VideoFile

POLL_S: Final = 0.02
"""Interval at which a file that was read to its present end is looked at again."""


class GrowingFile(VideoFile):
    """Clip that is read while its file grows.

    The first iteration waits for each picture and ends with the file: indices, times and pixels,
    and afterwards `clip`, are those of `VideoFile` on the finished file. Later iterations read that
    file. `share_read` is NaN until the first iteration has ended.

    Args:
        path: the file that grows.
        finished: returns the path of the finished file, whose content is the same; None as long as
            bytes may still be added. It is called often.
        limits: bounds of the clip, checked as it grows.

    Raises:
        UnreadableVideo: when iterating: no picture can be decoded, or the file is damaged or
            declares other metadata now that it is finished. `VideoFile` may be able to read it.
    """

    def __init__(
        self,
        path: Path,
        finished: Callable[[], Path | None],
        limits: ClipLimits = DEFAULT_LIMITS,
    ) -> None:
        super().__init__(path, limits=limits)
        self._finished = finished
        self._begun = False

    def __iter__(self) -> Iterator[Frame]:
        """Follow the file, or read it again."""
        if self._begun:
            return super().__iter__()
        self._begun = True
        return self._follow()

    def _follow(self) -> Iterator[Frame]:
        with (
            self._open() as file,
            open_container(
                self.path, _GrowingContent(file, self._finished), limits=self.limits
            ) as container,
        ):
            stats = yield from self._read(container)
        self._check(stats)
        self._complete(stats)

    def _open(self) -> BinaryIO:
        """Open the file, which may be moved before it is finished."""
        while True:
            finished = self._finished()
            try:
                return (finished or self.path).open("rb", buffering=0)
            except FileNotFoundError:
                if finished is not None:
                    raise
            time.sleep(POLL_S)

    def _check(self, stats: DecodeStats) -> None:
        """Complete the counts with what the finished file declares.

        Raises:
            UnreadableVideo: a reading of the finished file may differ.
        """
        finished = self._finished()
        if finished is None or stats.packets_damaged:
            raise UnreadableVideo(
                _("{name}: the recording is damaged.").format(name=printable_name(self.path))
            )
        self.path = finished
        with open_container(finished) as container:
            declared = start_stats(container, select_stream(container, printable_name(finished)))
        if declared.codec != stats.codec:
            raise UnreadableVideo(
                _("{name}: the recording has changed.").format(name=printable_name(finished))
            )
        stats.frames_declared = declared.frames_declared
        stats.declared_time = declared.declared_time


class _GrowingContent:
    """Content of a file up to its final end, which is waited for."""

    def __init__(self, file: BinaryIO, finished: Callable[[], Path | None]) -> None:
        self._file, self._finished = file, finished

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; none at the final end."""
        while True:
            is_finished = self._finished() is not None  # before reading: then no byte is missed
            content = self._file.read(size)
            if content or is_finished:
                return content
            time.sleep(POLL_S)
