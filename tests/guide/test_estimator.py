"""Observation of a guided test's frames, on synthetic legs and in a sample clip."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hipcv.background import BackgroundWorker
from hipcv.core.interfaces import Frame
from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import ShankReading
from hipcv.core.view_model import Stage
from hipcv.guide import estimator
from hipcv.guide.estimator import LiveEstimator, LiveShanks, open_estimators
from hipcv.video.file import VideoFile
from tests.tracks import seated_xy
from tests.waiting import LIMIT_S

CLIP = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
KNEE_PX = {Side.LEFT: np.array([690.0, 392.0]), Side.RIGHT: np.array([590.0, 392.0])}
AT_ONCE = BackgroundWorker(max_pending=1, synchronous=True)
BLANK = np.zeros((720, 1280, 3), np.uint8)


class Poses:
    """Estimator that gives the seated stick patient, and counts its calls."""

    def __init__(self):
        self.calls = 0
        self.nobody = False
        self.delay = None  # an event that a call waits for

    def estimate(self, frame):
        self.calls += 1
        if self.delay is not None:
            self.delay.wait(LIMIT_S)
        pose = Pose(frame.time_s, seated_xy(), np.full(LANDMARK_COUNT, 0.99))
        return () if self.nobody else (pose,)


class Nobody:
    """Counter that is never due."""

    def should_count(self, _time_s):
        return False


class Reader:
    """Stands in for `ShankReader`: both shanks hang straight down, unless one is lost."""

    lost = ()
    turn_deg = 0.0

    def __init__(self, *_arguments, **_options):
        """Ignore the settings."""

    def add(self, _row, _frame, _landmarks):
        """Read nothing."""

    def reading(self, side, _row):
        if side in self.lost:
            return None
        return ShankReading(np.full(2, self.turn_deg), KNEE_PX[side], 0.3)


@pytest.fixture
def poses():
    return Poses()


@pytest.fixture
def reader(monkeypatch):
    class Own(Reader):
        """Reader whose state one test sets."""

    monkeypatch.setattr(estimator, "ShankReader", Own)
    return Own


@pytest.fixture
def live(poses, reader):
    return LiveEstimator(poses, Nobody(), LiveShanks(None, None, MeasurementProtocol()), AT_ONCE)


def observed(live, stage, frames=30):
    return [live.estimate(Frame(n, n / 30, BLANK), stage) for n in range(frames)]


def test_before_the_count_down_no_shank_is_tracked(live, poses):
    observations = observed(live, Stage.STILL)

    assert (any(o.shanks for o in observations), poses.calls) == (False, 30)


def test_landmarks_are_estimated_in_every_third_frame_while_both_shanks_are_tracked(live, poses):
    observed(live, Stage.TURNING)

    assert poses.calls == 10


def test_landmarks_are_estimated_in_every_frame_while_a_shank_is_lost(live, poses, reader):
    reader.lost = (Side.RIGHT,)
    observed(live, Stage.TURNING)

    assert poses.calls == 30


def test_every_observation_has_the_latest_pose_at_its_own_time(live):
    observations = observed(live, Stage.TURNING)

    assert [o.time_s for o in observations] == [n / 30 for n in range(30)]
    assert all(np.isfinite(o.pose.xy_px).all() for o in observations)


def test_a_shank_that_the_landmarks_contradict_is_left_out(live, reader):
    reader.turn_deg = 60.0

    assert not any(o.shanks for o in observed(live, Stage.TURNING))


def test_somebody_who_leaves_the_picture_is_missed_at_once(live, poses):
    observed(live, Stage.TURNING, frames=3)
    poses.nobody = True
    late = live.estimate(Frame(3, 0.1, BLANK), Stage.TURNING)

    assert not np.isfinite(late.pose.xy_px).any()


def test_no_frame_waits_for_landmarks_while_both_shanks_are_tracked(poses, reader):
    may_end = threading.Event()
    with BackgroundWorker(max_pending=1) as looking:
        shanks = LiveShanks(None, None, MeasurementProtocol())
        live = LiveEstimator(poses, Nobody(), shanks, looking)
        observed(live, Stage.TURNING, frames=2)
        poses.delay = may_end
        late = [live.estimate(Frame(n, n / 30, BLANK), Stage.TURNING) for n in range(2, 30)]
        may_end.set()

    assert len(late) == 28


class SlowMasks:
    """Mask estimator whose first call lasts until it is allowed to end."""

    def __init__(self):
        self.calls = 0
        self.may_end = threading.Event()

    def estimate_with_mask(self, frame, _near_px):
        self.calls += 1
        self.may_end.wait(LIMIT_S)
        return Pose.unseen(frame.time_s), None


def test_no_frame_waits_for_a_template(poses):
    masks = SlowMasks()
    with BackgroundWorker(max_pending=1) as background:
        shanks = LiveShanks(masks, background, MeasurementProtocol())
        live = LiveEstimator(poses, Nobody(), shanks, AT_ONCE)
        observed(live, Stage.COUNTDOWN, frames=40)
        calls = masks.calls
        masks.may_end.set()

    assert calls <= 1


@pytest.mark.model
def test_both_shanks_of_a_filmed_person_are_tracked_from_the_count_down_on():
    """The template is made in the background, while the first picture is repeated."""
    protocol = MeasurementProtocol()
    frames = list(VideoFile(CLIP))
    with open_estimators(protocol) as live:
        for n in range(300):
            waiting = live.estimate(replace(frames[0], time_s=n / 30), Stage.COUNTDOWN)
            if len(waiting.shanks) == len(Side):
                break
        begun_s = waiting.time_s + 1 / 30
        turns = [
            live.estimate(replace(f, time_s=begun_s + f.time_s), Stage.TURNING).shanks
            for f in frames
        ]

    assert np.mean([len(shanks) == len(Side) for shanks in turns]) > 0.95
