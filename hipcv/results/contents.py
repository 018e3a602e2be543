"""What the files of a result hold."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.assessment import Assessment, Rep
from hipcv.core.frame_state import FrameState, frame_state_at
from hipcv.core.interfaces import Frame, ProgressCallback
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion
from hipcv.pipeline import Analysis
from hipcv.report import html, overlay, stills
from hipcv.report.charts import chart
from hipcv.report.debug import explain
from hipcv.report.debug.collector import TraceCollector
from hipcv.report.formats import table
from hipcv.report.privacy import blur_face, carry_heads
from hipcv.report.summary import format_finding, summarise, summarise_issue
from hipcv.results import document
from hipcv.results.options import EVIDENCE, EXPLAIN, RESULT, VIDEO, Output
from hipcv.store.archive import save_evidence
from hipcv.video.file import VideoFile
from hipcv.video.prefetch import prefetch
from hipcv.video.writer import VideoWriter, shrink_to

VIDEO_LONGEST_PX: Final = 1920
"""Longer side of the annotated video, at the most: 4K takes four times as long, and shows little
more."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """A moment worth a picture in the report."""

    side: Side
    row: int
    title: str
    caption: str


def fill(  # noqa: PLR0917 - the whole of `results.write`, in its temporary folder
    part: Path, path: Path, analysis: Analysis, output: Output, watch: ProgressCallback
) -> list[str]:
    """Make every file in a temporary folder; their names."""
    trial = analysis.trial
    charts: list[chart.Chart] = []
    with BackgroundWorker(max_pending=1) as background:
        background.submit(lambda: charts.append(chart.draw(trial, analysis.motions)))
        pictures = _pictures(part, path, analysis, watch)
    picture = charts[0]
    page = html.render(
        trial,
        summarise(trial),
        chart_svg=picture.svg if analysis.motions else "",
        stills=pictures,
        command=trial.provenance.command,
    )
    (part / "report.html").write_text(page, encoding="utf-8")
    (part / "chart.png").write_bytes(picture.png)
    (part / "chart.svg").write_text(picture.svg, encoding="utf-8")
    (part / "angles.csv").write_text(table.angles(analysis.motions.values()), encoding="utf-8")
    told = document.dumps(document.document(trial, timing=False))
    (part / RESULT).write_text(told, encoding="utf-8")
    save_evidence(part / EVIDENCE, analysis.track, analysis.closeups)
    if output.explain is not None:
        _explain(part / EXPLAIN, analysis, output.explain)
    made = [path for path in part.rglob("*") if path.is_file()]
    return [path.relative_to(part).as_posix() for path in made]


def _explain(folder: Path, analysis: Analysis, collector: TraceCollector) -> None:
    """Pictures of every step, and their page; of both legs' curves where nothing was tested."""
    trial, track = analysis.trial, analysis.track
    told = [
        explain.ExplainedSide(
            side=side,
            phases=analysis.phases[side],
            motion=analysis.motions.get(side),
            assessment=trial.sides.get(side),
            closeup=analysis.closeups.get(side),
        )
        for side in analysis.motions or Side
    ]
    heads_px = carry_heads(track.xy_px) if analysis.options.blur_face else None
    shown = explain.pictures(told, collector, trial.protocol, heads_px=heads_px)
    refusals = [
        summarise_issue(issue).text for issue in trial.all_issues if issue.severity == "refuse"
    ]
    folder.mkdir()
    for picture in shown:
        (folder / picture.name).write_bytes(picture.png)
    page = explain.index(shown, clip=trial.clip.name, refusals=refusals)
    (folder / explain.INDEX).write_text(page, encoding="utf-8")


