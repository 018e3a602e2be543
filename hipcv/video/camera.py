"""A camera of this machine as a source of frames: upright, un-mirrored, by its capture clock."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import CaptureFormat, Frame, Picture
from hipcv.native import quiet_stderr
from hipcv.video.devices import backend_of

FIRST_PICTURE_S: Final = 10.0
"""Some cameras take so long to start."""

SILENT_S: Final = 2.0
"""No usable picture for so long: the camera is gone, or gives nothing but garbage."""

RETRY_S: Final = 0.02

SHORTEST_S: Final = 1e-4
"""Two pictures taken out of the camera's buffer at once are still told apart by a recording."""

DEFAULT_FORMAT: Final = CaptureFormat()

clock_s: Final = time.perf_counter  # on Windows the monotonic clock only ticks every 16 ms

CameraFactory = Callable[[int], Any]
"""Opens a camera by its number: OpenCV's VideoCapture, or a stand-in."""


class Camera:
    """One camera, opened at once and read once.

    Time is the clock when a picture was grabbed, from the first one on. A picture that cannot be
    used (absent, of another size, no colour picture) is passed over.

    Args:
        number: as `hipcv cameras` lists it.
        requested: size and rate; the camera may grant another.
        name: for messages.
        mirrored: the camera gives a mirror image; it is flipped back.
        factory: how it is opened.

    Raises:
        CameraUnavailable: it cannot be opened; when iterating, it gives nothing, or no more.
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
        self.name = name or f"camera {number}"
        self.mirrored = mirrored
        self._began_s = clock_s()
        self._closed = threading.Event()
        self._in_use = threading.Lock()
        with quiet_stderr():
            self._native = (factory or _opencv)(number)
            if self._native.isOpened():
                _request_format(self._native, requested)
        if not self._native.isOpened():
            raise CameraUnavailable(f"{self.name}: it cannot be opened. {_remedy()}")

    @property
    def actual_format(self) -> CaptureFormat:
        """What the camera says it gives."""
        import cv2

        width, height, rate = (
            float(self._native.get(what))
            for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
        )
        return CaptureFormat(int(width), int(height), rate if rate > 0 else float("nan"))

    def __iter__(self) -> Iterator[Frame]:
        """Every picture, as it comes, until the camera is closed."""
        with self._in_use:
            try:
                yield from self._pictures()
            finally:
                self._native.release()

    def _pictures(self) -> Iterator[Frame]:
        shape: tuple[int, ...] | None = None
        index, time_s = 0, 0.0
        heard_s = clock_s()
        while not self._closed.is_set():
            bgr, grabbed_s = self._grab()
            wrong = _wrong(bgr, shape)
            if wrong:
                if grabbed_s - heard_s > (SILENT_S if shape else FIRST_PICTURE_S):
                    raise CameraUnavailable(f"{self.name}: {wrong}")
                self._closed.wait(RETRY_S)
                continue
            if shape is None:
                shape, self._began_s = bgr.shape, grabbed_s
            else:
                time_s = max(grabbed_s - self._began_s, time_s + SHORTEST_S)
            yield Frame(index, time_s, _own(bgr, mirrored=self.mirrored))
            index += 1
            heard_s = clock_s()  # whoever reads may have kept the camera waiting

    def now_s(self) -> float:
        """Seconds since its first picture."""
        return clock_s() - self._began_s

    def start_playback(self) -> None:
        """It has been running all the time."""

    def close(self) -> None:
        """Give it back, when the picture under way has come."""
        self._closed.set()
        if self._in_use.acquire(blocking=False):  # else who reads it does so
            self._native.release()
            self._in_use.release()

    def _grab(self) -> "tuple[Any, float]":
        """A picture, or None, and when it was taken."""
        import cv2

        try:
            came = self._native.grab()
            grabbed_s = clock_s()
            came, bgr = self._native.retrieve() if came else (False, None)
        except cv2.error:
            return None, clock_s()
        return (bgr if came else None), grabbed_s


def _opencv(number: int) -> Any:  # noqa: ANN401 - OpenCV's class, or a stand-in
    if sys.platform == "win32":  # else some cameras take 20 s to open
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    # Here and not in a thread: macOS asks its user for leave in the main thread only.
    return cv2.VideoCapture(number, backend_of(number))


def _request_format(native: Any, requested: CaptureFormat) -> None:  # noqa: ANN401 - OpenCV's class, or a stand-in
    """Motion JPEG first: many cameras give 720 lines at full rate in no other way."""
    import cv2

    for what, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, requested.width_px),
        (cv2.CAP_PROP_FRAME_HEIGHT, requested.height_px),
        (cv2.CAP_PROP_FPS, requested.rate_hz),
    ):
        native.set(what, value)


def _wrong(bgr: Any, shape: tuple[int, ...] | None) -> str:  # noqa: ANN401 - whatever it gives
    """What is wrong with a picture, and what to do; "" where nothing is.

    Args:
        bgr: what came in its place; None where nothing came.
        shape: of the pictures before; None before the first one.
    """
    if not _is_picture(bgr):
        if shape is None:
            return f"it gives no usable picture. {_remedy()}"
        return "the camera stopped giving pictures. Check its cable and start again."
    if shape is not None and bgr.shape != shape:
        return (
            f"the camera stopped giving pictures of {shape[1]}x{shape[0]}; now they are "
            f"{bgr.shape[1]}x{bgr.shape[0]}. Do not turn a phone while it records; start again."
        )
    return ""


def _is_picture(bgr: Any) -> bool:  # noqa: ANN401 - whatever a camera gives
    return (
        isinstance(bgr, np.ndarray)
        and bgr.dtype == np.uint8
        and bgr.ndim == 3  # noqa: PLR2004 - rows, columns, channels
        and bgr.shape[2] == 3  # noqa: PLR2004
        and bgr.size > 0
    )


def _own(bgr: Picture, *, mirrored: bool) -> Picture:
    """A copy that the camera's next picture does not overwrite."""
    return np.array(bgr[:, ::-1] if mirrored else bgr, order="C")


def _remedy() -> str:
    if sys.platform == "darwin":
        return (
            "Allow the terminal to use the camera in System Settings, Privacy & Security, Camera, "
            "and close other programs that use it."
        )
    return "Close other programs that use it, check its cable and permissions, and try again."
