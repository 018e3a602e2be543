"""The one loop: pictures through the estimator to the core, twice.

The first look follows the patient through the clip and finds start, repetitions and plateaus; the
closer look goes back to the frames where the number is decided.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

import hipcv
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
from hipcv.core.quality import clip_issues, nothing_tested, side_issues, tested_sides
from hipcv.core.trace import TraceCallback
from hipcv.estimation import models
from hipcv.estimation.blazepose import BlazePose, StillPose
from hipcv.estimation.people_count import MAX_PEOPLE, PeopleCounter
from hipcv.estimation.refinement import refine
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import MANY_BYTES, prefetch

METHOD: Final = 3
"""Raised only when numbers can change, so that stored results are not taken for new ones."""

NOT_COUNTED: Final = -1
"""Stands for the people of a frame that shows somebody and was not counted."""

FALLBACK_MODEL: Final = "heavy"
"""The model of the second closer look, where registration failed in the first."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """The result of one clip with the evidence it rests on."""

    trial: Trial
    motions: Mapping[Side, Motion]
    track: PoseTrack
    closeups: Mapping[Side, Closeup]
    phases: Mapping[Side, Phases]  # of both legs
    options: AnalysisOptions


def analyze(
    path: Path,
    options: AnalysisOptions | None = None,
    watch: ProgressCallback | None = None,
    evidence: TraceCallback | None = None,
) -> Analysis:
    """Measure one clip.

    Args:
        path: the clip.
        options: what is asked of it.
        watch: told what is being done.
        evidence: shown every step of the closer look; the numbers do not depend on it.

    Raises:
        UnreadableVideo: no picture can be had from the file.
        ModelMissing: a pose model is absent or altered.
    """
    options, watch = options or AnalysisOptions(), watch or _unwatched
    source = VideoFile(path, mirrored=options.mirrored, start_s=options.start_s)
    began = time.perf_counter()
    track = track_pose(source, options, watch)
    seen = time.perf_counter()
    issues = clip_issues(source.clip, track, options.protocol)
    legs = find_leg_phases(track, options.protocol)
    sides: tuple[Side, ...] = ()
    if not _refused(issues):
        sides = (options.side,) if options.side else tested_sides(legs)
        issues += () if sides else nothing_tested(track, legs, options.protocol)
    close = _measurable(track, legs, sides, options.protocol)
    closeups = _closer(source, track, close, options, evidence=evidence)
    motions = {
        side: measure(track, closeups.get(side), side, options.protocol, phases=legs)
        for side in sides
    }
    done = time.perf_counter()
    trial = Trial(
        clip=source.clip,
        sides={side: assess(motion) for side, motion in motions.items()},
        issues=issues,
        protocol=options.protocol,
        provenance=_provenance(path, options, closeups),
        timing={
            "first_look_s": seen - began,
            "closer_look_s": done - seen,
            "total_s": done - began,
        },
    )
    watch("measured", 1.0)
    return Analysis(trial, motions, track, closeups, legs, options)


def track_pose(source: VideoFile, options: AnalysisOptions, watch: ProgressCallback) -> PoseTrack:
    """The patient through the whole clip; others in view cost a run that tells them apart."""
    model = models.find(options.model).path
    with BlazePose(model) as one, StillPose(model, people=MAX_PEOPLE, masks=False) as crowd:
        look = _first_pass(source, one, PeopleCounter(crowd), watch)
    if look.crowded_share < options.protocol.several_people_share:
        return look.track(options.protocol)
    with BlazePose(model, people=MAX_PEOPLE) as several:
        return _first_pass(source, several, None, watch).track(options.protocol)


@dataclass(slots=True, eq=False)
class _FirstPass:
    """Everyone seen in every frame that was looked at, as it is gathered."""

    time_s: list[float] = field(default_factory=list)  # of every frame
    rows: list[int] = field(default_factory=list)  # which of them were looked at
    sightings: list[tuple[Pose, ...]] = field(default_factory=list)
    luminance: list[float] = field(default_factory=list)
    people: list[int] = field(default_factory=list)  # or NOT_COUNTED
    size_px: tuple[int, int] = (0, 0)

    @property
    def crowded_share(self) -> float:
        """Share of the counted frames that show more than one person."""
        counted = [count for count in self.people if count >= 0]
        return sum(count > 1 for count in counted) / max(len(counted), 1)

    def add(self, frame: Frame, seen: tuple[Pose, ...], people: int) -> None:
        """Take note of a frame that was looked at; the latest of `time_s`."""
        self.rows.append(len(self.time_s) - 1)
        self.sightings.append(seen)
        self.people.append(people)
        self.luminance.append(frame.luminance)
        self.size_px = (frame.bgr.shape[1], frame.bgr.shape[0])

    def count(self, place: int, frame: Frame, heads: PeopleCounter) -> None:
        """Put a head count where it belongs."""
        self.people[place] = heads.count(frame)

    def track(self, protocol: MeasurementProtocol) -> PoseTrack:
        """The patient alone, in every frame."""
        time_s, rows = np.array(self.time_s), np.array(self.rows, dtype=np.int64)
        looked = PoseTrack.from_poses(
            choose_patient(self.sightings, time_s[rows], protocol),
            size_px=self.size_px,
            people=np.array(self.people, dtype=np.int64),
            luminance=np.array(self.luminance),
        )
        return looked.carried(time_s, rows)


def _first_pass(
    source: VideoFile,
    estimator: PoseEstimator,
    heads: PeopleCounter | None,
    watch: ProgressCallback,
) -> _FirstPass:
    """Run an estimator over the clip; count people now and then, or in every frame if None."""
    look, sampler = _FirstPass(), FrameSampler()
    with BackgroundWorker(max_pending=1) as background:
        for frame in prefetch(source):
            look.time_s.append(frame.time_s)
            if not sampler.should_sample(frame.time_s):
                continue
            seen = distinct(estimator.estimate(frame))
            sampler.record_sample(frame.time_s, seen)
            look.add(frame, seen, people=NOT_COUNTED if seen and heads else len(seen))
            if heads and heads.should_count(frame.time_s):
                background.submit(partial(look.count, len(look.people) - 1, frame, heads))
            watch("following the patient", source.share_read)
    return look


def _measurable(
    track: PoseTrack,
    legs: Mapping[Side, Phases],
    sides: Sequence[Side],
    protocol: MeasurementProtocol,
) -> dict[Side, Phases]:
    """The sides that are worth a closer look."""
    return {
        side: legs[side] for side in sides if not _refused(side_issues(track, legs, side, protocol))
    }


def _closer(
    source: VideoFile,
    track: PoseTrack,
    legs: Mapping[Side, Phases],
    options: AnalysisOptions,
    *,
    evidence: TraceCallback | None,
) -> dict[Side, Closeup]:
    """Closeups of every measurable side; the larger model where registration failed."""
    if not legs:
        return {}
    plans = [key_frames(phases, side, options.protocol) for side, phases in legs.items()]
    closeups = _closeups(source, track, plans, options.model, evidence=evidence)
    failed = [plan for plan in plans if not _registered(closeups[plan.side])]
    if not failed or options.model == FALLBACK_MODEL:
        return closeups
    try:
        again = _closeups(source, track, failed, FALLBACK_MODEL, evidence=evidence)
    except ModelMissing:
        return closeups  # the fallback is not shipped with the package; landmarks stand in
    return closeups | {side: c for side, c in again.items() if _registered(c)}


def _closeups(
    source: FrameSource,
    track: PoseTrack,
    plans: Sequence[KeyFrames],
    model: str,
    *,
    evidence: TraceCallback | None,
) -> dict[Side, Closeup]:
    with (
        StillPose(models.find(model).path) as estimator,
        closing(prefetch(source, MANY_BYTES)) as frames,
    ):
        return refine(frames, plans, estimator, track, model=model, watch=evidence)


def refine_plateaus(
    path: Path, track: PoseTrack, plans: Sequence[KeyFrames], options: AnalysisOptions
) -> dict[Side, Closeup]:
    """The closer look alone, at other frames of a clip that was analysed.

    Args:
        path: the clip.
        track: what the first look saw of it.
        plans: which frames, one plan a side.
        options: what was asked of it: mirrored, start and model count.

    Raises:
        UnreadableVideo, ModelMissing: as `analyze` does.
    """
    source = VideoFile(path, mirrored=options.mirrored, start_s=options.start_s)
    return _closeups(source, track, plans, options.model, evidence=None)


def _registered(closeup: Closeup) -> bool:
    """Whether every repetition has a registered plateau."""
    reps = {int(window) for window in closeup.window if window >= 0}
    return all(np.isfinite(closeup.rotation_deg[closeup.window == rep]).any() for rep in reps)


def _refused(issues: Iterable[Issue]) -> bool:
    return any(issue.severity == "refuse" for issue in issues)


def _provenance(
    path: Path, options: AnalysisOptions, closeups: Mapping[Side, Closeup]
) -> Provenance:
    used = dict.fromkeys([options.model, *(closeup.model for closeup in closeups.values())])
    return Provenance(
        hipcv=hipcv.__version__,
        models={name: models.find(name).sha256 for name in used},
        command=options.command(path.name),
        method=METHOD,
    )


def _unwatched(_doing: str, _share: float) -> None:
    return None
