"""Functions of the Python interface, from a clip or a stored result to numbers and tables.

    import hipcv

    analysis = hipcv.analyze("clip.mp4")
    result = analysis.trial.sides[hipcv.Side.LEFT].result_deg

The same in steps: `open_video`, `track`, `measure`, `assess`. Angles are degrees, internal rotation
positive, counted from the start position; a number that could not be measured is None.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hipcv import pipeline
from hipcv.clip_reader import ClipEvidence
from hipcv.core.assessment import Assessment
from hipcv.core.assessment import assess as assess_motion
from hipcv.core.correction import CorrectionJson
from hipcv.core.errors import BadRequest
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.core.measure import measure as measure_track
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.phases import find_leg_phases
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.trace import TraceCallback
from hipcv.language import _
from hipcv.pipeline import Analysis
from hipcv.results import reassess as stored_results
from hipcv.results.document import JsonObject, build_document
from hipcv.results.reassess import Reassessment, StoredResult
from hipcv.video.file import VideoFile

if TYPE_CHECKING:
    import pandas as pd

AnyPath = str | os.PathLike[str]
AnyResult = Analysis | Reassessment | StoredResult | AnyPath


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Evidence of one clip, read in one pass: what each frame shows of the patient."""

    video: VideoFile
    evidence: ClipEvidence
    options: AnalysisOptions

    @property
    def landmarks(self) -> PoseTrack:
        """Landmarks and outlines of every frame, in pixels of the picture."""
        return self.evidence.track


def analyze(
    path: AnyPath,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback | None = None,
    trace: TraceCallback | None = None,
) -> Analysis:
    """Measure one clip.

    Args:
        path: the video file.
        options: leg, model, mirror, settings; defaults where None.
        progress: called with each step and the share of it that is done.
        trace: called with every step of the measurement; the numbers do not depend on it.

    Raises:
        UnreadableVideo: no picture can be decoded from the file, or it changed meanwhile.
        ModelMissing: a pose model is absent or altered.
    """
    return pipeline.analyze(Path(path), options, progress, trace)


def open_video(path: AnyPath, *, mirrored: bool = False, start_s: float = 0.0) -> VideoFile:
    """Open a clip as a source of frames; its metadata are in `clip`, and iterating decodes it.

    Args:
        path: the video file.
        mirrored: True where the clip shows the person as a mirror does.
        start_s: seconds at the beginning that are left out.

    Raises:
        UnreadableVideo: no picture can be decoded from the file.
    """
    return VideoFile(Path(path), mirrored=mirrored, start_s=start_s)


def track(
    video: VideoFile | AnyPath,
    options: AnalysisOptions | None = None,
    progress: ProgressCallback | None = None,
) -> Tracking:
    """Find the patient and track both shanks in every frame of a clip.

    Raises:
        UnreadableVideo: no picture can be decoded, or the file changed meanwhile.
        ModelMissing: a pose model is absent or altered.
    """
    options = options or AnalysisOptions()
    source = video if isinstance(video, VideoFile) else pipeline.open_source(Path(video), options)
    return Tracking(source, pipeline.read_clip(source, options, progress).evidence, options)


def measure(
    tracking: Tracking, side: Side | str, protocol: MeasurementProtocol | None = None
) -> Motion:
    """Measure the rotation of one shank about its thigh, in every frame.

    Args:
        tracking: from `track`.
        side: the leg, `"left"` or `"right"`.
        protocol: settings; those of the tracking where None.
    """
    side, protocol = Side(side), protocol or tracking.options.protocol
    evidence = tracking.evidence
    phases = find_leg_phases(evidence.track, protocol)
    closeup = evidence.closeup(phases[side], side)
    return measure_track(evidence.track, closeup, side, protocol, phases=phases)


def assess(motion: Motion, person: Person | None = None) -> Assessment:
    """Assess the repetitions of one leg: which count, their mean, interval, category, findings.

    A person below 16 years is not compared with adults.
    """
    return assess_motion(motion, person)


def load_result(result: AnyPath) -> StoredResult:
    """Read a stored result, given its folder or the `result.json` in it.

    Raises:
        InvalidTrack: a file is missing, damaged, or of a version that cannot be read.
    """
    return stored_results.load(Path(result))


def reassess(
    result: StoredResult | AnyPath,
    *,
    protocol: MeasurementProtocol | Mapping[str, float] | None = None,
    corrections: Sequence[CorrectionJson] = (),
) -> Reassessment:
    """Measure a stored result again from its evidence, without its video.

    Args:
        result: from `load_result`, or its folder.
        protocol: all settings, or those that change by name; None: the stored ones.
        corrections: points and times set by hand, in the order in which they were made.

    Raises:
        InvalidTrack: a file is missing, damaged, or of a version that cannot be read.
        InvalidProtocol: a setting is unknown, or its value is refused.
        BadRequest: a correction is malformed or cannot be applied.
    """
    stored = result if isinstance(result, StoredResult) else load_result(result)
    if not isinstance(protocol, MeasurementProtocol):
        protocol = stored_results.changed_protocol(stored, protocol or {})
    return stored_results.reassess(stored, corrections, protocol=protocol)


def to_frame(results: AnyResult | Iterable[AnyResult]) -> "pd.DataFrame":
    """Return a table with one row a repetition, the columns of `reps.csv`.

    Args:
        results: one or more of what `analyze`, `reassess` and `load_result` return, or folders of
            stored results.

    Raises:
        BadRequest: pandas is not installed.
        InvalidTrack: a stored result cannot be read.
    """
    try:
        import pandas as pd
    except ImportError as error:
        text = _('to_frame needs pandas. Install it with: pip install "hipcv[pandas]"')
        raise BadRequest(text) from error
    from hipcv.report.formats.rep_table import COLUMNS, rep_rows

    one = Analysis, Reassessment, StoredResult, str, os.PathLike
    several = [results] if isinstance(results, one) else results
    rows = [row for result in several for row in rep_rows(_document_of(result))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _document_of(result: AnyResult) -> JsonObject:
    if isinstance(result, Analysis):
        return build_document(result.trial, timing=False)
    if isinstance(result, Reassessment | StoredResult):
        return result.document
    return load_result(result).document
