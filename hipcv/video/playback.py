"""Clip played as a camera: the first picture until the recording begins, then in real time."""

import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from hipcv.core.interfaces import CaptureFormat, Frame
from hipcv.video.file import VideoFile

HOLD_LONGEST_S: Final = 20.0
"""Longest time before the clip runs by itself, so that one with a bad start ends too."""

SLOWEST_S: Final = 0.2
"""Longest interval at which the first picture is repeated."""


class PlayedClip:
    """Clip that stands in for a camera; its first picture is repeated until it is started.

    From `start_playback()` on every frame comes once, at its own time; a late one comes at once,
    and none is dropped. Times between played frames are the clip's own. It runs by itself after
    `hold_longest_s`.

    Raises:
        UnreadableVideo: when iterating.
    """

    def __init__(
        self, path: Path, *, mirrored: bool = False, hold_longest_s: float = HOLD_LONGEST_S
    ) -> None:
        self.name = path.name
        self._file = VideoFile(path, mirrored=mirrored)
        self._hold_longest_s = hold_longest_s
        self._began_s = time.perf_counter()
        self._running = threading.Event()
        self._closed = threading.Event()

    @property
    def actual_format(self) -> CaptureFormat:
        """Size and rate of the first pictures."""
        first, gap_s = self._opening
        height, width = first.bgr.shape[:2]
        return CaptureFormat(width, height, round(1 / gap_s, 2))

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame at its time, once."""
        first, gap_s = self._opening
        self._began_s = time.perf_counter()
        repeats = yield from self._repeat_first(first, gap_s)
        started_s = max(self.now_s(), repeats * gap_s) if repeats else 0.0
        for frame in self._file:
            due_s = started_s + frame.time_s
            self._closed.wait(max(0.0, due_s - self.now_s()))
            if self._closed.is_set():
                return
            yield replace(frame, index=repeats + frame.index, time_s=due_s)

    def now_s(self) -> float:
        """Return the seconds since the first picture was yielded."""
        return time.perf_counter() - self._began_s

    def start_playback(self) -> None:
        """Let the clip run."""
        self._running.set()

    def close(self) -> None:
        """Stop, also while waiting for the next frame."""
        self._closed.set()
        self._running.set()

    def _repeat_first(self, first: Frame, gap_s: float) -> Generator[Frame, None, int]:
        """Repeat the first picture at the clip's rate until it runs; return how often."""
        count = 0
        while count * gap_s < self._hold_longest_s:
            if self._running.wait(max(0.0, count * gap_s - self.now_s())):
                break
            yield replace(first, index=count, time_s=count * gap_s)
            count += 1
        return count

    @cached_property
    def _opening(self) -> tuple[Frame, float]:
        """First frame and the time to the second, seconds."""
        frames = iter(self._file)
        first, second = next(frames), next(frames, None)
        gap_s = second.time_s if second else SLOWEST_S
        return first, float(np.clip(gap_s, 1e-3, SLOWEST_S))
