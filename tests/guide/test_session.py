"""Whole guided recordings, with the real live model, in step with a patient camera."""

import json
import threading
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from hipcv.core.errors import CameraUnavailable, Interrupted
from hipcv.core.guide import SessionPlan
from hipcv.core.interfaces import CaptureFormat
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.view_model import Key, Stage
from hipcv.guide import session
from hipcv.pipeline import analyze
from hipcv.video.file import VideoFile
from tests.errors import raises_plain
from tests.waiting import LIMIT_S, wait_until

pytestmark = pytest.mark.model

CLIP = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
QUICK = MeasurementProtocol(
    guide_still_s=0.4, guide_countdown_s=1, reps_wanted=1, practice_from_reps=2
)


@cache
def patient_frames():
    return list(VideoFile(CLIP))


@dataclass
class Patient:
    """A camera that gives its next picture when the last one was drawn: no clock, no drops.

    The clip's first picture comes until the recording begins, then the clip, then `end`: None
    ends, an exception is raised, a function is called before the camera hangs, "again" holds the
    last picture for ever.
    """

    end: object = None
    longest_hold: int = 300
    name: str = "patient camera"
    playing: bool = False
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    closed: threading.Event = field(default_factory=threading.Event)

    actual_format = CaptureFormat(1280, 720, 30.0)

    def __iter__(self):
        frames = patient_frames()
        gap_s = frames[1].time_s
        held = 0
        while not (self.playing or self.closed.is_set()) and held < self.longest_hold:
            yield from self._given(replace(frames[0], index=held, time_s=held * gap_s))
            held += 1
        from_s = held * gap_s
        for frame in frames:
            if self.closed.is_set():
                return
            yield from self._given(replace(frame, time_s=from_s + frame.time_s))
        if isinstance(self.end, BaseException):
            raise self.end
        if callable(self.end):  # hangs
            self.end()
            self.closed.wait(LIMIT_S)
        while self.end == "again" and not self.closed.is_set():
            from_s += gap_s
            yield from self._given(replace(frames[-1], time_s=from_s + frames[-1].time_s))

    def _given(self, frame):
        self.turn.acquire()
        if not self.closed.is_set():
            yield frame

    def now_s(self):
        return 0.0

    def start_playback(self):
        self.playing = True

    def close(self):
        self.closed.set()
        self.turn.release()


@dataclass
class Watcher:
    """A screen that requests the next picture, stores the stages, and presses keys."""

    patient: Patient
    keys: dict = field(default_factory=dict)  # stage → key, pressed once
    stages: list = field(default_factory=list)

    def show(self, frame, view):
        self.stages.append(view.stage)
        self.patient.turn.release()
        return self.keys.pop(view.stage, None)


def play(folder, patient=None, *, keys=None, protocol=QUICK, sides=(Side.LEFT,), stop_in=None):
    """Run a session; return its takes and its screen."""
    patient = patient or Patient()
    screen = Watcher(patient, dict(keys or {}))
    plan = SessionPlan(protocol, sides, confirmed=stop_in is not Stage.SAFETY)
    takes = session.record(
        patient, plan, folder, screen, stopped=lambda: screen.stages[-1:] == [stop_in]
    )
    return takes, screen


def frames_of(path):
    return list(VideoFile(path))


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    """One session whose clip ends in the repetitions: its folder, camera, takes and screen."""
    folder, patient = tmp_path_factory.mktemp("session") / "new" / "folder", Patient()
    return SimpleNamespace(folder=folder, patient=patient, result=play(folder, patient))


def test_every_picture_of_the_repetitions_is_in_the_file(ordinary):
    takes, _ = ordinary.result

    assert abs(takes[0].recording.frames - len(patient_frames())) <= 1


def test_recorded_times_are_the_cameras_own(ordinary):
    takes, _ = ordinary.result

    gaps_s = np.diff([frame.time_s for frame in frames_of(takes[0].recording.path)])
    assert gaps_s == pytest.approx(np.full(len(gaps_s), gaps_s[0]), abs=1e-4)


def test_a_clip_that_ends_ends_the_session(ordinary):
    takes, screen = ordinary.result

    assert (len(takes), screen.stages[-1]) == (1, Stage.TURNING)


def test_the_recording_is_in_the_given_folder(ordinary):
    takes, _ = ordinary.result

    assert takes[0].recording.path == ordinary.folder / "recording.mp4"


def test_the_plateau_in_the_session_file_is_that_of_the_recording(ordinary):
    trial = analyze(ordinary.folder / "recording.mp4").trial
    reps = json.loads((ordinary.folder / "session.json").read_text())["sides"]["left"]["reps"]

    assert [rep["live_plateau_deg"] for rep in reps] == pytest.approx(
        [rep.rotation_deg for rep in trial.sides[Side.LEFT].reps], abs=1.0
    )
    assert [rep["plateau_s"] for rep in reps] == [
        pytest.approx(rep.plateau_s.closed, abs=0.15) for rep in trial.sides[Side.LEFT].reps
    ]


