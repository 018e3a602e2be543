"""Analysis of one clip in two passes over its frames.

The first pass tracks the pose of the patient and finds the start, the repetitions and their
plateaus. The second pass refines the rotation at the key frames by registering the outline of the
shank, and follows regions of the picture in between.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.assessment import Provenance, Trial, assess
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.errors import ModelMissing
from hipcv.core.frame_sampling import FrameSampler
from hipcv.core.interfaces import Frame, FrameSource, PoseEstimator, ProgressCallback
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, measure
from hipcv.core.options import AnalysisOptions
from hipcv.core.person_selection import choose_patient, distinct
from hipcv.core.phases import Phases, find_leg_phases, key_frames
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import clip_issues, side_issues, tested_sides, untested_issues
from hipcv.core.trace import TraceCallback
from hipcv.estimation import models
from hipcv.estimation.estimators import open_detector, open_tracker
from hipcv.estimation.people_count import MAX_PEOPLE, PeopleCounter
from hipcv.estimation.refinement import refine
from hipcv.version import __version__
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import MANY_BYTES, prefetch

METHOD: Final = 3
"""Version of the method; raised only when numbers can change, so that old results are known."""

NOT_COUNTED: Final = -1
"""Number of people of a frame in which a person was detected and people were not counted."""

FALLBACK_MODEL: Final = "heavy"
"""Model that the second pass is repeated with where registration failed."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Result of one clip with the tracks it was computed from."""

    trial: Trial
    motions: Mapping[Side, Motion]
    track: PoseTrack
    closeups: Mapping[Side, Closeup]
    phases: Mapping[Side, Phases]  # of both legs
    options: AnalysisOptions


def analyze(
    path: Path,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback | None = None,
    trace: TraceCallback | None = None,
) -> Analysis:
    """Measure one clip.

    `progress` is called with each step and the share of it that is done, `trace` with every step of
    the second pass; the numbers do not depend on it.

    Raises:
        UnreadableVideo: no picture can be decoded from the file.
        ModelMissing: a pose model is absent or altered.
    """
    options, progress = options or AnalysisOptions(), progress or (lambda _step, _share: None)
    source = VideoFile(path, mirrored=options.mirrored, start_s=options.start_s)
    began_s = time.perf_counter()
    track = track_pose(source, options, progress)
    tracked_s = time.perf_counter()
    issues = clip_issues(source.clip, track, options.protocol)
    legs = find_leg_phases(track, options.protocol)
    sides: tuple[Side, ...] = ()
    if not _refused(issues):
        sides = (options.side,) if options.side else tested_sides(legs)
        issues += () if sides else untested_issues(track, legs, options.protocol)
    plans = [
        key_frames(legs[side], side, options.protocol)
        for side in sides
        if not _refused(side_issues(track, legs, side, options.protocol))
    ]
    closeups = _closeups_with_fallback(source, track, plans, options.model, trace=trace)
    motions = {
        side: measure(track, closeups.get(side), side, options.protocol, phases=legs)
        for side in sides
    }
    done_s = time.perf_counter()
    trial = Trial(
        clip=source.clip,
        sides={side: assess(motion) for side, motion in motions.items()},
        issues=issues,
        protocol=options.protocol,
        provenance=_provenance(path, options, closeups),
        timing={
            "first_look_s": tracked_s - began_s,
            "closer_look_s": done_s - tracked_s,
            "total_s": done_s - began_s,
        },
    )
    progress("measured", 1.0)
    return Analysis(trial, motions, track, closeups, legs, options)


def track_pose(
    source: VideoFile, options: AnalysisOptions, progress: ProgressCallback
) -> PoseTrack:
    """Return the patient's pose in every frame of the clip.

    One person is tracked first. Where further people are in view, a second run detects up to
    `MAX_PEOPLE` in every frame, and the patient is chosen among them.
    """
    crowd_detector = open_detector(options.model, people=MAX_PEOPLE, masks=False)
    with open_tracker(options.model) as single, crowd_detector as crowd:
        run = _first_pass(source, single, PeopleCounter(crowd), progress)
    if run.crowded_share < options.protocol.several_people_share:
        return run.track(options.protocol)
    with open_tracker(options.model, people=MAX_PEOPLE) as several:
        return _first_pass(source, several, None, progress).track(options.protocol)


