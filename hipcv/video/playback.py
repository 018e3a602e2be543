"""A clip played as a camera: its first picture until the recording begins, then at its own pace."""

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
"""Whom nobody asks to begin, begins; so a clip with a bad opening ends too."""

SLOWEST_S: Final = 0.2
"""A held picture comes again after so long at the latest."""


class PlayedClip:
    """A file in a camera's place. Its opening stands for a person who waits.

    From `start_playback()` on every frame comes once, at its own time; one that is late comes at
    once, and none is dropped. Times between played frames are the clip's own.

    Args:
        path: the clip.
        mirrored: it is a mirror image (selfie); it is flipped back.
        hold_longest_s: it rolls by itself after this time.

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
        self._rolling = threading.Event()
        self._closed = threading.Event()

    @property
    def actual_format(self) -> CaptureFormat:
        """Size and rate of its first pictures."""
        first, gap_s = self._opening
        height, width = first.bgr.shape[:2]
        return CaptureFormat(width, height, round(1 / gap_s, 2))

    def __iter__(self) -> Iterator[Frame]:
        """Play it once."""
        first, gap_s = self._opening
        self._began_s = time.perf_counter()
        held = yield from self._held(first, gap_s)
        rolled_s = max(self.now_s(), held * gap_s) if held else 0.0
        for frame in self._file:
            due_s = rolled_s + frame.time_s
            self._closed.wait(max(0.0, due_s - self.now_s()))
            if self._closed.is_set():
                return
            yield replace(frame, index=held + frame.index, time_s=due_s)

    def now_s(self) -> float:
        """Seconds since its first picture was given."""
        return time.perf_counter() - self._began_s

    def start_playback(self) -> None:
        """Play from here on."""
        self._rolling.set()

    def close(self) -> None:
        """Stop, also in the middle of waiting."""
        self._closed.set()
        self._rolling.set()

    def _held(self, first: Frame, gap_s: float) -> Generator[Frame, None, int]:
        """The first picture at the clip's rate until it rolls; returns how often it was given."""
        given = 0
        while given * gap_s < self._hold_longest_s:
            if self._rolling.wait(max(0.0, given * gap_s - self.now_s())):
                break
            yield replace(first, index=given, time_s=given * gap_s)
            given += 1
        return given

    @cached_property
    def _opening(self) -> tuple[Frame, float]:
        """The first frame, and the time to the second; read once."""
        first: Frame | None = None
        for frame in self._file:
            if first is None:
                first = frame
                continue
            return first, float(np.clip(frame.time_s, 1e-3, SLOWEST_S))
        assert first is not None  # the file refuses a clip without a picture
        return first, SLOWEST_S
