"""Cameras with the faults of real ones, on a clock of their own."""

import cv2
import numpy as np


class Clock:
    """A clock that only moves when a test sets it, or when a fake camera grabs a picture."""

    def __init__(self):
        self.now_s = 0.0

    def __call__(self):
        return self.now_s


CLOCK = Clock()


def picture(number=0, size_px=(64, 48)):
    """A plain picture that tells its number by its shade."""
    return np.full((size_px[1], size_px[0], 3), 40 + number % 200, np.uint8)


class FakeCapture:
    """OpenCV's VideoCapture, played from a list; what is no picture is delivered as it is.

    Args:
        pictures: in order; an exception is raised, None is a failed read.
        rate_hz: how far apart they are on `CLOCK`.
        then: what comes after the last one, again and again.
        opens: whether it can be opened.
    """

    def __init__(self, pictures, *, rate_hz=500.0, then=None, opens=True):
        self.pictures, self.rate_hz, self.then, self.opens = list(pictures), rate_hz, then, opens
        self.asked, self.released, self.now = {}, False, None
        self.when_empty = None  # called when all pictures have been given

    def __call__(self, number):
        self.number = number
        return self

    def isOpened(self):  # noqa: N802 - OpenCV named it
        return self.opens

    def set(self, what, value):
        self.asked[what] = value
        return True

    def get(self, what):
        values = {cv2.CAP_PROP_FRAME_WIDTH: 64.0, cv2.CAP_PROP_FRAME_HEIGHT: 48.0}
        return values.get(what, 0.0)

    def grab(self):
        CLOCK.now_s += 1 / self.rate_hz
        if not self.pictures and self.when_empty:
            self.when_empty()
        self.now = self.pictures.pop(0) if self.pictures else self.then
        if isinstance(self.now, Exception):
            raise self.now
        return self.now is not None

    def retrieve(self):
        return True, self.now

    def release(self):
        self.released = True
