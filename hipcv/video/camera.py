"""A camera of this machine as a source of frames: upright, un-mirrored, by its capture clock."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from hipcv.core.errors import CameraUnavailable
from hipcv.core.ports import Frame, Granted, Picture

SILENT_S: Final = 2.0
"""No usable picture for so long: the camera is gone, or gives nothing but garbage."""

RETRY_S: Final = 0.02

Opener = Callable[[int], Any]
"""Opens a camera by its number: OpenCV's VideoCapture, or a stand-in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the camera is asked for; it may grant something else."""

    width_px: int = 1280
    height_px: int = 720
    rate_hz: float = 30.0


class Camera:
    """One camera, opened at once and read once.

    Time is the monotonic clock when a picture was grabbed, from the first one on. A picture that
    cannot be used (absent, of another size, no colour picture) is passed over.

    Args:
        number: as `hipcv cameras` lists it.
        asked: size and rate to ask for.
        name: for messages.
        mirrored: the camera gives a mirror image; it is flipped back.
        opener: how it is opened.

    Raises:
        CameraUnavailable: it cannot be opened; when iterating, it gives nothing, or no more.
    """

    def __init__(
        self,
        number: int,
        asked: Asked = Asked(),
        *,
        name: str = "",
        mirrored: bool = False,
        opener: Opener | None = None,
    ) -> None:
        self.name = name or f"camera {number}"
        self.mirrored = mirrored
        self._began_s = time.monotonic()
        self._closed = threading.Event()
        self._native = (opener or _opencv)(number)
        if not self._native.isOpened():
            raise CameraUnavailable(f"{self.name}: it cannot be opened. {_remedy()}")
        _ask(self._native, asked)

    @property
    def granted(self) -> Granted:
        """What the camera says it gives."""
        import cv2

        width, height, rate = (
            float(self._native.get(what))
            for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
        )
        return Granted(int(width), int(height), rate if rate > 0 else float("nan"))

    def __iter__(self) -> Iterator[Frame]:
        """Every picture, as it comes, until the camera is closed."""
        shape: tuple[int, ...] | None = None
        first_s, last_s, index = 0.0, -1.0, 0
        heard_s = time.monotonic()
        while not self._closed.is_set():
            bgr, grabbed_s = self._grab()
            usable = _usable(bgr) and (shape is None or bgr.shape == shape)
            if not usable:
                if grabbed_s - heard_s > SILENT_S:
                    raise self._gone(index)
                self._closed.wait(RETRY_S)
                continue
            heard_s = grabbed_s
            if shape is None:
                shape, first_s = bgr.shape, grabbed_s
                self._began_s = grabbed_s
            time_s = grabbed_s - first_s
            if time_s <= last_s:
                continue
            last_s = time_s
            yield Frame(index, time_s, _own(bgr, mirrored=self.mirrored))
            index += 1
        self._native.release()

    def now_s(self) -> float:
        """Seconds since its first picture."""
        return time.monotonic() - self._began_s

    def roll(self) -> None:
        """It has been running all the time."""

    def close(self) -> None:
        """Give it back, when the picture under way has come."""
        self._closed.set()

    def _grab(self) -> "tuple[Any, float]":
        """A picture, or None, and when it was taken."""
        if not self._native.grab():
            return None, time.monotonic()
        grabbed_s = time.monotonic()
        came, bgr = self._native.retrieve()
        return (bgr if came else None), grabbed_s

    def _gone(self, frames: int) -> CameraUnavailable:
        self._native.release()
        if frames:
            return CameraUnavailable(
                f"{self.name}: the camera stopped giving pictures. Check its cable and start again."
            )
        return CameraUnavailable(f"{self.name}: it gives no usable picture. {_remedy()}")


def _opencv(number: int) -> Any:  # noqa: ANN401 - OpenCV's class, or a stand-in
    if sys.platform == "win32":  # else some cameras take 20 s to open
        os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    import cv2

    return cv2.VideoCapture(number)


def _ask(native: Any, asked: Asked) -> None:  # noqa: ANN401 - OpenCV's class, or a stand-in
    """Motion JPEG first: many cameras give 720 lines at full rate in no other way."""
    import cv2

    for what, value in (
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, asked.width_px),
        (cv2.CAP_PROP_FRAME_HEIGHT, asked.height_px),
        (cv2.CAP_PROP_FPS, asked.rate_hz),
    ):
        native.set(what, value)


def _usable(bgr: Any) -> bool:  # noqa: ANN401 - whatever a camera gives
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
