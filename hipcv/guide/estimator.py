"""Observation of a guided test's frames: pose, both shanks, light, and the number of people.

Before the recording the pose is estimated in every frame. From the count-down on the outlines of
both shanks are tracked in every frame, and the pose is estimated less often while they are.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.clip_reader import LOOK_MODEL
from hipcv.core.guide import Observation
from hipcv.core.interfaces import Frame, MaskEstimator, PoseEstimator
from hipcv.core.kinematics import shank_length_px
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.pose import Pose
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_tracker import ShankReading
from hipcv.core.view_model import Stage
from hipcv.estimation.estimators import open_detector, open_tracker
from hipcv.estimation.people_count import MAX_PEOPLE, PeopleCounter
from hipcv.estimation.shank_reader import FrameLandmarks, ShankReader, lies_on_leg

TEMPLATE_MODEL: Final = "full"
"""Pose model of the masks that the outlines are tracked from."""

LANDMARK_INTERVAL_S: Final = 2.7 / 30
"""Interval between two poses while both shanks are tracked."""

TRACKED_STAGES: Final = (Stage.COUNTDOWN, Stage.TURNING, Stage.CHANGEOVER)
RECORDED_STAGES: Final = (Stage.TURNING, Stage.CHANGEOVER)

Readings = Mapping[Side, ShankReading]
"""Shanks in one frame, without those that were lost."""


@contextmanager
def open_estimators(protocol: MeasurementProtocol) -> "Iterator[LiveEstimator]":
    """Yield an estimator with its pose models; close the models afterwards."""
    with (
        open_tracker(LOOK_MODEL) as pose,
        open_detector(LOOK_MODEL, people=MAX_PEOPLE, masks=False) as people,
        open_detector(TEMPLATE_MODEL) as masks,
        BackgroundWorker(max_pending=1) as templates,
        BackgroundWorker(max_pending=1) as looking,
    ):
        shanks = LiveShanks(masks, templates, protocol)
        yield LiveEstimator(pose, PeopleCounter(people), shanks, looking)


@dataclass(slots=True)
class LiveShanks:
    """Tracker of both shanks through the frames of a camera."""

    masks: MaskEstimator
    templates: BackgroundWorker  # makes the templates
    protocol: MeasurementProtocol
    _reader: ShankReader | None = None
    _row: int = 0
    _off_leg: set[Side] = field(default_factory=set)  # contradicted by the latest landmarks

    def track(self, frame: Frame, landmarks: FrameLandmarks) -> Readings:
        """Return the shanks that were tracked into the next frame."""
        if self._reader is None:
            self._reader = ShankReader(
                self.masks, self.protocol, model=TEMPLATE_MODEL, live=self.templates
            )
        self._row += 1
        self._reader.add(self._row, frame, landmarks)
        landmarks.has_passed = True
        found = {side: self._reader.reading(side, self._row) for side in Side}
        return {side: reading for side, reading in found.items() if reading is not None}

    def compare(self, readings: Readings, pose: Pose) -> None:
        """Find the shanks that the landmarks of the same frame contradict."""
        if np.isfinite(pose.xy_px).all():
            self._off_leg = {side for side, r in readings.items() if not _is_on_leg(r, pose, side)}

    def accepted(self, readings: Readings) -> Readings:
        """Return the shanks that the latest landmarks do not contradict."""
        return {side: r for side, r in readings.items() if side not in self._off_leg}

    def reset(self) -> None:
        """Forget the templates: the person may sit elsewhere."""
        self._reader = None
        self._off_leg.clear()


def _is_on_leg(reading: ShankReading, pose: Pose, side: Side) -> bool:
    tilt_deg = np.asarray(LEGS[side].internal_sign * reading.mean_deg)
    shank_px = float(shank_length_px(pose.xy_px, side))
    return bool(lies_on_leg(tilt_deg, reading.knee_px, pose.xy_px, side, shank_px=shank_px))


@dataclass(slots=True)
class _Look:
    """Landmarks of one frame that are being estimated, and the shanks tracked into it."""

    pose: Future[Pose]
    readings: Readings = field(default_factory=dict)


@dataclass(slots=True)
class LiveEstimator:
    """Estimates what the guide observes, fed frame by frame."""

    pose: PoseEstimator
    counter: PeopleCounter
    shanks: LiveShanks
    looking: BackgroundWorker  # estimates the landmarks
    people: int = -1  # by the last count; -1 = not counted
    _latest: Pose | None = None
    _look: _Look | None = None  # under way
    _is_sure: bool = False  # both shanks were tracked into the latest frame

    def estimate(self, frame: Frame, stage: Stage) -> Observation:
        """Return the observation of the next frame, at the stage that the session is in.

        While both shanks are tracked no frame waits for landmarks: the latest pose is repeated.
        """
        landmarks = FrameLandmarks(frame, partial(self._begin_look, frame))
        if self._is_due(frame.time_s):
            landmarks.sample()
        readings: Readings = {}
        if stage in TRACKED_STAGES:
            readings = self.shanks.track(frame, landmarks)
        else:
            self.shanks.reset()
        if landmarks.is_sampled and self._look:
            self._look.readings = readings
        if stage not in RECORDED_STAGES and self.counter.should_count(frame.time_s):
            self.people = self.counter.count(frame)
        return Observation(
            pose=self._pose_at(frame.time_s, wait=len(readings) < len(Side)),
            size_px=(frame.bgr.shape[1], frame.bgr.shape[0]),
            luminance=frame.luminance,
            people=self.people,
            shanks=self._accepted(readings),
        )

    def _is_due(self, time_s: float) -> bool:
        latest = self._latest
        if latest is None or not (self._is_sure and np.isfinite(latest.xy_px).all()):
            return True
        return self._look is None and time_s - latest.time_s >= LANDMARK_INTERVAL_S

    def _begin_look(self, frame: Frame) -> Future[Pose]:
        future = self.looking.submit(partial(self._estimate_pose, frame))
        self._look = _Look(future)
        return future

    def _estimate_pose(self, frame: Frame) -> Pose:
        poses = self.pose.estimate(frame)
        return poses[0] if poses else Pose.unseen(frame.time_s)

    def _pose_at(self, time_s: float, *, wait: bool) -> Pose:
        """Return the latest pose; wait for the one under way if asked to, or if it is the first."""
        look = self._look
        if look and (wait or not self._is_sure or look.pose.done()):
            self._latest, self._look = look.pose.result(), None
            self.shanks.compare(look.readings, self._latest)
        assert self._latest is not None
        return replace(self._latest, time_s=time_s)

    def _accepted(self, readings: Readings) -> Readings:
        accepted = self.shanks.accepted(readings)
        self._is_sure = len(accepted) == len(Side)
        return accepted
