"""Reads a camera in a thread of its own, so that its reader never waits for anything slow."""

import threading
from collections import deque
from types import TracebackType
from typing import Final, Self

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import Frame, LiveSource
from hipcv.video.recorder import Recorder

RATE_FRAMES: Final = 60
"""The rate is told of so many pictures."""

JOIN_S: Final = 2.0
"""A camera that does not let go of its reader for so long is left to it."""


class Capture:
    """Every frame to the recorder, the newest one to whoever asks. A context manager."""

    def __init__(self, source: LiveSource) -> None:
        self.source = source
        self.frames_recorded = 0
        self._news = threading.Condition()
        self._newest: Frame | None = None
        self._times_s: deque[float] = deque(maxlen=RATE_FRAMES)
        self._over = False
        self._error: BaseException | None = None
        self._recorder: Recorder | None = None
        self._handing = threading.Lock()  # a frame is on its way to the recorder
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._read, name="capture", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leaving.set()
        self.source.close()
        self._thread.join(JOIN_S)

    @property
    def rate_hz(self) -> float:
        """Pictures a second of late, as they really come; NaN until some have come."""
        times_s = list(self._times_s)
        if len(times_s) < RATE_FRAMES // 2:
            return float("nan")
        return (len(times_s) - 1) / (times_s[-1] - times_s[0])

    @property
    def ended(self) -> bool:
        """Whether the source has ended by itself, and its last frame was taken."""
        with self._news:
            return self._over and self._newest is None

    def newest_frame(self, timeout_s: float) -> Frame | None:
        """The newest frame that was not taken yet; None where none came in time, or none will.

        Raises:
            HipcvError: what ended the source, as it was raised there.
        """
        with self._news:
            self._news.wait_for(lambda: self._newest is not None or self._over, timeout_s)
            frame, self._newest = self._newest, None
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def record(self, recorder: Recorder) -> None:
        """Every frame from the next one on goes to the recorder too; a played clip rolls."""
        with self._handing:
            self._recorder = recorder
        self.source.start_playback()

    def stop_recording(self) -> None:
        """No further frame goes to the recorder; one on its way has arrived."""
        with self._handing:
            self._recorder = None

    def _read(self) -> None:
        """The thread: until the source ends, fails, or is not wanted any more."""
        try:
            for frame in self.source:
                if self._leaving.is_set():
                    break
                self._hand_over(frame)
        except Exception as error:  # noqa: BLE001 - told to whoever asks for the newest frame
            self._error = error
        finally:
            with self._news:
                self._over = True
                self._news.notify_all()

    def _hand_over(self, frame: Frame) -> None:
        with self._handing:
            if self._recorder is not None:
                self._recorder.put(frame)
                self.frames_recorded += 1
        with self._news:
            self._newest = frame
            self._times_s.append(frame.time_s)
            self._news.notify_all()


def no_frames_error(name: str) -> CameraUnavailable:
    """The error of a camera that has stopped giving pictures without a word."""
    return CameraUnavailable(
        f"{name}: the camera gives no pictures. Check its cable, close other programs that use "
        "it, and try again."
    )