@dataclass(slots=True, eq=False)
class _FirstPass:
    """Everyone detected in every sampled frame, collected in time order."""

    time_s: list[float] = field(default_factory=list)  # of every frame
    rows: list[int] = field(default_factory=list)  # which of them were sampled
    sightings: list[tuple[Pose, ...]] = field(default_factory=list)
    luminance: list[float] = field(default_factory=list)
    people: list[int] = field(default_factory=list)  # or NOT_COUNTED
    size_px: tuple[int, int] = (0, 0)

    @property
    def crowded_share(self) -> float:
        """Share of the counted frames that show more than one person."""
        counts = [count for count in self.people if count >= 0]
        return sum(count > 1 for count in counts) / max(len(counts), 1)

    def add(self, frame: Frame, poses: tuple[Pose, ...], people: int) -> None:
        """Record a sampled frame; its time is the last of `time_s`."""
        self.rows.append(len(self.time_s) - 1)
        self.sightings.append(poses)
        self.people.append(people)
        self.luminance.append(frame.luminance)
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])

    def count(self, index: int, frame: Frame, counter: PeopleCounter) -> None:
        """Count the people of a frame that was added before, as the sample of this index."""
        self.people[index] = counter.count(frame)

    def track(self, protocol: MeasurementProtocol) -> PoseTrack:
        """Return the patient alone, interpolated to every frame."""
        time_s, rows = np.array(self.time_s), np.array(self.rows, dtype=np.int64)
        sampled = PoseTrack.from_poses(
            choose_patient(self.sightings, time_s[rows], protocol),
            size_px=self.size_px,
            people=np.array(self.people, dtype=np.int64),
            luminance=np.array(self.luminance),
        )
        return sampled.interpolated(time_s, rows)


def _first_pass(
    source: VideoFile,
    estimator: PoseEstimator,
    counter: PeopleCounter | None,
    progress: ProgressCallback,
) -> _FirstPass:
    """Run an estimator over the clip.

    With a counter, people are counted at its intervals, in the background; without one, the
    estimator's own poses are counted in every frame.
    """
    run, sampler = _FirstPass(), FrameSampler()
    with BackgroundWorker(max_pending=1) as background:
        for frame in prefetch(source):
            run.time_s.append(frame.time_s)
            if not sampler.should_sample(frame.time_s):
                continue
            poses = distinct(estimator.estimate(frame))
            sampler.record_sample(frame.time_s, poses)
            run.add(frame, poses, people=NOT_COUNTED if poses and counter else len(poses))
            if counter and counter.should_count(frame.time_s):
                background.submit(partial(run.count, len(run.people) - 1, frame, counter))
            progress("following the patient", source.share_read)
    return run


def _closeups_with_fallback(
    source: FrameSource,
    track: PoseTrack,
    plans: Sequence[KeyFrames],
    model: str,
    *,
    trace: TraceCallback | None,
) -> dict[Side, Closeup]:
    """Return a closeup for each plan; by the fallback model where only that one registers."""
    closeups = _closeups(source, track, plans, model, trace=trace)
    failed = [plan for plan in plans if not _is_registered(closeups[plan.side])]
    if not failed or model == FALLBACK_MODEL:
        return closeups
    try:
        repeated = _closeups(source, track, failed, FALLBACK_MODEL, trace=trace)
    except ModelMissing:
        return closeups  # the fallback is not shipped with the package; landmarks stand in
    return closeups | {side: c for side, c in repeated.items() if _is_registered(c)}


def _closeups(
    source: FrameSource,
    track: PoseTrack,
    plans: Sequence[KeyFrames],
    model: str,
    *,
    trace: TraceCallback | None = None,
) -> dict[Side, Closeup]:
    if not plans:
        return {}
    with (
        open_detector(model) as estimator,
        closing(prefetch(source, MANY_BYTES)) as frames,
    ):
        return refine(frames, plans, estimator, track, model=model, trace=trace)


def refine_plateaus(
    path: Path, track: PoseTrack, plans: Sequence[KeyFrames], options: AnalysisOptions
) -> dict[Side, Closeup]:
    """Run the second pass alone at other key frames of an analyzed clip; one plan for each side."""
    source = VideoFile(path, mirrored=options.mirrored, start_s=options.start_s)
    return _closeups(source, track, plans, options.model)


def _is_registered(closeup: Closeup) -> bool:
    """Return True if every repetition has a registered plateau."""
    reps = {int(window) for window in closeup.window if window >= 0}
    return all(np.isfinite(closeup.rotation_deg[closeup.window == rep]).any() for rep in reps)


def _refused(issues: Iterable[Issue]) -> bool:
    return any(issue.severity == "refuse" for issue in issues)


def _provenance(
    path: Path, options: AnalysisOptions, closeups: Mapping[Side, Closeup]
) -> Provenance:
    names = dict.fromkeys([options.model, *(closeup.model for closeup in closeups.values())])
    return Provenance(
        hipcv=__version__,
        models={name: models.find(name).sha256 for name in names},
        command=options.command(path.name),
        method=METHOD,
    )
