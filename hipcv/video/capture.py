"""Thread that reads a camera, so that no slow consumer delays it."""

import threading
from collections import deque
from typing import Final, Self

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import Frame, LiveSource
from hipcv.language import _
from hipcv.video.recorder import Recorder

RATE_FRAMES: Final = 60
"""Frames over which the rate is measured."""

JOIN_S: Final = 2.0
"""Time limit for the reading thread to end; a camera that blocks longer keeps its thread."""


class Capture:
    """Distributor of a source's frames: all to the recorder, the newest to the consumer.

    A context manager.
    """

    def __init__(self, source: LiveSource) -> None:
        self.source = source
        self.frames_recorded = 0
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._times_s: deque[float] = deque(maxlen=RATE_FRAMES)
        self._ended = False
        self._error: BaseException | None = None
        self._recorder: Recorder | None = None
        self._recorder_lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._read, name="capture", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self.source.close()
        self._thread.join(JOIN_S)

    @property
    def rate_hz(self) -> float:
        """Measured rate of the latest frames; NaN until enough have come."""
        times_s = list(self._times_s)
        if len(times_s) < RATE_FRAMES // 2:
            return float("nan")
        return (len(times_s) - 1) / (times_s[-1] - times_s[0])

    @property
    def ended(self) -> bool:
        """True once the source has ended by itself and its last frame was taken."""
        with self._changed:
            return self._ended and self._newest is None

    def newest_frame(self, timeout_s: float) -> Frame | None:
        """Return the newest frame that was not taken yet; None if none came in time or none will.

        Raises:
            HipcvError: the error that ended the source.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self._ended, timeout_s)
            frame, self._newest = self._newest, None
            if frame is None and self._error is not None:
                raise self._error
            return frame

    def record(self, recorder: Recorder) -> None:
        """Send every frame from the next one on to a recorder too; start a played clip."""
        with self._recorder_lock:
            self._recorder = recorder
        self.source.start_playback()

    def stop_recording(self) -> None:
        """Send no further frame to the recorder; return after the one under way was accepted."""
        with self._recorder_lock:
            self._recorder = None

    def _read(self) -> None:
        """Read in the thread until the source ends or fails, or the context is left."""
        try:
            for frame in self.source:
                if self._closing.is_set():
                    break
                self._distribute(frame)
        except Exception as error:  # noqa: BLE001 - raised by newest_frame
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _distribute(self, frame: Frame) -> None:
        with self._recorder_lock:
            if self._recorder is not None:
                self._recorder.put(frame)
                self.frames_recorded += 1
        with self._changed:
            self._newest = frame
            self._times_s.append(frame.time_s)
            self._changed.notify_all()


def no_frames_error(name: str) -> CameraUnavailable:
    """Return the error for a camera that stopped delivering frames without raising one."""
    return CameraUnavailable(
        _(
            "{name}: the camera gives no pictures. Check its cable, close other "
            "programs that use it, and try again."
        ).format(name=name)
    )
