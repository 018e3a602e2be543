"""`hipcv batch`: analysis of a folder of clips."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hipcv import libraries
from hipcv.cli import analyze, batch_screen, config
from hipcv.cli.signals import stop_on_signals
from hipcv.core.errors import BadRequest, Interrupted
from hipcv.core.person import Person
from hipcv.core.text import escape
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.batch.executor import Executor

SOME_FAILED: Final = 5

_TASK: Final = re.compile(r"(?:hipcv-)?(?P<number>\d{1,18})(?:-[0-9a-f]+)?")

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=N_("Folder with video clips."))]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help=N_("Where results go. Default: hipcv-results/batch/FOLDER.")
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, metavar="N", help=N_("Clips analysed at once. Default: real cores.")
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help=N_("Analyse on the cluster of this Dask scheduler: tcp://HOST:PORT, or its file."),
    ),
]
TimeoutTime = Annotated[
    float | None,
    typer.Option(
        "--timeout-s",
        min=1,
        metavar="T",
        help=N_("Longest time for one clip. Default: 300 s and 60 s for each MB, 2 h at most."),
    ),
]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help=N_("Try again what failed in an earlier run."))
]
Force = Annotated[bool, typer.Option("--force", help=N_("Analyse everything again."))]
WorstFirst = Annotated[
    bool,
    typer.Option(
        "--worst-first",
        help=N_("Begin the summary with what failed, then by the lowest angle; else by name."),
    ),
]
Watch = Annotated[
    bool,
    typer.Option(
        "--watch", help=N_("Go on with clips as they arrive, such as in an inbox, until Ctrl-C.")
    ),
]
Task = Annotated[
    str | None,
    typer.Option(
        "--task",
        metavar="NAME",
        help=N_("Name the clip of a task of the cluster, such as hipcv-000123; do nothing else."),
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=N_("Show clips, patients, visits and sides; do nothing."))
]
AsJson = Annotated[
    bool, typer.Option("--json", help=N_("One line of JSON on stdout for each clip."))
]


def command(
    folder: Folder,
    out: Out = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    timeout_s: TimeoutTime = None,
    mirrored: analyze.Mirrored = False,
    external: analyze.External = None,
    model: analyze.ModelOption = None,
    assignments: analyze.Settings = None,
    overlay: analyze.Overlay = None,
    blur_face: analyze.BlurFace = None,
    age: analyze.Age = None,
    sex: analyze.SexOption = None,
    retry_failed: RetryFailed = False,
    force: Force = False,
    worst_first: WorstFirst = False,
    watch: Watch = False,
    dry_run: DryRun = False,
    task: Task = None,
    as_json: AsJson = False,
) -> None:
    """Measure every clip in a folder, and the folders within.

    A second run analyses only what is new. Writes summary.html, summary.csv and a folder for each
    clip.

    Exit code: 0 every clip answered, refusals among them; 2 wrong usage; 5 some clips failed;
    6 something is missing on this machine; 130 interrupted, to be gone on with by the same command.
    """
    from hipcv.batch import run
    from hipcv.batch.executor import StopRequest
    from hipcv.batch.plan import BatchRequest

    libraries.require()
    settings = config.load(Path.cwd())
    options = settings.options(
        assignments,
        model=model,
        overlay=overlay,
        blur_face=blur_face,
        external=external,
        person=Person(age, sex),
    )
    request = BatchRequest(
        folder=folder,
        out=out or Path(settings.run.out) / "batch" / folder.resolve().name,
        options=replace(options, mirrored=mirrored),
        pattern=settings.batch.pattern,
        retry_failed=retry_failed,
        force=force,
        timeout_s=timeout_s,
        worst_first=worst_first,
        watch=watch and not dry_run,
    )
    if task is not None:
        typer.echo(escape(clip_of(task, request.out)))
        return
    if dry_run:
        with batch_screen.open_progress(as_json=True, quiet=True) as progress:
            plan = run.plan_batch(request, progress)
        batch_screen.print_plan(plan, as_json=as_json)
        return
    if watch:
        text = _("Waiting for clips in {folder}. Ctrl-C ends it.")
        typer.echo(escape(text.format(folder=folder)), err=True)
    stop = StopRequest()
    with (
        open_executor(scheduler, request.options.model, workers, settings.batch.start) as executor,
        batch_screen.open_progress(as_json=as_json) as progress,
        stop_on_signals(
            stop.request,
            _(
                "stopping; clips being analysed get {grace_s:g} s. Ctrl-C again ends them now."
            ).format(grace_s=stop.grace_s),
        ),
    ):
        result = run.run_batch(request, executor, progress, stop)
    batch_screen.print_result(result, as_json=as_json)
    if result.interrupted:
        raise typer.Exit(Interrupted.exit_code)
    raise typer.Exit(SOME_FAILED if result.failed else 0)


def clip_of(task: str, out: Path) -> str:
    """Return the name of the clip of a task, from the manifest of the batch's results.

    Raises:
        BadRequest: no task has this name.
    """
    from hipcv.batch import manifest

    number = _TASK.fullmatch(task)
    clip = manifest.find_clip(out, int(number["number"])) if number else ""
    if not clip:
        text = _(
            "--task {task}: no clip of the results in {out} has this number. Choose their folder "
            "with --out."
        )
        raise BadRequest(text.format(task=task, out=out))
    return clip


@contextmanager
def open_executor(
    scheduler: str | None, model: str, workers: int | None, start: str = ""
) -> Iterator["Executor"]:
    """Provide the executor for this machine, or for the cluster of a scheduler.

    `start` is one of `config.STARTS`; "" chooses by the system that runs the jobs, as `fork` does.
    """
    changes: dict[str, Any] = {}
    if start == "spawn":
        from hipcv.batch.warm import WarmWorkers

        changes["open_starter"] = partial(WarmWorkers, fork=False)
    if scheduler is None:
        from hipcv.batch import executor
        from hipcv.batch.cores import real_cores

        yield replace(executor.LocalExecutor(workers or real_cores()), **changes)
        return
    from hipcv.batch.cluster import executor as dask_executor

    with dask_executor.connect(scheduler, model, max_jobs=workers, **changes) as cluster:
        yield cluster
