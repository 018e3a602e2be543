"""Reading a camera beside everything else."""

import threading
import time
from dataclasses import dataclass, field

import pytest

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import Frame, Granted
from hipcv.video.capture import Capture, silent
from tests.fake_cameras import picture


@dataclass
class Source:
    """Frames at a pace, then an end: None stops, an exception is raised, "block" hangs."""

    count: int = 5
    gap_s: float = 0.01
    end: object = None
    name: str = "fake"
    rolled: list = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    given: int = 0

    granted = Granted(64, 48, 30.0)

    def __iter__(self):
        for n in range(self.count):
            time.sleep(self.gap_s)
            self.given += 1
            yield Frame(n, n * self.gap_s, picture(n))
        if isinstance(self.end, BaseException):
            raise self.end
        if self.end == "block":
            threading.Event().wait(30)

    def now_s(self):
        return 0.0

    def roll(self):
        self.rolled.append(self.given)

    def close(self):
        self.closed.set()


class Notebook:
    """A recorder that only remembers."""

    def __init__(self):
        self.seen = []

    def put(self, frame):
        self.seen.append(frame.index)


def drained(capture):
    taken = []
    while not capture.over:
        frame = capture.newest(0.2)
        if frame is not None:
            taken.append(frame.index)
    return taken


def test_a_quick_reader_gets_every_frame():
    with Capture(Source(gap_s=0.02)) as capture:
        assert drained(capture) == [0, 1, 2, 3, 4]


def test_a_slow_reader_gets_the_newest():
    with Capture(Source(gap_s=0.001, count=50)) as capture:
        time.sleep(0.3)

        assert capture.newest(0.1).index == 49


def test_a_frame_is_handed_out_once():
    with Capture(Source(count=1)) as capture:
        capture.newest(1.0)

        assert capture.newest(0.05) is None


def test_a_slow_reader_costs_the_recording_no_frame():
    source, notebook = Source(gap_s=0.002, count=40), Notebook()
    with Capture(source) as capture:
        capture.record(notebook)
        while not capture.over:
            capture.newest(0.2)
            time.sleep(0.02)

    assert notebook.seen == sorted(set(notebook.seen))
    assert notebook.seen[-1] - notebook.seen[0] + 1 == len(notebook.seen)
    assert notebook.seen[-1] == 39


def test_recording_makes_the_source_roll():
    source = Source()
    with Capture(source) as capture:
        capture.record(Notebook())

    assert len(source.rolled) == 1


def test_nothing_is_recorded_after_it_was_stopped():
    notebook = Notebook()
    with Capture(Source(count=30)) as capture:
        capture.record(notebook)
        capture.newest(1.0)
        capture.stop_recording()
        before = len(notebook.seen)
        drained(capture)

    assert len(notebook.seen) == before == capture.frames_recorded


def test_the_error_that_ended_the_source_reaches_the_reader():
    with (
        Capture(Source(count=0, end=CameraUnavailable("unplugged"))) as capture,
        pytest.raises(CameraUnavailable, match="unplugged"),
    ):
        capture.newest(1.0)


def test_the_last_frame_comes_before_the_error():
    with Capture(Source(count=1, end=CameraUnavailable("unplugged"))) as capture:
        time.sleep(0.1)

        assert capture.newest(1.0).index == 0


def test_a_source_that_ended_is_over():
    with Capture(Source(count=0)) as capture:
        capture.newest(1.0)

        assert capture.over


def test_leaving_does_not_wait_for_a_camera_that_hangs():
    began_s = time.monotonic()
    with Capture(Source(count=1, end="block")) as capture:
        capture.newest(1.0)

    assert time.monotonic() - began_s < 10


def test_leaving_closes_the_source():
    source = Source()
    with Capture(source):
        pass

    assert source.closed.is_set()


def test_the_rate_is_what_really_came():
    with Capture(Source(count=60, gap_s=0.002)) as capture:
        drained(capture)

        assert capture.rate_hz == pytest.approx(500)


def test_the_rate_is_unknown_before_enough_has_come():
    with Capture(Source(count=2)) as capture:
        drained(capture)

        assert capture.rate_hz != capture.rate_hz


def test_a_silent_camera_is_told_with_its_name():
    assert "My webcam" in str(silent("My webcam"))
