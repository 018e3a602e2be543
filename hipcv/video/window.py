"""Window on the screen that shows pictures and reads keys."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Final, Self

import cv2

from hipcv import libraries
from hipcv.core.errors import Interrupted
from hipcv.core.interfaces import Picture
from hipcv.language import _

TITLE: Final = "hipcv"
NO_KEY: Final = -1
STEP_MS: Final = 50
PROBE_LIMIT_S: Final = 20.0
PROBE: Final = "import cv2; cv2.namedWindow('hipcv'); cv2.waitKey(1)"


class Window:
    """Window that shows pictures, on the whole screen if asked to; a context manager.

    Raises:
        Interrupted: by `show`, after the user closed the window.
    """

    def __init__(self, *, full_screen: bool = False) -> None:
        self._full_screen = full_screen
        self._used = False

    def __enter__(self) -> Self:
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            cv2.destroyAllWindows()
            cv2.waitKey(1)

    def show(self, picture: Picture) -> str:
        """Show a picture; return the key pressed since the last one, "" if none was."""
        if self._used and not self._open:
            raise Interrupted(_("Stopped, since the window was closed."))
        if not self._used:
            cv2.resizeWindow(TITLE, picture.shape[1], picture.shape[0])
        cv2.imshow(TITLE, picture)
        if self._full_screen and not self._used:  # a window that is not shown yet may ignore it
            cv2.pollKey()
            cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)
        self._used = True
        return _key(cv2.pollKey())

    def wait_for_key(self, stopped: Callable[[], bool]) -> str:
        """Show the last picture until a key is pressed, and return it.

        Returns "" where the window was closed, or `stopped` returned True.
        """
        while self._open and not stopped():
            key = _key(cv2.waitKey(STEP_MS))
            if key:
                return key
        return ""

    @property
    def _open(self) -> bool:
        try:
            return cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # raised once the only window is closed
            return False


def _key(code: int) -> str:
    return "" if code == NO_KEY else chr(code & 0xFF)


def can_open_window() -> bool:
    """Return True if a window can be opened on this machine.

    Without a display OpenCV ends the whole process on Linux, so a child process tries it. Builds
    without windows are known by their name.
    """
    if "headless" in libraries.opencv_build():
        return False
    if sys.platform != "linux":
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    probe = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROBE], capture_output=True, check=False, timeout=PROBE_LIMIT_S
    )
    return probe.returncode == 0
