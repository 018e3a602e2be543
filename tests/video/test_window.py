"""The window of a guided session, with OpenCV's drawing replaced."""

import cv2
import numpy as np
import pytest

from hipcv.video.window import Window

PICTURE = np.zeros((72, 128, 3), np.uint8)


@pytest.fixture
def calls(monkeypatch):
    """Return the calls of OpenCV's window functions, in order."""
    done = []
    keys = iter([-1, ord("o"), ord("x")])

    def record(name, answer=None):
        return lambda *values: done.append((name, *values)) or answer

    for name in ("namedWindow", "resizeWindow", "imshow", "setWindowProperty"):
        monkeypatch.setattr(cv2, name, record(name))
    monkeypatch.setattr(cv2, "destroyAllWindows", record("destroyAllWindows"))
    monkeypatch.setattr(cv2, "getWindowProperty", record("getWindowProperty", 1.0))
    monkeypatch.setattr(cv2, "pollKey", lambda: -1)
    monkeypatch.setattr(cv2, "waitKey", lambda _ms: next(keys, -1))
    return done


@pytest.mark.parametrize("full_screen", [True, False])
def test_the_whole_screen_is_taken_once_if_asked_for(calls, full_screen):
    with Window(full_screen=full_screen) as window:
        for _ in range(3):
            window.show(PICTURE)

    taken = [call for call in calls if call[0] == "setWindowProperty"]
    assert [call[2:] for call in taken] == (
        [(cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)] if full_screen else []
    )


def test_a_window_waits_for_a_key_and_returns_it(calls):
    with Window() as window:
        window.show(PICTURE)

        assert [window.wait_for_key(lambda: False) for _ in "12"] == ["o", "x"]


def test_a_stop_ends_the_wait_without_a_key(calls):
    with Window() as window:
        window.show(PICTURE)

        assert not window.wait_for_key(lambda: True)