def forget_steps(folder: Path, names: Sequence[str]) -> None:
    """Take away an earlier result's pictures of every step."""
    for made in explain.list_files(folder):
        if f"{EXPLAIN}/{made.name}" not in names:
            made.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _pictures(
    part: Path, path: Path, analysis: Analysis, watch: ProgressCallback
) -> list[stills.Still]:
    """The annotated video, where wanted, and the stills of the report, from one reading."""
    scenes = _scenes(analysis)
    if not scenes:
        return []
    taken: dict[_Scene, stills.Still] = {}
    with closing(prefetch(_frames(path, analysis))) as frames:
        if not analysis.options.overlay:
            for frame in frames:
                taken |= _taken(frame, scenes, analysis)
                if len(taken) == len(scenes):
                    break
            return [taken[scene] for scene in scenes]
        with VideoWriter(part / VIDEO) as video, BackgroundWorker(max_pending=1) as encoder:
            for frame in frames:
                taken |= _taken(frame, scenes, analysis)
                drawn = overlay.draw(frame.bgr, _readings(analysis, frame.index))
                shown = shrink_to(drawn, VIDEO_LONGEST_PX)
                encoder.submit(partial(video.write, shown, frame.time_s))
                watch("drawing the annotated video", frame.index / len(analysis.track.time_s))
    return [taken[scene] for scene in scenes]


def _frames(path: Path, analysis: Analysis) -> Iterator[Frame]:
    """The clip's frames as they may be shown."""
    clip = analysis.trial.clip
    start_s = analysis.options.start_s
    heads = carry_heads(analysis.track.xy_px) if analysis.options.blur_face else None
    for frame in VideoFile(path, mirrored=clip.mirrored, start_s=start_s):
        if heads is None:
            yield frame
        else:
            hidden = blur_face(frame.bgr, heads[frame.index])
            yield Frame(frame.index, frame.time_s, hidden, frame.corrupt)


def _readings(analysis: Analysis, row: int) -> list[FrameState]:
    """What the measured sides show in one frame: all at rest, or the one that moves."""
    readings = [
        frame_state_at(motion, analysis.trial.sides[side], analysis.track, row)
        for side, motion in analysis.motions.items()
        if analysis.trial.sides[side].status == "measured"
    ]
    moving = [reading for reading in readings if reading.rep is not None]
    return moving or readings


def _taken(
    frame: Frame, scenes: Sequence[_Scene], analysis: Analysis
) -> dict[_Scene, stills.Still]:
    """The stills that this frame gives."""
    return {scene: _still(frame, scene, analysis) for scene in scenes if scene.row == frame.index}


def _still(frame: Frame, scene: _Scene, analysis: Analysis) -> stills.Still:
    motion, side = analysis.motions[scene.side], analysis.trial.sides[scene.side]
    reading = frame_state_at(motion, side, analysis.track, frame.index)
    picture = stills.still(frame.bgr, reading, "")
    return stills.Still(scene.title, scene.caption, stills.encode_jpeg(picture))


def _scenes(analysis: Analysis) -> list[_Scene]:
    """Start, first compensation and plateau of every measured side."""
    return [
        scene
        for side, assessment in analysis.trial.sides.items()
        if assessment.status == "measured"
        for scene in _scenes_of(analysis, side, assessment)
    ]


def _scenes_of(analysis: Analysis, side: Side, assessment: Assessment) -> Iterator[_Scene]:
    motion = analysis.motions[side]
    prefix = f"{side.value.capitalize()}: " if len(analysis.trial.sides) > 1 else ""

    def row(time_s: float) -> int:
        return int(np.argmin(np.abs(motion.time_s - time_s)))

    if motion.start:
        middle_s = sum(motion.start.span_s) / 2
        yield _Scene(side, row(middle_s), f"{prefix}Start position", "This is 0°.")
    found = [finding for rep in assessment.reps for finding in rep.findings]
    begun = [finding for finding in found if finding.severity != "note"]
    if begun:
        first = min(begun, key=lambda finding: finding.at_s)
        caption = f"{format_finding(first)}"
        yield _Scene(side, row(first.at_s), f"{prefix}First compensation", caption)
    counted = [rep for rep in assessment.reps if rep.valid] or assessment.reps
    best = max(counted, key=lambda rep: rep.rotation_deg)
    at = _shown_best(motion, best)
    caption = f"{best.rotation_deg:.1f}° from the start, {motion.time_s[at]:.1f} s into the clip."
    yield _Scene(side, at, f"{prefix}End range", caption)


def _shown_best(motion: Motion, rep: Rep) -> int:
    """The row of the plateau that shows most nearly what the repetition reads."""
    held = rep.plateau_s.contains(motion.time_s)
    off = np.where(held, np.abs(motion.rotation_deg - rep.rotation_deg), np.inf)
    return int(np.nanargmin(off))
