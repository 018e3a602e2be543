"""Analysis of one clip: one pass over its frames, then arithmetic.

The pass (`hipcv.clip_reader`) tracks the outline of both shanks in every frame. Only where that
failed is the clip read again: for the patient among several people, with a better model where the
light one found nobody, or at key frames by masks where these contradict the track.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from hipcv.clip_reader import LOOK_MODEL, ClipEvidence, ClipReader, Sightings
from hipcv.core.assessment import Provenance, Trial, assess_sides
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.interfaces import FrameSource, ProgressCallback
from hipcv.core.issues import LEFT_UNREAD, Issue
from hipcv.core.landmarks import Side
from hipcv.core.limits import ClipLimits
from hipcv.core.measure import Motion, disputed_reps, measure
from hipcv.core.options import AnalysisOptions
from hipcv.core.person_selection import distinct
from hipcv.core.phases import Phases, find_leg_phases, key_frames
from hipcv.core.pose import PoseTrack
from hipcv.core.quality import (
    blame_damage,
    clip_issues,
    externally_rotated,
    is_measurable,
    side_issues,
    tested_sides,
    untested_issues,
)
from hipcv.core.trace import TraceCallback
from hipcv.estimation import models
from hipcv.estimation.estimators import open_detector, open_tracker
from hipcv.estimation.people_count import MAX_PEOPLE
from hipcv.estimation.refinement import refine
from hipcv.files import FileState
from hipcv.language import N_
from hipcv.version import __version__
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import MANY_BYTES, prefetch

METHOD: Final = 7
"""Version of the method; raised only when numbers can change, so that old results are known."""

SEARCH_CODES: Final = {"no_person", "low_visibility"}
"""Refusals after which the landmarks are estimated again by the model of the masks."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """Result of one clip with the tracks it was computed from."""

    trial: Trial
    motions: Mapping[Side, Motion]
    track: PoseTrack
    closeups: Mapping[Side, Closeup]
    phases: Mapping[Side, Phases]  # of both legs
    options: AnalysisOptions
    file_state: FileState | None = None  # of the clip as it was read


def analyze(
    path: Path,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback | None = None,
    trace: TraceCallback | None = None,
) -> Analysis:
    """Measure one clip.

    `progress` is called with each step and the share of it that is done, `trace` with every step of
    the measurement; the numbers do not depend on it.

    Raises:
        UnreadableVideo: no picture can be decoded from the file, or it changed meanwhile.
        ModelMissing: a pose model is absent or altered.
    """
    options = options or AnalysisOptions()
    source = open_source(path, options)
    reading = read_clip(source, options, progress, trace)
    return conclude(source, reading, options, progress, trace=trace)


def open_source(path: Path, options: AnalysisOptions) -> VideoFile:
    """Return a clip as a source of frames, as its options say."""
    return VideoFile(
        path, mirrored=options.mirrored, start_s=options.start_s, limits=options.limits
    )


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Evidence of a clip, and the time it took to read it."""

    evidence: ClipEvidence
    duration_s: float


def conclude(
    source: VideoFile,
    reading: Reading,
    options: AnalysisOptions,
    progress: ProgressCallback | None = None,
    *,
    trace: TraceCallback | None = None,
) -> Analysis:
    """Measure a clip that was read to its end; the source may be read again.

    The options may name another side and person than those the clip was read with, and nothing
    else.
    """
    began_s = time.perf_counter()
    evidence = reading.evidence
    protocol, track = options.protocol, evidence.track
    issues = (*clip_issues(source.clip, track, protocol), *_left_unread(source, options.limits))
    legs = find_leg_phases(track, protocol)
    sides: tuple[Side, ...] = ()
    if not _refused(issues):
        sides = (options.side,) if options.side else tested_sides(legs)
        untested = () if sides else untested_issues(track, legs, protocol)
        sides = sides or externally_rotated(untested)
        issues += tuple(issue for issue in untested if issue.side not in sides)
    issues = blame_damage(issues, source.clip)
    measurable = [s for s in sides if is_measurable(side_issues(track, legs, s, protocol))]
    closeups = {side: evidence.closeup(legs[side], side) for side in measurable}
    track, legs, closeups = _settle_disputes(
        source, track, legs, closeups, options=options, trace=trace
    )
    motions = {
        side: measure(track, closeups.get(side), side, protocol, phases=legs) for side in sides
    }
    measured_s = time.perf_counter() - began_s
    trial = Trial(
        clip=source.clip,
        sides=assess_sides(
            motions, options.person, external_asked=options.external, clip=source.clip
        ),
        issues=issues,
        protocol=protocol,
        provenance=_provenance(source.path, options, closeups),
        timing={
            "first_look_s": reading.duration_s,
            "closer_look_s": measured_s,
            "total_s": reading.duration_s + measured_s,
        },
        person=options.person,
        external_asked=options.external,
        face_blurred=options.blur_face,
    )
    if progress:
        progress("measured", 1.0)
    return Analysis(trial, motions, track, closeups, legs, options, source.state)


