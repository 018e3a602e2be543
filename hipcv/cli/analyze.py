"""`hipcv analyze`: analysis of one or more clips."""

import pickle
from collections.abc import Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NoReturn, Self

import typer

from hipcv import folders, libraries, native
from hipcv.background import BackgroundWorker
from hipcv.cli import config, data, filing
from hipcv.cli.errors import attempt, print_error, worst
from hipcv.cli.isolation import Isolation
from hipcv.cli.paths import result_folders
from hipcv.cli.terminal import (
    open_page,
    preload_summary,
    progress_bar,
    show_json,
    show_summary,
)
from hipcv.core.errors import NOT_MEASURED, Failure
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import AGE_MAX_YEARS, Person
from hipcv.language import N_, Translated

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial
    from hipcv.core.interfaces import ProgressCallback
    from hipcv.pipeline import Analysis
    from hipcv.results.document import JsonObject
    from hipcv.results.output import Output, Written

FAILURE_SCHEMA: Final = "hipcv.failure/1"

FILES: Final = Translated(
    {
        "report": N_("report"),
        "handout": N_("hand-out"),
        "result": N_("result"),
        "table": N_("table"),
        "rep_table": N_("repetitions"),
        "chart": N_("chart"),
        "video": N_("video"),
        "evidence": N_("evidence"),
        "stills": N_("stills"),
        "explain": N_("explain"),
    }
)
"""Labels of the files of a result, by the field of `Written`."""

RESULT_MODULES: Final = ("hipcv.core.assessment", "hipcv.report.summary", "hipcv.results.output")
"""Modules that a `Result` is computed, sent and shown with; none loads a decoder."""