def test_the_camera_is_closed(ordinary):
    assert ordinary.patient.closed.is_set()


def test_no_thread_is_left_behind(ordinary):
    wait_until(
        lambda: not {thread.name for thread in threading.enumerate()} & {"capture", "recorder"}
    )


def test_a_camera_that_unplugs_keeps_the_recording(tmp_path):
    with pytest.raises(CameraUnavailable, match=r"cable is out\..*recording\.mp4"):
        play(tmp_path, Patient(end=CameraUnavailable("The cable is out.")))

    assert len(frames_of(tmp_path / "recording.mp4")) > 60


@pytest.mark.slow
def test_a_camera_that_goes_silent_keeps_the_recording(tmp_path, monkeypatch):
    def hang():
        monkeypatch.setattr(session, "STALLED_S", 0.1)

    with pytest.raises(CameraUnavailable, match=r"recording\.mp4"):
        play(tmp_path, Patient(end=hang))

    assert len(frames_of(tmp_path / "recording.mp4")) > 60


def test_a_camera_without_a_first_picture_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "FIRST_PICTURE_S", 0.5)
    patient = Patient(turn=threading.Semaphore(0))

    with raises_plain(CameraUnavailable, patient.name):
        play(tmp_path, patient)


@pytest.mark.parametrize("stage", [Stage.SAFETY, Stage.STILL, Stage.COUNTDOWN])
def test_stopping_before_the_recording_leaves_nothing(tmp_path, stage):
    with pytest.raises(Interrupted):
        play(tmp_path / "out", stop_in=stage)

    assert not (tmp_path / "out").exists()


def test_stopping_while_the_framing_is_corrected_leaves_nothing(tmp_path):
    too_dark = replace(QUICK, low_light_luminance=1.0)
    with pytest.raises(Interrupted):
        play(tmp_path / "out", protocol=too_dark, stop_in=Stage.FRAMING)

    assert not (tmp_path / "out").exists()


def test_stopping_in_the_repetitions_keeps_the_recording(tmp_path):
    patient = Patient()
    screen = Watcher(patient)
    plan = SessionPlan(QUICK, (Side.LEFT,), confirmed=True)
    with pytest.raises(Interrupted, match=r"recording\.mp4"):
        session.record(
            patient,
            plan,
            tmp_path,
            screen,
            stopped=lambda: screen.stages.count(Stage.TURNING) > 40,
        )

    assert len(frames_of(tmp_path / "recording.mp4")) > 20


def test_stopping_while_legs_are_changed_keeps_the_recording(tmp_path):
    keys = {Stage.TURNING: Key.SKIP}
    with pytest.raises(Interrupted, match=r"recording\.mp4"):
        play(tmp_path, keys=keys, sides=tuple(Side), stop_in=Stage.CHANGEOVER)

    assert len(frames_of(tmp_path / "recording.mp4")) >= 1


def test_the_legs_chosen_after_the_questions_on_safety_are_the_planned_ones(tmp_path):
    class Chooser(Watcher):
        pressed = iter([Key.CONFIRM, Key.CONFIRM, Key.LEFT, Key.CONFIRM])

        def show(self, frame, view):
            super().show(frame, view)
            return next(self.pressed, None)

    patient = Patient()
    takes = session.record(patient, SessionPlan(QUICK, (Side.RIGHT,)), tmp_path, Chooser(patient))

    assert takes[-1].planned == (Side.LEFT,)


def test_stopping_by_key_returns_the_takes_so_far(tmp_path):
    takes, _ = play(tmp_path, keys={Stage.TURNING: Key.STOP})

    assert len(takes) <= 1


@pytest.mark.slow
def test_a_redo_is_recorded_in_a_file_of_its_own(tmp_path):
    """The clip goes on while the leg is done again, so the second file holds its end alone."""
    takes, _ = play(
        tmp_path,
        Patient(end="again"),
        keys={Stage.TURNING: Key.REDO},
        protocol=replace(QUICK, guide_idle_s=5),
    )

    assert [take.recording.path.relative_to(tmp_path).as_posix() for take in takes][-1] == (
        "take-2/recording.mp4"
    )


def test_a_clip_that_ends_before_the_recording_is_an_error(tmp_path):
    patient = Patient(longest_hold=3)
    with raises_plain(CameraUnavailable, "hipcv analyze"):
        play(tmp_path, patient, protocol=replace(QUICK, guide_still_s=10))
