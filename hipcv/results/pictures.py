"""Pictures of a result that need the clip: the annotated video, the stills, the method's steps."""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from hipcv import language
from hipcv.background import BackgroundWorker
from hipcv.core.assessment import Assessment, Rep
from hipcv.core.errors import NotFound
from hipcv.core.frame_state import FrameState, frame_state_at
from hipcv.core.interfaces import Frame, Picture, ProgressCallback
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, Translated, _
from hipcv.pipeline import Analysis
from hipcv.report import numbers, overlay, stills
from hipcv.report.debug import explain
from hipcv.report.debug.collector import TraceCollector
from hipcv.report.privacy import Heads, blur_face
from hipcv.report.summary import format_finding, summarise_issue
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import prefetch
from hipcv.video.writer import VideoWriter, shrink_to

VIDEO_LONGEST_PX: Final = 1920
"""Longer side of the annotated video at most: 4K takes four times as long and shows little more."""


@dataclass(frozen=True, slots=True)
class _Shot:
    """A frame that becomes a still of the report."""

    side: Side
    row: int  # of the track, which is the frame's index
    title: str
    caption: str
    angle_deg: float | None = None  # of the label; that of the frame where None
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Titles:
    """Titles of the stills of one side."""

    start: str
    compensation: str
    end: str


_TITLES: Final = Translated(
    {
        None: _Titles(N_("Start position"), N_("First compensation"), N_("End range")),
        Side.LEFT: _Titles(
            N_("Left: Start position"), N_("Left: First compensation"), N_("Left: End range")
        ),
        Side.RIGHT: _Titles(
            N_("Right: Start position"), N_("Right: First compensation"), N_("Right: End range")
        ),
    }
)
"""By side; without one where the clip shows one leg."""


def draw_steps(folder: Path, analysis: Analysis, collector: TraceCollector) -> None:
    """Write pictures of every step and their page; of both legs where nothing was tested."""
    trial, track = analysis.trial, analysis.track
    sides = [
        explain.ExplainedSide(
            side=side,
            phases=analysis.phases[side],
            motion=analysis.motions.get(side),
            assessment=trial.sides.get(side),
            closeup=analysis.closeups.get(side),
        )
        for side in analysis.motions or Side
    ]
    heads = Heads.of(track) if analysis.options.blur_face else None
    pictures = explain.pictures(sides, collector, track, trial.protocol, heads=heads)
    refusals = [summarise_issue(issue).text for issue in trial.refusals]
    folder.mkdir()
    for picture in pictures:
        (folder / picture.name).write_bytes(picture.png)
    page = explain.index(pictures, clip=trial.clip.name, refusals=refusals)
    (folder / explain.INDEX).write_text(page, encoding="utf-8")


def draw_video_and_stills(
    video_path: Path, path: Path, analysis: Analysis, progress: ProgressCallback | None
) -> list[stills.Still]:
    """Write the annotated video, if asked for, and return the stills of the report.

    The clip is decoded once for both. Nothing is drawn where nothing was measured.
    """
    shots = _shots(analysis)
    if not shots:
        return []
    drawn: dict[_Shot, stills.Still] = {}
    with closing(prefetch(_frames(path, analysis))) as frames:
        if not analysis.options.overlay:
            for frame in frames:
                drawn |= _stills_of(frame, shots, analysis)
                if len(drawn) == len(shots):
                    break
            return [drawn[shot] for shot in shots]
        _write_video(video_path, _collecting(frames, shots, drawn, analysis), analysis, progress)
    return [drawn[shot] for shot in shots]


def draw_video(
    video_path: Path, path: Path, analysis: Analysis, progress: ProgressCallback | None = None
) -> None:
    """Write the annotated video alone.

    Args:
        video_path: the file to be written; it appears whole or not at all.
        path: the clip.
        analysis: its result.
        progress: called with the share done, 0..1; what it raises ends the drawing.
    """
    with closing(prefetch(_frames(path, analysis))) as frames:
        _write_video(video_path, frames, analysis, progress)


def draw_frame(path: Path, analysis: Analysis, row: int, sides: Collection[Side]) -> Picture:
    """Return one frame as it was analysed, with the state of these sides drawn on it.

    Nothing is drawn of a side that was not measured. The face is blurred where that is asked for.

    Raises:
        NotFound: there is no such frame.
    """
    with closing(_decoded(path, analysis)) as frames:
        frame = next((frame for frame in frames if frame.index == row), None)
    if frame is None:
        raise NotFound(_("There is no such frame."))
    picture = _hidden(frame, _heads(analysis)).bgr
    states = [state for state in _states(analysis, row) if state.side in sides]
    return overlay.draw(picture, states) if states else picture


def _write_video(
    video_path: Path,
    frames: Iterable[Frame],
    analysis: Analysis,
    progress: ProgressCallback | None,
) -> None:
    with VideoWriter(video_path) as video, BackgroundWorker(max_pending=1) as encoder:
        for frame in frames:
            picture = overlay.draw(frame.bgr, _frame_states(analysis, frame.index))
            resized = shrink_to(picture, VIDEO_LONGEST_PX)
            encoder.submit(partial(video.write, resized, frame.time_s))
            if progress:
                share = frame.index / len(analysis.track.time_s)
                progress(N_("drawing the annotated video"), share)


