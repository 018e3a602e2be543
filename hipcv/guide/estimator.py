"""What a guided test reads from each frame: pose, both shanks, light, and the number of people.

Before the recording the pose is estimated in every frame. From the count-down on the outlines of
both shanks are tracked in every frame, and the pose is estimated less often while they are.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
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

LIVE_MODEL: Final = "lite"
"""Pose model fast enough for every frame of a webcam; `analyze` uses its own."""

TEMPLATE_MODEL: Final = "full"
"""Pose model of the masks that the outlines are tracked from."""

LANDMARK_INTERVAL_S: Final = 2.7 / 30
"""Interval between two poses while both shanks are tracked."""

TRACKED_STAGES: Final = (Stage.COUNTDOWN, Stage.TURNING, Stage.CHANGEOVER)
RECORDED_STAGES: Final = (Stage.TURNING, Stage.CHANGEOVER)


@contextmanager
def open_estimators(protocol: MeasurementProtocol) -> "Iterator[LiveEstimator]":
    """Yield an estimator with its pose models; close the models afterwards."""
    with (
        open_tracker(LIVE_MODEL) as pose,
        open_detector(LIVE_MODEL, people=MAX_PEOPLE, masks=False) as people,
        open_detector(TEMPLATE_MODEL) as masks,
        BackgroundWorker(max_pending=1) as background,
    ):
        yield LiveEstimator(pose, PeopleCounter(people), LiveShanks(masks, background, protocol))


@dataclass(slots=True)
class LiveShanks:
    """Tracker of both shanks through the frames of a camera."""

    masks: MaskEstimator
    background: BackgroundWorker  # makes the templates
    protocol: MeasurementProtocol
    is_sure: bool = False  # both shanks were tracked into the latest frame
    _reader: ShankReader | None = None
    _row: int = 0
    _off_leg: set[Side] = field(default_factory=set)  # contradicted by the latest landmarks

    def track(self, frame: Frame, landmarks: FrameLandmarks) -> dict[Side, ShankReading]:
        """Return the shanks that were tracked into the next frame and lie on the legs."""
        if self._reader is None:
            self._reader = ShankReader(
                self.masks, self.protocol, model=TEMPLATE_MODEL, live=self.background
            )
        self._row += 1
        self._reader.add(self._row, frame, landmarks)
        landmarks.has_passed = True
        found = {side: self._reader.reading(side, self._row) for side in Side}
        readings = {side: reading for side, reading in found.items() if reading is not None}
        if landmarks.is_person:
            pose = landmarks.get()
            self._off_leg = {side for side, r in readings.items() if not _is_on_leg(r, pose, side)}
        readings = {side: r for side, r in readings.items() if side not in self._off_leg}
        self.is_sure = len(readings) == len(Side)
        return readings

    def reset(self) -> None:
        """Forget the templates: the person may sit elsewhere."""
        self._reader, self.is_sure = None, False
        self._off_leg.clear()


def _is_on_leg(reading: ShankReading, pose: Pose, side: Side) -> bool:
    tilt_deg = np.asarray(LEGS[side].internal_sign * reading.mean_deg)
    shank_px = float(shank_length_px(pose.xy_px, side))
    return bool(lies_on_leg(tilt_deg, reading.knee_px, pose.xy_px, side, shank_px=shank_px))


@dataclass(slots=True)
class LiveEstimator:
    """Estimates what the guide observes, fed frame by frame."""

    pose: PoseEstimator
    counter: PeopleCounter
    shanks: LiveShanks
    people: int = -1  # by the last count; -1 = not counted
    _latest: Pose | None = None

    def estimate(self, frame: Frame, stage: Stage) -> Observation:
        """Return the observation of the next frame, at the stage that the session is in.

        Where no pose is estimated, the latest one is repeated.
        """
        landmarks = FrameLandmarks(frame, partial(self._look_at, frame))
        if self._is_due(frame.time_s):
            landmarks.sample()
        readings: dict[Side, ShankReading] = {}
        if stage in TRACKED_STAGES:
            readings = self.shanks.track(frame, landmarks)
        else:
            self.shanks.reset()
        if stage not in RECORDED_STAGES and self.counter.should_count(frame.time_s):
            self.people = self.counter.count(frame)
        return Observation(
            pose=self._pose_at(frame.time_s, landmarks),
            size_px=(frame.bgr.shape[1], frame.bgr.shape[0]),
            luminance=frame.luminance,
            people=self.people,
            shanks=readings,
        )

    def _is_due(self, time_s: float) -> bool:
        latest = self._latest
        if latest is None or not (self.shanks.is_sure and np.isfinite(latest.xy_px).all()):
            return True
        return time_s - latest.time_s >= LANDMARK_INTERVAL_S

    def _look_at(self, frame: Frame) -> Future[Pose]:
        poses = self.pose.estimate(frame)
        future: Future[Pose] = Future()
        future.set_result(poses[0] if poses else Pose.unseen(frame.time_s))
        return future

    def _pose_at(self, time_s: float, landmarks: FrameLandmarks) -> Pose:
        if landmarks.is_sampled or self._latest is None:
            self._latest = landmarks.get()
        return replace(self._latest, time_s=time_s)
