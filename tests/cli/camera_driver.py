"""`hipcv` on a machine whose only camera is a patient on film, and has a fault of its own.

    python camera_driver.py FAULT ARGUMENT...

FAULT: none, absent, closed, garbage, hangs (in the first repetition). Two are no faults of the
camera: with impatient a clip that is played as one begins by itself after a second, with unread a
recording is read only once it has ended. Three more break down in native code: reading while the
recording is being made, measuring after it, writing while the files of the result are written.

The camera runs on the clock of its film, and gives its next picture when the last one was taken:
a slow machine sees the same pictures at the same times as a quick one.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import cv2
import cv2_enumerate_cameras
import numpy as np

from hipcv import pipeline
from hipcv.cli.main import run
from hipcv.concurrent_analysis import ConcurrentAnalysis
from hipcv.guide import session
from hipcv.results import write
from hipcv.video import camera, capture
from hipcv.video.file import VideoFile
from hipcv.video.playback import PlayedClip

CLIP = Path(__file__).parent.parent.parent / "sample_videos" / "clean_left.mp4"
STEP = 2  # every second picture of the clip: half the work of the pose model
GAP_S = STEP / 30
UNUSABLE_GAP_S = 0.5  # a camera without usable pictures is given up soon
GARBAGE = np.zeros((10, 10), np.uint8)


class Film:
    """OpenCV's VideoCapture: the clip's first picture until it is recorded, then the clip."""

    def __init__(self, fault):
        self.fault = fault
        self.pictures = [frame.bgr for frame in VideoFile(CLIP)][::STEP]
        self.taken = threading.Event()
        self.rolling = False
        self.row = 0
        self.now_s = 0.0

    def isOpened(self):  # noqa: N802 - OpenCV named it
        return self.fault != "closed"

    def set(self, *_setting):
        return True

    def get(self, what):
        size = {cv2.CAP_PROP_FRAME_WIDTH: 1280.0, cv2.CAP_PROP_FRAME_HEIGHT: 720.0}
        return size.get(what, 30.0)

    def grab(self):
        if self.fault == "garbage":
            self.now_s += UNUSABLE_GAP_S
            return True
        self.taken.wait()
        self.taken.clear()
        if self.fault == "hangs" and self.row > len(self.pictures) // 2:
            session.STALLED_S = capture.JOIN_S = 0.1
            time.sleep(3600)
        self.now_s += GAP_S
        self.row += self.rolling
        return True

    def retrieve(self):
        if self.fault == "garbage":
            return True, GARBAGE
        return True, self.pictures[min(self.row, len(self.pictures) - 1)]

    def release(self):
        """Release nothing."""

    def start_playback(self):
        self.rolling = True


def install(film):
    """Make this film the only camera."""
    camera._opencv = lambda _number: film
    camera.clock_s = lambda: film.now_s
    camera.Camera.start_playback = lambda _camera: film.start_playback()
    close, newest = camera.Camera.close, capture.Capture.newest_frame
    film.taken.set()

    def close_and_end_waiting(source):
        close(source)
        film.taken.set()

    def newest_and_ask_for_next(reader, timeout_s):
        frame = newest(reader, timeout_s)
        if frame is not None:
            film.taken.set()
        return frame

    camera.Camera.close = close_and_end_waiting
    capture.Capture.newest_frame = newest_and_ask_for_next


def break_down(*_arguments, **_options):
    """End this process as a decoder that breaks down does."""
    os.kill(os.getpid(), signal.SIGSEGV)


if __name__ == "__main__":
    fault = sys.argv.pop(1)
    devices = [] if fault == "absent" else [SimpleNamespace(index=0, name="Film", path="film")]
    cv2_enumerate_cameras.enumerate_cameras = lambda *_: devices
    if fault == "unread":
        ConcurrentAnalysis.begin = lambda _analysis, source: source.close()
    if fault == "reading":
        pipeline.read_clip = break_down
    if fault == "measuring":
        pipeline.conclude = break_down
    if fault == "writing":
        write.write = break_down
    if fault == "impatient":
        PlayedClip.__init__.__kwdefaults__["hold_longest_s"] = 1.0
    install(Film(fault))
    run()