def _collecting(
    frames: Iterable[Frame],
    shots: Sequence[_Shot],
    drawn: dict[_Shot, stills.Still],
    analysis: Analysis,
) -> Iterator[Frame]:
    """Yield frames, and add the stills that they become to `drawn`."""
    for frame in frames:
        drawn |= _stills_of(frame, shots, analysis)
        yield frame


def _frames(path: Path, analysis: Analysis) -> Iterator[Frame]:
    """Yield the clip's frames, with blurred faces where that is asked for."""
    heads = _heads(analysis)
    for frame in _decoded(path, analysis):
        yield _hidden(frame, heads)


def _heads(analysis: Analysis) -> Heads | None:
    """Return the heads that are to be hidden; None where they are not."""
    return Heads.of(analysis.track) if analysis.options.blur_face else None


def _hidden(frame: Frame, heads: Heads | None) -> Frame:
    if heads is None:
        return frame
    return replace(frame, bgr=blur_face(frame.bgr, heads.at(frame.time_s)))


def _decoded(path: Path, analysis: Analysis) -> Generator[Frame]:
    """Yield the clip's frames that were analysed."""
    options = analysis.options
    clip = VideoFile(
        path,
        mirrored=analysis.trial.clip.mirrored,
        start_s=options.start_s,
        state=analysis.file_state,
        limits=options.limits,
    )
    yield from islice(clip, len(analysis.track.time_s))


def _frame_states(analysis: Analysis, row: int) -> list[FrameState]:
    """Return the state of the side that moves in one frame, or of all sides read at rest."""
    states = _states(analysis, row)
    return [state for state in states if state.rep is not None] or states


def _states(analysis: Analysis, row: int) -> list[FrameState]:
    """Return the state of each side that was measured."""
    return [
        frame_state_at(motion, analysis.trial.sides[side], analysis.track, row)
        for side, motion in analysis.motions.items()
        if analysis.trial.sides[side].status != "not_measured"
    ]


def _stills_of(
    frame: Frame, shots: Sequence[_Shot], analysis: Analysis
) -> dict[_Shot, stills.Still]:
    return {shot: _still(frame, shot, analysis) for shot in shots if shot.row == frame.index}


def _still(frame: Frame, shot: _Shot, analysis: Analysis) -> stills.Still:
    motion, assessment = analysis.motions[shot.side], analysis.trial.sides[shot.side]
    state = frame_state_at(motion, assessment, analysis.track, frame.index)
    if shot.angle_deg is not None:
        state = replace(state, rotation_deg=shot.angle_deg)
    picture = stills.still(frame.bgr, state, "")
    jpeg = stills.encode_jpeg(picture)
    return stills.Still(shot.title, shot.caption, jpeg, shot.translations)


def _shots(analysis: Analysis) -> list[_Shot]:
    """Return start, first compensation and plateau of every side with repetitions."""
    by_language: dict[str, list[_Shot]] = {}
    for code in language.NAMES:
        with language.using(code):
            by_language[code] = _shots_in_present_language(analysis)
    return [
        replace(shot, translations={c: (s[i].title, s[i].caption) for c, s in by_language.items()})
        for i, shot in enumerate(by_language[language.current()])
    ]


def _shots_in_present_language(analysis: Analysis) -> list[_Shot]:
    return [
        shot
        for side, assessment in analysis.trial.sides.items()
        if assessment.status != "not_measured"
        for shot in _shots_of_side(analysis, side, assessment)
    ]


def _shots_of_side(analysis: Analysis, side: Side, assessment: Assessment) -> Iterator[_Shot]:
    motion = analysis.motions[side]
    titles = _TITLES[side if len(analysis.trial.sides) > 1 else None]
    if motion.start:
        row = _row_at(sum(motion.start.span_s) / 2, motion)
        yield _Shot(side, row, titles.start, _("This is 0°."))
    findings = [
        finding for rep in assessment.reps for finding in rep.findings if finding.severity != "note"
    ]
    if findings:
        first = min(findings, key=lambda finding: finding.at_s)
        row = _row_at(first.at_s, motion)
        yield _Shot(side, row, titles.compensation, format_finding(first))
    valid = [rep for rep in assessment.reps if rep.valid] or assessment.reps
    best = max(valid, key=lambda rep: rep.rotation_deg)
    row = _row_nearest_to(best, motion)
    caption = _caption_of_end(best, motion.time_s[row], analysis.trial.protocol)
    yield _Shot(side, row, titles.end, caption, best.rotation_deg)


def _caption_of_end(rep: Rep, time_s: float, protocol: MeasurementProtocol) -> str:
    if not rep.valid:
        text = _("This repetition does not count, {moment} into the clip.")
    elif rep.hip_lift_deg(protocol) > 0:
        text = _("{angle} from the start, hip lift included, {moment} into the clip.")
    else:
        text = _("{angle} from the start, {moment} into the clip.")
    return text.format(angle=numbers.angle(rep.rotation_deg), moment=numbers.seconds(time_s))


def _row_at(time_s: float, motion: Motion) -> int:
    """Return the row that is nearest to a time."""
    return int(np.argmin(np.abs(motion.time_s - time_s)))


def _row_nearest_to(rep: Rep, motion: Motion) -> int:
    """Return the row of the plateau whose rotation is nearest to that of the repetition."""
    on_plateau = rep.plateau_s.contains(motion.time_s)
    off_deg = np.where(on_plateau, np.abs(motion.rotation_deg - rep.rotation_deg), np.inf)
    return int(np.nanargmin(off_deg))