Clips = Annotated[
    list[Path],
    typer.Argument(metavar="CLIP", help=N_("Video clips; the patient faces the camera.")),
]
SideOption = Annotated[
    Literal["left", "right", "auto"],
    typer.Option("--side", help=N_("The patient's own tested side; auto finds what moved.")),
]
Mirrored = Annotated[
    bool, typer.Option("--mirrored", help=N_("A selfie recording that swaps left and right."))
]
External = Annotated[
    bool | None,
    typer.Option(
        "--external/--no-external",
        help=N_("Ask for external rotation and the total arc as well: foot inwards, and hold."),
    ),
]
StartTime = Annotated[
    float,
    typer.Option("--start-s", min=0, metavar="T", help=N_("Ignore the clip before this second.")),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help=N_(
            "Where results go: one clip into DIR, several into DIR/NAME of each clip. "
            "Default: hipcv-results/NAME."
        ),
    ),
]
ModelOption = Annotated[
    config.ModelName | None, typer.Option("--model", help=N_("Pose model; full where not said."))
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help=N_("Change a protocol setting; repeatable.")),
]
Overlay = Annotated[
    bool | None,
    typer.Option("--overlay/--no-overlay", help=N_("Write the annotated video, or not.")),
]
BlurFace = Annotated[
    bool | None,
    typer.Option("--blur-face/--no-blur-face", help=N_("Blur the face in every picture written.")),
]
Age = Annotated[
    int | None,
    typer.Option(
        "--age",
        min=0,
        max=AGE_MAX_YEARS,
        metavar="N",
        help=N_("Age in years, if you like; under 16 there is no comparison with adults."),
    ),
]
SexOption = Annotated[
    Literal["female", "male"] | None,
    typer.Option("--sex", help=N_("Sex, if you like; it changes no number.")),
]
Explain = Annotated[
    bool, typer.Option("--explain", help=N_("Write pictures of every step of the method too."))
]
AsJson = Annotated[
    bool, typer.Option("--json", help=N_("One JSON document on stdout (a list for several clips)."))
]
Force = Annotated[bool, typer.Option("--force", help=N_("Overwrite an earlier result."))]
Open = Annotated[bool, typer.Option("--open", help=N_("Open the report in the browser."))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=N_("Say only where the report is."))]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one clip, and the files written."""

    trial: "Trial"
    written: "Written"


Outcome = tuple[Path, Result | Failure]
"""A clip and its outcome."""


def command(
    clips: Clips,
    side: SideOption = "auto",
    mirrored: Mirrored = False,
    external: External = None,
    start_s: StartTime = 0.0,
    out: Out = None,
    model: ModelOption = None,
    assignments: Settings = None,
    overlay: Overlay = None,
    blur_face: BlurFace = None,
    age: Age = None,
    sex: SexOption = None,
    explain: Explain = False,
    pseudonym: filing.As = "",
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: AsJson = False,
    force: Force = False,
    open_report: Open = False,
    quiet: Quiet = False,
) -> None:
    """Measure hip internal rotation in one or more clips.

    Writes a report, an annotated video, a chart, a table and result.json for each clip.

    Exit code: 0 measured; 2 wrong usage; 3 unreadable; 4 analysed, but nothing could be
    measured, or no repetition kept the rules of the test; 6 something is missing on this
    machine. Of several clips the worst counts, in the order 1, 6, 3, 2, 4, 0.
    """
    settings = config.load(Path.cwd())
    of_folder = settings.options(
        assignments, model=model, overlay=overlay, blur_face=blur_face, external=external
    )
    out_folders = result_folders(clips, out, Path(settings.run.out))
    outcomes: list[Outcome] = []
    with (
        Processes() as processes,
        filing.open_filing(pseudonym, Person(age, sex), data_dir, database) as target,
    ):
        options = for_clip(
            target.add_person(of_folder), side=side, mirrored=mirrored, start_s=start_s
        )
        for clip, folder in zip(clips, out_folders, strict=True):
            outcome = measure(
                clip,
                folder,
                options,
                force=force,
                explain=explain,
                quiet=quiet,
                processes=processes,
            )
            outcomes.append((clip, outcome))
            print_outcome(clip, outcome, as_json=as_json, quiet=quiet)
            if open_report and not isinstance(outcome, Failure):
                open_page(outcome.written.report)
            target.file(clip, outcome, options, quiet=quiet)
        target.print(options.protocol, to_stderr=as_json or quiet)
    exit_with(outcomes, as_json=as_json, failures=target.failures)


def for_clip(
    options: AnalysisOptions, *, side: str, mirrored: bool, start_s: float
) -> AnalysisOptions:
    """Return the options with what the command line says of the clip itself."""
    leg = None if side == "auto" else Side(side)
    return replace(options, side=leg, mirrored=mirrored, start_s=start_s)


class Processes:
    """The processes that clips are measured in; a context manager.

    One reads the clips. The other writes the results, and loads meanwhile what it draws with.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self.reading = self._running.enter_context(Isolation())
        self.writing = self._running.enter_context(Isolation())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._running.__exit__(*exception)  # type: ignore[arg-type]  # as it was received

    def start(self, *, memory_gb: float) -> None:
        """Start those that do not run, before this process has other threads.

        The modules that all three need are imported once, before.
        """
        for module in RESULT_MODULES:
            import_module(module)
        self.reading.start()
        if self.writing.start():
            self.writing.post(_preload, memory_gb=memory_gb)


def measure(
    clip: Path,
    folder: Path,
    options: AnalysisOptions,
    *,
    quiet: bool,
    force: bool = False,
    explain: bool = False,
    progress: "ProgressCallback | None" = None,
    processes: Processes | None = None,
) -> Result | Failure:
    """Analyze one clip and write its result to a folder; an error becomes a `Failure`.

    It is measured in `processes`, which several clips may share, or else in others. The progress
    goes to `progress`, or else to a bar on the terminal.
    """
    with nullcontext(processes) if processes else Processes() as running:
        running.start(memory_gb=options.limits.memory_max_gb)
        from hipcv.results.output import Output

        output = Output(folder, force=force)
        with (
            nullcontext(progress) if progress else progress_bar(quiet=quiet) as callback,
            BackgroundWorker(max_pending=1) as background,
        ):
            if not quiet:
                background.submit(preload_summary)
            work = partial(_measure, running, clip, output, options, explain=explain)
            result: Result | Failure = attempt(partial(work, progress=callback))
            return result


