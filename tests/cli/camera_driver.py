"""`hipcv` on a machine whose only camera is a patient on film, and has a fault of its own.

    python camera_driver.py FAULT ARGUMENT...

FAULT: none, absent, closed, silent, garbage, unplugged, blocks.
"""

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import cv2
import cv2_enumerate_cameras
import numpy as np

from hipcv.cli.main import run
from hipcv.video import camera
from hipcv.video.file import VideoFile

CLIP = Path(__file__).parent.parent.parent / "sample_videos" / "clean_left.mp4"
WAITS_S = 3.4  # how long the patient sits still at first
GARBAGE = np.zeros((10, 10), np.uint8)


class Film:
    """OpenCV's VideoCapture: the clip at its own pace, and then its fault."""

    def __init__(self, fault):
        self.fault = fault
        self.pictures = [frame.bgr for frame in VideoFile(CLIP)]
        self.began_s = time.monotonic()
        self.given = 0

    def isOpened(self):  # noqa: N802 - OpenCV named it
        return self.fault != "closed"

    def set(self, *_asked):
        return True

    def get(self, what):
        size = {cv2.CAP_PROP_FRAME_WIDTH: 1280.0, cv2.CAP_PROP_FRAME_HEIGHT: 720.0}
        return size.get(what, 30.0)

    def grab(self):
        self.given += 1
        time.sleep(max(0.0, self.given / 30 - (time.monotonic() - self.began_s)))
        if self.fault == "silent":
            return False
        if self.over and self.fault == "unplugged":
            return False
        if self.over and self.fault == "blocks":
            time.sleep(3600)
        return True

    def retrieve(self):
        if self.fault == "garbage":
            return True, GARBAGE
        return True, self.pictures[max(0, min(self.row, len(self.pictures) - 1))]

    def release(self):
        """Nothing to give back."""

    @property
    def row(self):
        return self.given - round(WAITS_S * 30)

    @property
    def over(self):
        """In the middle of the first repetition."""
        return self.row > len(self.pictures) // 2


if __name__ == "__main__":
    fault = sys.argv.pop(1)
    there = [] if fault == "absent" else [SimpleNamespace(index=0, name="Film", path="film")]
    cv2_enumerate_cameras.enumerate_cameras = lambda *_: there
    camera._opencv = lambda _number: Film(fault)
    run()
