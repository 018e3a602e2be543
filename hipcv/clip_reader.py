"""Single pass over the frames of a clip: landmarks, both shanks, regions.

The same pass serves a file and a recording under way. Landmarks are estimated in some frames only:
they tell where the patient is and how the trunk moves; the angle comes from the tracked outline.
"""

from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Self

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.arrays import Floats
from hipcv.core.closeup import UNUSED, Closeup
from hipcv.core.frame_sampling import FrameSampler
from hipcv.core.interfaces import Frame, Mask, PoseEstimator
from hipcv.core.landmarks import Side
from hipcv.core.person_selection import choose_patient, distinct
from hipcv.core.phases import Phases
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.trace import RegionsFollowed, TraceCallback
from hipcv.estimation.estimators import open_detector, open_tracker
from hipcv.estimation.flow import (
    MOVING_STEP_S,
    RESTING_STEP_S,
    FrameThinner,
    Gray,
    RegionFlow,
    gray_to_follow,
)
from hipcv.estimation.people_count import MAX_PEOPLE, PeopleCounter
from hipcv.estimation.shank_reader import FrameLandmarks, ShankReader

LOOK_MODEL: Final = "lite"
"""Pose model of the landmarks, offline and live: they locate the leg, and are not the angle."""

NOT_COUNTED: Final = -1
"""Number of people of a frame in which a person was detected and people were not counted."""

MAX_PENDING: Final = 24
"""Flow steps, small grey pictures, that may wait while a template is made."""

MAX_LOOKS: Final = 2
"""Frames whose landmarks may be estimated while the next ones are tracked."""


@dataclass(slots=True, eq=False)
class Sightings:
    """Everyone detected in every sampled frame, collected in time order."""

    time_s: list[float] = field(default_factory=list)  # of every frame
    rows: list[int] = field(default_factory=list)  # which of them were sampled
    poses: list[tuple[Pose, ...]] = field(default_factory=list)
    luminance: list[float] = field(default_factory=list)
    people: list[int] = field(default_factory=list)  # or NOT_COUNTED
    size_px: tuple[int, int] = (0, 0)

    @property
    def crowded_share(self) -> float:
        """Share of the counted frames that show more than one person."""
        counts = [count for count in self.people if count >= 0]
        return sum(count > 1 for count in counts) / max(len(counts), 1)

    def add(self, row: int, frame: Frame, poses: tuple[Pose, ...], people: int) -> None:
        """Record a sampled frame, whose index in `time_s` is `row`."""
        self.rows.append(row)
        self.poses.append(poses)
        self.people.append(people)
        self.luminance.append(frame.luminance)
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])

    def track(self, protocol: MeasurementProtocol) -> PoseTrack:
        """Return the patient alone, interpolated to every frame."""
        time_s, rows = np.array(self.time_s), np.array(self.rows, dtype=np.int64)
        sampled = PoseTrack.from_poses(
            choose_patient(self.poses, time_s[rows], protocol),
            size_px=self.size_px,
            people=np.array(self.people, dtype=np.int64),
            luminance=np.array(self.luminance),
        )
        return sampled.interpolated(time_s, rows)


@dataclass(frozen=True, slots=True, eq=False)
class ClipEvidence:
    """Everything that one pass over a clip leaves; no picture."""

    track: PoseTrack
    crowded_share: float
    _reader: ShankReader
    _flow: RegionFlow | None

    def closeup(self, phases: Phases, side: Side) -> Closeup:
        """Return one leg's outlines by masks, each with the window of its repetition."""
        motion = self._flow.motion(side) if self._flow else None
        return self._reader.outlines(side).closeup(partial(_window_at, phases), motion)


def _window_at(phases: Phases, time_s: float) -> int:
    times = phases.curve.time_s
    for number, rep in enumerate(phases.internal):
        if times[rep.first] <= time_s <= times[rep.last]:
            return number
    return UNUSED