def _measure(
    processes: Processes,
    clip: Path,
    output: "Output",
    options: AnalysisOptions,
    *,
    explain: bool,
    progress: "ProgressCallback | None",
) -> Result | Failure:
    """Reserve the folder, and let the clip be analyzed and the result be written to it."""
    from hipcv.results.output import reserved

    memory_gb = options.limits.memory_max_gb
    read = partial(processes.reading.call, progress=progress, memory_gb=memory_gb)
    write = partial(processes.writing.call, progress=progress, memory_gb=memory_gb)
    with reserved(output):
        reservation = folders.reserved_now()
        if explain:
            return read(_analyze_and_explain, clip, output, options, reservation)
        analysis = read(_analyze, clip, options)
        if isinstance(analysis, Failure):
            return analysis
        return write(_write, clip, analysis, output, reservation)


# --- in the other processes


def _preload() -> None:
    """Load what a result is written with; a library that is missing is named later."""
    if libraries.faults():
        return
    with suppress(ImportError, OSError):
        from hipcv.results import write

        write.preload()


def _analyze(clip: Path, options: AnalysisOptions, progress: "ProgressCallback | None") -> bytes:
    """Analyze one clip, and return the `Analysis` as bytes: the parent does not load its module."""
    libraries.require()
    from hipcv import pipeline

    analysis = pipeline.analyze(clip, options, progress)
    native.release_memory()
    return pickle.dumps(analysis)


def _write(
    clip: Path,
    pickled: bytes,
    output: "Output",
    reservation: frozenset[Path],
    progress: "ProgressCallback | None",
) -> Result:
    """Write the result of one clip to a folder that the parent has reserved."""
    libraries.require()
    from hipcv.results import write

    analysis: Analysis = pickle.loads(pickled)  # noqa: S301 - of the other process
    with folders.shared(reservation):
        return Result(analysis.trial, write.write(clip, analysis, output, progress))


def _analyze_and_explain(
    clip: Path,
    output: "Output",
    options: AnalysisOptions,
    reservation: frozenset[Path],
    progress: "ProgressCallback | None",
) -> Result:
    """Analyze one clip, and write its result with pictures of every step, which are many."""
    libraries.require()
    from hipcv.report.debug.collector import TraceCollector
    from hipcv.results import write

    output = replace(output, explain=TraceCollector())
    with folders.shared(reservation):
        analysis = write.analyze_while_preloading(clip, options, progress, output.explain)
        return Result(analysis.trial, write.write(clip, analysis, output, progress))


# --- what is printed


def print_outcome(clip: Path, outcome: Result | Failure, *, as_json: bool, quiet: bool) -> None:
    """Print the outcome of one clip; a result only if JSON is not asked for."""
    if isinstance(outcome, Failure):
        is_named = clip.name in outcome.text
        print_error(outcome if is_named else replace(outcome, text=f"{clip.name}: {outcome.text}"))
    elif quiet and not as_json:
        typer.echo(outcome.written.report)
    elif not as_json:
        print_summary(outcome)


def print_summary(result: Result) -> None:
    """Print the summary of one result, and the paths of its files."""
    paths = {label: getattr(result.written, name) for name, label in FILES.items()}
    show_summary(result.trial, {label: str(path) for label, path in paths.items() if path})


def exit_with(
    outcomes: Sequence[Outcome], *, as_json: bool, failures: Sequence[Failure] = ()
) -> NoReturn:
    """End the command with the worst exit code, after the JSON of all outcomes if asked for.

    `failures` are those of other work than measuring a clip.
    """
    if as_json:
        documents = [as_document(clip, outcome) for clip, outcome in outcomes]
        show_json(documents[0] if len(documents) == 1 else documents)
    of_clips = [exit_code(outcome) for _, outcome in outcomes]
    raise typer.Exit(worst([*of_clips, *(failure.exit_code for failure in failures)]))


def as_document(clip: Path, outcome: Result | Failure) -> "JsonObject":
    """Return the outcome of one clip as JSON values."""
    if isinstance(outcome, Failure):
        return {
            "schema": FAILURE_SCHEMA,
            "clip": {"name": clip.name},
            "status": "failed",
            "exit_code": outcome.exit_code,
            "text": outcome.text,
        }
    from hipcv.results.document import build_document

    return build_document(outcome.trial)


def exit_code(outcome: Result | Failure) -> int:
    """Return the exit code of one clip."""
    if isinstance(outcome, Failure):
        return outcome.exit_code
    return 0 if outcome.trial.status == "measured" else NOT_MEASURED
