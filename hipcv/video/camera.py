"""Camera of this machine as a source of frames: upright, un-mirrored, by the capture clock."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import CaptureFormat, Frame
from hipcv.language import _
from hipcv.native import quiet_stderr
from hipcv.video.devices import backend_of

FIRST_PICTURE_S: Final = 10.0
"""Time limit for the first picture; some cameras start slowly."""

SILENT_S: Final = 2.0
"""Time without a usable picture after which the camera counts as lost."""

RETRY_S: Final = 0.02

SHORTEST_S: Final = 1e-4
"""Smallest step between times, for pictures taken from the camera's buffer at once."""

DEFAULT_FORMAT: Final = CaptureFormat()

clock_s: Final = time.perf_counter  # on Windows the monotonic clock only ticks every 16 ms

CameraFactory = Callable[[int], Any]
"""Opens a camera number and returns an object like OpenCV's VideoCapture."""


class Camera:
    """Camera that is opened on construction and can be iterated once.

    Time is the clock when a picture was grabbed, from the first one on. A picture that cannot be
    used (absent, of another size, not in colour) is skipped. A mirrored camera's pictures are
    flipped back; it may grant another format than requested. `factory` opens the camera.

    Raises:
        CameraUnavailable: it cannot be opened; when iterating: no picture comes, or no more.
    """

    def __init__(
        self,
        number: int,
        requested: CaptureFormat = DEFAULT_FORMAT,
        *,
        name: str = "",
        mirrored: bool = False,
        factory: CameraFactory | None = None,
    ) -> None:
        self.name = name or _("camera {number}").format(number=number)
        self.mirrored = mirrored
        self._began_s = clock_s()
        self._closed = threading.Event()
        self._in_use = threading.Lock()
        with quiet_stderr():
            self._native = (factory or _opencv)(number)
            if self._native.isOpened():
                _request_format(self._native, requested)
        if not self._native.isOpened():
            raise CameraUnavailable(
                _("{name}: it cannot be opened. {remedy}").format(name=self.name, remedy=_remedy())
            )

    @property
    def actual_format(self) -> CaptureFormat:
        """Picture size and rate as the camera reports them."""
        import cv2

        width, height, rate = (
            float(self._native.get(key))
            for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
        )
        return CaptureFormat(int(width), int(height), rate if rate > 0 else float("nan"))

    def __iter__(self) -> Iterator[Frame]:
        """Yield every picture as it comes, until the camera is closed."""
        with self._in_use:
            try:
                yield from self._pictures()
            finally:
                self._native.release()

    def _pictures(self) -> Iterator[Frame]:
        shape: tuple[int, ...] | None = None
        index, time_s = 0, 0.0
        usable_s = clock_s()
        while not self._closed.is_set():
            bgr, grabbed_s = self._grab()
            if fault := _picture_fault(bgr, shape):
                if grabbed_s - usable_s > (SILENT_S if shape else FIRST_PICTURE_S):
                    raise CameraUnavailable(f"{self.name}: {fault}")
                self._closed.wait(RETRY_S)
                continue
            if shape is None:
                shape, self._began_s = bgr.shape, grabbed_s
            else:
                time_s = max(grabbed_s - self._began_s, time_s + SHORTEST_S)
            # copied, since the camera overwrites its buffer
            yield Frame(index, time_s, np.array(bgr[:, ::-1] if self.mirrored else bgr, order="C"))
            index += 1
            usable_s = clock_s()  # the reader may have delayed the next grab

    def now_s(self) -> float:
        """Return the seconds since the first picture."""
        return clock_s() - self._began_s

    def start_playback(self) -> None:
        """Do nothing: a camera runs all the time."""

    def close(self) -> None:
        """Release the camera, after the picture under way if it is being read."""
        self._closed.set()
        if self._in_use.acquire(blocking=False):  # otherwise the reading thread releases it
            self._native.release()
            self._in_use.release()

    def _grab(self) -> "tuple[Any, float]":
        """Return a picture, or None, and the clock when it was grabbed."""
        import cv2

        try:
            grabbed = self._native.grab()
            grabbed_s = clock_s()
            grabbed, bgr = self._native.retrieve() if grabbed else (False, None)
        except cv2.error:
            return None, clock_s()
        return (bgr if grabbed else None), grabbed_s


def _opencv(number: int) -> Any:  # noqa: ANN401 - OpenCV's class, or a stand-in
    if sys.platform == "win32":  # else some cameras take 20 s to open
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    # Not in a thread: macOS asks for permission in the main thread only.
    return cv2.VideoCapture(number, backend_of(number))


def _request_format(native: Any, requested: CaptureFormat) -> None:  # noqa: ANN401 - OpenCV's class, or a stand-in
    """Request a format; as Motion JPEG, since many cameras reach 720p at full rate only so."""
    import cv2

    for key, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, requested.width_px),
        (cv2.CAP_PROP_FRAME_HEIGHT, requested.height_px),
        (cv2.CAP_PROP_FPS, requested.rate_hz),
    ):
        native.set(key, value)


def _picture_fault(bgr: Any, shape: tuple[int, ...] | None) -> str:  # noqa: ANN401 - untyped
    """Return the fault of a picture with its remedy; "" if usable. `shape`: of the others."""
    is_picture = isinstance(bgr, np.ndarray) and bgr.dtype == np.uint8 and bgr.size > 0
    if not is_picture or bgr.shape[2:] != (3,):
        if shape is None:
            return _("it gives no usable picture. {remedy}").format(remedy=_remedy())
        return _("the camera stopped giving pictures. Check its cable and start again.")
    if shape is not None and bgr.shape != shape:
        return _(
            "the camera stopped giving pictures of {earlier_width}x{earlier_height}; now they are "
            "{width}x{height}. Do not turn a phone while it records; start again."
        ).format(
            earlier_width=shape[1],
            earlier_height=shape[0],
            width=bgr.shape[1],
            height=bgr.shape[0],
        )
    return ""


def _remedy() -> str:
    if sys.platform == "darwin":
        return _(
            "Allow the terminal to use the camera in System Settings, Privacy & "
            "Security, Camera, and close other programs that use it."
        )
    return _("Close other programs that use it, check its cable and permissions, and try again.")