def read_clip(
    source: VideoFile,
    options: AnalysisOptions,
    progress: ProgressCallback | None = None,
    trace: TraceCallback | None = None,
    *,
    reader: ClipReader | None = None,
) -> Reading:
    """Read the clip once, or once more where several people or nobody was found.

    The evidence does not depend on the side that the options name. `reader`, from `open_reader`,
    has its models loaded already.
    """
    began_s = time.perf_counter()
    progress = progress or (lambda _step, _share: None)
    reader = reader or open_reader(options, trace=trace)
    evidence = _evidence(source, options, progress, reader=reader, trace=trace)
    return Reading(evidence, time.perf_counter() - began_s)


def _evidence(
    source: VideoFile,
    options: AnalysisOptions,
    progress: ProgressCallback,
    *,
    reader: ClipReader,
    trace: TraceCallback | None,
) -> ClipEvidence:
    limits, protocol = options.limits, options.protocol
    evidence = _read(source, reader, progress, limits)
    if source.use_main_size():
        evidence = _read(source, open_reader(options, trace=trace), progress, limits)
    if evidence.crowded_share >= protocol.several_people_share:
        patient = _track_among_several(source, options, progress)
        reader = open_reader(options, patient=patient, trace=trace)
        return _read(source, reader, progress, limits)
    codes = {issue.code for issue in clip_issues(source.clip, evidence.track, protocol)}
    if codes & SEARCH_CODES and options.model != LOOK_MODEL:
        reader = open_reader(options, look_model=options.model, trace=trace)
        return _read(source, reader, progress, limits)
    return evidence


def open_reader(
    options: AnalysisOptions,
    *,
    look_model: str = LOOK_MODEL,
    patient: PoseTrack | None = None,
    trace: TraceCallback | None = None,
) -> ClipReader:
    """Load the models and return a reader of one clip; leave its context to close them."""
    return ClipReader(
        options.protocol,
        look_model=look_model,
        mask_model=options.model,
        patient=patient,
        trace=trace,
    )


def _read(
    source: VideoFile, reader: ClipReader, progress: ProgressCallback, limits: ClipLimits
) -> ClipEvidence:
    """Read a clip, and close the reader.

    The clip ends, for later readings as well, where nobody was in it for `nobody_max_s`: what was
    decoded ahead by then is dropped.
    """
    with reader, closing(prefetch(source)) as frames:
        for frame in frames:
            if frame.time_s > source.end_s:
                continue
            reader.add(frame)
            if reader.is_without_person_for(limits.nobody_max_s):
                source.end_s = frame.time_s
            progress(N_("following the patient"), source.share_read)
        return reader.finish()


def _track_among_several(
    source: VideoFile, options: AnalysisOptions, progress: ProgressCallback
) -> PoseTrack:
    """Return the track of the patient, chosen among everyone that is detected in any frame."""
    run = Sightings()
    with open_tracker(LOOK_MODEL, people=MAX_PEOPLE) as several:
        for frame in prefetch(source):
            run.time_s.append(frame.time_s)
            poses = distinct(several.estimate(frame))
            run.add(len(run.time_s) - 1, frame, poses, people=len(poses))
            progress(N_("finding the patient"), source.share_read)
    return run.track(options.protocol)


def _settle_disputes(
    source: VideoFile,
    track: PoseTrack,
    legs: dict[Side, Phases],
    closeups: dict[Side, Closeup],
    *,
    options: AnalysisOptions,
    trace: TraceCallback | None,
) -> tuple[PoseTrack, dict[Side, Phases], dict[Side, Closeup]]:
    """Read by masks alone the repetitions in which they contradict the tracked outline."""
    protocol = options.protocol
    disputed = {
        side: reps
        for side, closeup in closeups.items()
        if (reps := disputed_reps(track, closeup, legs[side], protocol))
    }
    if not disputed:
        return track, legs, closeups
    shanks = dict(track.shanks)
    for side, reps in disputed.items():
        if side in shanks:
            spans = [
                (legs[side].internal[rep].first, legs[side].internal[rep].last) for rep in reps
            ]
            shanks[side] = shanks[side].reject(spans)
    track = replace(track, shanks=shanks)
    legs = find_leg_phases(track, protocol)
    plans = [key_frames(legs[side], side, protocol) for side in disputed]
    again = _closeups(source, track, plans, options.model, trace=trace)
    refined = {side: replace(c, motion=closeups[side].motion) for side, c in again.items()}
    return track, legs, closeups | refined


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
    source = open_source(path, options)
    return _closeups(source, track, plans, options.model)


def _left_unread(source: VideoFile, limits: ClipLimits) -> tuple[Issue, ...]:
    """Return the warning of a clip that was not read on, since nobody was in it for long."""
    if math.isinf(source.end_s):
        return ()
    return (Issue(LEFT_UNREAD, "warn", None, source.end_s, limits.nobody_max_s, "at"),)


def _refused(issues: Iterable[Issue]) -> bool:
    return any(issue.severity == "refuse" for issue in issues)


def _provenance(
    path: Path, options: AnalysisOptions, closeups: Mapping[Side, Closeup]
) -> Provenance:
    names = dict.fromkeys([LOOK_MODEL, options.model, *(c.model for c in closeups.values())])
    return Provenance(
        hipcv=__version__,
        models={name: models.find(name).sha256 for name in names},
        command=options.command(path.name),
        method=METHOD,
    )
