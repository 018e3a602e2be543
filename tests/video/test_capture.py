"""Thread that reads a camera."""

import threading
from dataclasses import dataclass, field

import pytest

from hipcv.core.errors import CameraUnavailable
from hipcv.core.interfaces import CaptureFormat, Frame
from hipcv.video.capture import Capture, no_frames_error
from tests.fake_cameras import picture
from tests.waiting import LIMIT_S


@dataclass
class Source:
    """Frames, then an end: None stops, an exception is raised, "block" hangs.

    `begin` holds up the first frame. With `turn`, every frame waits until `drained` has asked for
    it.
    """

    count: int = 5
    gap_s: float = 0.01  # on the frames' own clock; they come as fast as they are read
    end: object = None
    name: str = "fake"
    begin: threading.Event | None = None
    turn: threading.Semaphore | None = None
    rolled: list = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    exhausted: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    given: int = 0

    actual_format = CaptureFormat(64, 48, 30.0)

    def __iter__(self):
        if self.begin:
            self.begin.wait(LIMIT_S)
        for n in range(self.count):
            if self.turn:
                self.turn.acquire(timeout=LIMIT_S)
            self.given += 1
            yield Frame(n, n * self.gap_s, picture(n))
        self.exhausted.set()
        if isinstance(self.end, BaseException):
            raise self.end
        if self.end == "block":
            self.released.wait(LIMIT_S)

    def now_s(self):
        return 0.0

    def start_playback(self):
        self.rolled.append(self.given)

    def close(self):
        self.closed.set()


class FakeRecorder:
    """Recorder that only stores the frames."""

    def __init__(self):
        self.indices = []

    def put(self, frame):
        self.indices.append(frame.index)


def drained(capture, turn=None):
    """Return the indices of all frames that are handed out."""
    taken = []
    while not capture.ended:
        if turn:
            turn.release()
        frame = capture.newest_frame(LIMIT_S)
        if frame is not None:
            taken.append(frame.index)
    return taken


def test_a_quick_reader_gets_every_frame():
    turn = threading.Semaphore(0)
    with Capture(Source(turn=turn)) as capture:
        assert drained(capture, turn) == [0, 1, 2, 3, 4]


def test_a_slow_reader_gets_the_newest():
    source = Source(count=50)
    with Capture(source) as capture:
        source.exhausted.wait(LIMIT_S)

        assert capture.newest_frame(LIMIT_S).index == 49


def test_a_frame_is_handed_out_once():
    with Capture(Source(count=1)) as capture:
        capture.newest_frame(LIMIT_S)

        assert capture.newest_frame(LIMIT_S) is None


def test_a_slow_reader_loses_no_frame_of_the_recording():
    source, notebook = Source(count=40, begin=threading.Event()), FakeRecorder()
    with Capture(source) as capture:
        capture.record(notebook)
        source.begin.set()
        source.exhausted.wait(LIMIT_S)

    assert notebook.indices == list(range(40))


def test_recording_starts_the_playback_of_the_source():
    source = Source()
    with Capture(source) as capture:
        capture.record(FakeRecorder())

    assert len(source.rolled) == 1


def test_nothing_is_recorded_after_it_was_stopped():
    notebook, turn = FakeRecorder(), threading.Semaphore(1)
    with Capture(Source(count=30, turn=turn)) as capture:
        capture.record(notebook)
        capture.newest_frame(LIMIT_S)
        capture.stop_recording()
        before = len(notebook.indices)
        drained(capture, turn)

    assert len(notebook.indices) == before == capture.frames_recorded


def test_the_error_that_ended_the_source_reaches_the_reader():
    with (
        Capture(Source(count=0, end=CameraUnavailable("unplugged"))) as capture,
        pytest.raises(CameraUnavailable, match="unplugged"),
    ):
        capture.newest_frame(LIMIT_S)


def test_the_last_frame_comes_before_the_error():
    source = Source(count=1, end=CameraUnavailable("unplugged"))
    with Capture(source) as capture:
        source.exhausted.wait(LIMIT_S)

        assert capture.newest_frame(LIMIT_S).index == 0


def test_a_source_that_ended_is_reported_as_ended():
    with Capture(Source(count=0)) as capture:
        capture.newest_frame(LIMIT_S)

        assert capture.ended


def test_closing_does_not_wait_for_a_hanging_camera():
    source = Source(count=1, end="block")
    with Capture(source) as capture:
        capture.newest_frame(LIMIT_S)
    hanging = "capture" in {thread.name for thread in threading.enumerate()}
    source.released.set()

    assert hanging


def test_leaving_the_context_closes_the_source():
    source = Source()
    with Capture(source):
        pass

    assert source.closed.is_set()


def test_the_rate_is_measured():
    with Capture(Source(count=60, gap_s=0.002)) as capture:
        drained(capture)

        assert capture.rate_hz == pytest.approx(500)


def test_the_rate_is_nan_before_enough_frames():
    with Capture(Source(count=2)) as capture:
        drained(capture)

        assert capture.rate_hz != capture.rate_hz


def test_the_error_of_a_silent_camera_names_it():
    assert "My webcam" in str(no_frames_error("My webcam"))
