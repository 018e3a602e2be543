"""`hipcv analyze`: clips in, results out."""

from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hipcv.cli import config
from hipcv.cli.errors import attempt, complain, worst
from hipcv.cli.paths import result_folders
from hipcv.cli.progress import progress
from hipcv.cli.terminal import show_json, show_summary
from hipcv.core.errors import NOT_MEASURED, Failure
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial
    from hipcv.core.interfaces import ProgressCallback
    from hipcv.results.document import JsonObject
    from hipcv.results.write import Written

FAILURE_SCHEMA: Final = "hipcv.failure/1"

Clips = Annotated[
    list[Path],
    typer.Argument(metavar="CLIP", help="Video clips; the patient faces the camera."),
]
SideOption = Annotated[
    Literal["left", "right", "auto"],
    typer.Option("--side", help="The patient's own tested side; auto finds what moved."),
]
Mirrored = Annotated[
    bool, typer.Option("--mirrored", help="A selfie recording that swaps left and right.")
]
StartTime = Annotated[
    float, typer.Option("--start-s", min=0, metavar="T", help="Ignore the clip before this second.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Where results go: one clip into DIR, several into DIR/NAME of each clip. "
        "Default: hipcv-results/NAME.",
    ),
]
ModelOption = Annotated[
    config.ModelName | None, typer.Option("--model", help="Pose model; full where not said.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change a protocol setting; repeatable."),
]
Overlay = Annotated[
    bool | None, typer.Option("--overlay/--no-overlay", help="Write the annotated video, or not.")
]
BlurFace = Annotated[
    bool | None,
    typer.Option("--blur-face/--no-blur-face", help="Blur the face in every picture written."),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Write pictures of every step of the method too.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout (a list for several clips).")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite an earlier result.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only where the report is.")]


@dataclass(frozen=True, slots=True)
class Result:
    """One clip's outcome, and the files written of it."""

    trial: "Trial"
    written: "Written"


def command(
    clips: Clips,
    side: SideOption = "auto",
    mirrored: Mirrored = False,
    start_s: StartTime = 0.0,
    out: Out = None,
    model: ModelOption = None,
    assignments: Settings = None,
    overlay: Overlay = None,
    blur_face: BlurFace = None,
    explain: Explain = False,
    as_json: AsJson = False,
    force: Force = False,
    quiet: Quiet = False,
) -> None:
    """Measure hip internal rotation in one or more clips.

    Writes a report, an annotated video, a chart, a table and result.json for each clip.

    Exit code: 0 measured; 2 wrong usage; 3 unreadable; 4 analysed, but nothing could be
    measured; 6 something is missing on this machine. Of several clips the worst counts, in the
    order 1, 6, 3, 2, 4, 0.
    """
    known = config.load(Path.cwd())
    chosen = known.run.under(model=model, overlay=overlay, blur_face=blur_face)
    options = AnalysisOptions(
        side=None if side == "auto" else Side(side),
        mirrored=mirrored,
        start_s=start_s,
        model=chosen.model,
        protocol=config.protocol_of(known, assignments or []),
        overlay=chosen.overlay,
        blur_face=chosen.blur_face,
    )
    outcomes = []
    for clip, folder in zip(clips, result_folders(clips, out, Path(known.run.out)), strict=True):
        outcome = measure(clip, folder, options, force=force, explain=explain, quiet=quiet)
        outcomes.append(outcome)
        tell(clip, outcome, as_json=as_json, quiet=quiet)
    if as_json:
        told = [as_document(*pair) for pair in zip(clips, outcomes, strict=True)]
        show_json(told[0] if len(told) == 1 else told)
    raise typer.Exit(worst([exit_code(outcome) for outcome in outcomes]))


def measure(
    clip: Path,
    folder: Path,
    options: AnalysisOptions,
    *,
    quiet: bool,
    force: bool = False,
    explain: bool = False,
    watch: "ProgressCallback | None" = None,
) -> Result | Failure:
    """Analyze one clip and write its result; an error becomes a `Failure`.

    Args:
        clip: the video file.
        folder: of the result.
        options: what is asked of the clip.
        quiet: show no progress bar.
        force: overwrite an earlier result.
        explain: write pictures of every step too.
        watch: called with the progress, in place of the bar.
    """
    with nullcontext(watch) if watch else progress(quiet=quiet) as shown:

        def work() -> Result:
            from hipcv.report.debug.collector import TraceCollector
            from hipcv.results import write

            output = write.Output(
                folder, force=force, explain=TraceCollector() if explain else None
            )
            write.check_free(output)
            analysis = write.analyze_while_preloading(clip, options, shown, output.explain)
            return Result(analysis.trial, write.write(clip, analysis, output, shown))

        return attempt(work)


def tell(clip: Path, outcome: Result | Failure, *, as_json: bool, quiet: bool) -> None:
    """Say on the terminal what became of one clip."""
    if isinstance(outcome, Failure):
        named = clip.name in outcome.text
        complain(outcome if named else replace(outcome, text=f"{clip.name}: {outcome.text}"))
    elif quiet and not as_json:
        typer.echo(outcome.written.report)
    elif not as_json:
        summarise(outcome)


def summarise(result: Result) -> None:
    """Print what a person reads at a glance."""
    made = {known.name: getattr(result.written, known.name) for known in fields(result.written)}
    files = {name: str(path) for name, path in made.items() if path is not None}
    show_summary(result.trial, files)


def as_document(clip: Path, outcome: Result | Failure) -> "JsonObject":
    """One clip's outcome as plain data."""
    if isinstance(outcome, Failure):
        return {
            "schema": FAILURE_SCHEMA,
            "clip": {"name": clip.name},
            "status": "failed",
            "exit_code": outcome.exit_code,
            "text": outcome.text,
        }
    from hipcv.results import document

    return document.build_document(outcome.trial)


def exit_code(outcome: Result | Failure) -> int:
    """What one clip's outcome means for the command."""
    if isinstance(outcome, Failure):
        return outcome.exit_code
    return 0 if outcome.trial.status == "measured" else NOT_MEASURED