class ClipReader:
    """Reader of one clip's frames, fed in time order; a context manager."""

    def __init__(
        self,
        protocol: MeasurementProtocol,
        *,
        look_model: str,
        mask_model: str,
        patient: PoseTrack | None = None,
        trace: TraceCallback | None = None,
    ) -> None:
        """Set up the reader.

        Args:
            protocol: the limits.
            look_model: pose model of the landmarks.
            mask_model: pose model of the masks.
            patient: track of the patient by an earlier pass, where several people are in view;
                None: one person is tracked.
            trace: called with every step.
        """
        self.sightings = Sightings()
        self._protocol = protocol
        self._patient = patient
        self._trace = trace
        self._mask_model = mask_model
        self._resources = ExitStack()
        enter = self._resources.enter_context
        self._look: PoseEstimator = enter(open_tracker(look_model))
        masks = enter(open_detector(mask_model, people=MAX_PEOPLE))
        self._counter = PeopleCounter(masks) if patient is None else None
        self._looking = enter(
            BackgroundWorker(max_pending=MAX_LOOKS, synchronous=trace is not None)
        )
        self._background = enter(
            BackgroundWorker(max_pending=MAX_PENDING, synchronous=trace is not None)
        )
        self._looking.submit(self._look.load)
        self._background.submit(masks.load)
        self._shanks = ShankReader(
            masks, protocol, model=mask_model, on_start=self._begin_flow, trace=trace
        )
        self._sampler = FrameSampler()
        self._was_present = False  # a person in the latest sampled frame
        self._person_s = 0.0  # latest time at which two sampled frames in a row showed a person
        self._thinner: FrameThinner | None = None
        self._flow: RegionFlow | None = None  # used by the background thread alone

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._resources.__exit__(*exception)  # type: ignore[arg-type]  # as it was received

    def add(self, frame: Frame) -> None:
        """Read the next frame."""
        run, row = self.sightings, len(self.sightings.time_s)
        run.time_s.append(frame.time_s)
        if frame.corrupt:
            self._skip(row, frame)
            return
        landmarks = FrameLandmarks(frame, partial(self._look_at, row, frame))
        if self._sampler.should_sample(frame.time_s):
            landmarks.sample()
        self._shanks.add(row, frame, landmarks)
        landmarks.has_passed = True
        if landmarks.is_sampled:
            self._sampler.record_sample(
                frame.time_s, waiting=self._shanks.is_waiting, moving=self._shanks.is_moving
            )
        self._follow(frame)

    def _skip(self, row: int, frame: Frame) -> None:
        """Record a damaged frame, as one without a person."""
        if self._patient is None:
            self._looking.submit(partial(self.sightings.add, row, frame, (), people=0))

    def _look_at(self, row: int, frame: Frame) -> Future[Pose]:
        return self._looking.submit(partial(self._estimate, row, frame))

    def is_without_person_for(self, longest_s: float) -> bool:
        """Return True if no person was in view for over `longest_s`, up to the latest frame.

        One sampled frame alone shows no person: objects are detected now and then.
        """
        now_s = self.sightings.time_s[-1]
        if self._patient is not None or now_s - self._person_s <= longest_s:
            return False
        self._looking.wait()
        return now_s - self._person_s > longest_s

    def finish(self) -> ClipEvidence:
        """Return what was read."""
        self._shanks.finish()
        self._looking.wait()
        self._background.wait()
        track = self._patient or self.sightings.track(self._protocol)
        track = replace(track, shanks=self._shanks.shanks(track))
        return ClipEvidence(track, self.sightings.crowded_share, self._shanks, self._flow)

    def _estimate(self, row: int, frame: Frame) -> Pose:
        """Return the person's pose in a frame, and record everyone; frames come in order."""
        if self._patient is not None:
            return Pose(frame.time_s, self._patient.xy_px[row], self._patient.visibility[row])
        run, counter = self.sightings, self._counter
        poses = distinct(self._look.estimate(frame))
        due = counter is not None and counter.should_count(frame.time_s)
        people = counter.count(frame) if counter and due else NOT_COUNTED
        run.add(row, frame, poses, people=people if poses else 0)
        self._record_presence(frame.time_s, present=bool(poses))
        return poses[0] if poses else Pose.unseen(frame.time_s)

    def _record_presence(self, time_s: float, *, present: bool) -> None:
        if present and self._was_present:
            self._person_s = time_s
        self._was_present = present

    # --- regions

    def _begin_flow(self, frame: Frame, mask: Mask, start_px: Floats) -> None:
        """Follow the regions from a frame of the still start."""
        if not np.isfinite(start_px).all():
            return
        self._thinner = FrameThinner(frame.time_s)
        self._background.submit(partial(self._start_regions, frame, mask, start_px))

    def _start_regions(self, frame: Frame, mask: Mask, start_px: Floats) -> None:
        self._flow = RegionFlow(frame, mask, start_px)
        self._trace_flow(frame)

    def _follow(self, frame: Frame) -> None:
        if self._thinner is None:
            return
        step_s = MOVING_STEP_S if self._shanks.is_moving else RESTING_STEP_S
        if self._thinner.should_track(frame.time_s, step_s):
            gray = gray_to_follow(frame.bgr)
            traced = frame if self._trace else None
            self._background.submit(partial(self._push, gray, frame.time_s, traced))

    def _push(self, gray: Gray, time_s: float, frame: Frame | None) -> None:
        """Follow one step; the frame is referenced only if it is traced, to free its memory."""
        assert self._flow is not None
        self._flow.push(gray, time_s)
        self._trace_flow(frame)

    def _trace_flow(self, frame: Frame | None) -> None:
        if self._trace and frame and self._flow:
            arrows_px = self._flow.arrows_px
            for side in Side:
                regions = self._flow.arrow_regions(side)
                self._trace(RegionsFollowed(self._mask_model, side, frame, arrows_px, regions))
