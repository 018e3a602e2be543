"""A folder of clips, every one answered for."""

import shutil
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from hipcv.batch import manifest
from hipcv.batch.collector import Filing
from hipcv.batch.discovery import Found, find
from hipcv.batch.executor import Executor, Started, Stop
from hipcv.batch.filename_pattern import PATTERN, compiled
from hipcv.batch.job import FAILED, JsonObject
from hipcv.batch.manifest import Hashed, Ledger, Manifest
from hipcv.batch.means import means_here
from hipcv.batch.outcome import Answer
from hipcv.batch.plan import Plan, Terms, hashes, make_plan, recognise, waiting
from hipcv.batch.summary import write_summary
from hipcv.core.errors import BadRequest
from hipcv.core.options import AnalysisOptions

WORK: Final = ".work"
_NOTED_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a folder."""

    folder: Path
    out: Path
    options: AnalysisOptions = field(default_factory=AnalysisOptions)
    pattern: str = PATTERN
    retry_failed: bool = False
    force: bool = False
    timeout_s: float | None = None  # None: by the size of each clip


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a folder."""

    answers: tuple[Answer, ...]  # in the order of the clips' names
    summary_html: Path
    summary_csv: Path
    interrupted: bool

    @property
    def failed(self) -> tuple[Answer, ...]:
        """The clips that should have been analysed and could not be."""
        return tuple(answer for answer in self.answers if answer.status in FAILED)


class Watch(Protocol):
    """Told what happens in a batch."""

    def reading(self, done: int, total: int) -> None:
        """So many clips have been read to know their content."""

    def planned(self, total: int, to_do: int) -> None:
        """So many clips there are, and so many of them have to be analysed."""

    def started(self, clip: str) -> None:
        """A clip is being analysed."""

    def answered(self, answer: Answer) -> None:
        """A clip is answered for, now or by an earlier run."""


def plan_batch(request: Request, watch: Watch) -> Plan:
    """What a batch would do; writes nothing.

    Raises:
        BadRequest: the folder is none, holds no clip, or the pattern is at fault.
        ModelMissing: the pose model is not on this machine.
    """
    terms = _terms(request)
    found = _found(request)
    ledger = manifest.read(request.out)
    contents = _contents(found, ledger, watch, Stop(), notes=None)
    clips = recognise(found, contents, terms.pattern)
    return make_plan(clips, ledger, terms, request.out / WORK)


def run_batch(request: Request, executor: Executor, watch: Watch, stop: Stop) -> Batch:
    """Analyse what has to be analysed, and write the summary of everything.

    Args:
        request: what is asked.
        executor: runs the jobs.
        watch: told what happens.
        stop: asked from outside to end early.

    Raises:
        BadRequest: as `plan_batch`; or another batch writes to the same results.
        EnvironmentFault: results cannot be written, or the pose model is missing.
    """
    terms = _terms(request)
    found = _found(request)
    with manifest.opened(request.out) as notes, _work(request.out) as work:
        ledger = manifest.read(request.out)
        contents = _contents(found, ledger, watch, stop, notes=notes)
        plan = make_plan(recognise(found, contents, terms.pattern), ledger, terms, work)
        watch.planned(len(plan.clips), len(plan.jobs))
        answers = dict(plan.answers)
        for answer in plan.answers.values():
            watch.answered(answer)
        filing = Filing(request.out, notes, {clip.found.name: clip for clip in plan.clips})
        with closing(_done(plan, filing, executor, watch, stop)) as done:
            for answer in done:
                answers[answer.clip] = answer
                watch.answered(answer)
        told = tuple(answers.get(clip.found.name) or waiting(clip) for clip in plan.clips)
        html, csv = write_summary(told, request.out, terms.options.protocol)
    return Batch(told, html, csv, interrupted=stop.asked)


def _done(  # noqa: PLR0917 - everyone who has a part in it
    plan: Plan, filing: Filing, executor: Executor, watch: Watch, stop: Stop
) -> Generator[Answer]:
    """The answers of a plan's jobs, as they end."""
    with closing(executor.run(plan.jobs, stop)) as events:
        for event in events:
            if answer := filing.follow(event):
                yield answer
            elif isinstance(event, Started):
                watch.started(event.job.name)


def _terms(request: Request) -> Terms:
    """What results of this run are known by."""
    means = means_here(request.options.model)
    return Terms(
        out=request.out,
        options=request.options,
        models=means.models,
        method=means.method,
        pattern=compiled(request.pattern),
        retry_failed=request.retry_failed,
        force=request.force,
        timeout_s=request.timeout_s,
    )


def _found(request: Request) -> list[Found]:
    if not request.folder.is_dir():
        raise BadRequest(f"{request.folder}: not a folder. For a clip, use `hipcv analyze`.")
    found = find(request.folder, request.out)
    if not found:
        raise BadRequest(
            f"{request.folder}: no clip in this folder or the folders within. "
            "Check that it is the right one."
        )
    return found


def _contents(
    found: Sequence[Found], ledger: Ledger, watch: Watch, stop: Stop, *, notes: Manifest | None
) -> dict[str, Hashed | str]:
    """What each clip holds, by its name; news are written down as they come."""
    readable = [one for one in found if one.kind == "clip"]
    contents: dict[str, Hashed | str] = {}
    news: list[JsonObject] = []
    for one, content in hashes(readable, ledger):
        if stop.asked:
            raise KeyboardInterrupt
        contents[one.name] = content
        if isinstance(content, Hashed) and content != ledger.hashes.get(one.name):
            news.append(manifest.found(one.name, content))
        if notes and (len(news) == _NOTED_AT_ONCE or len(contents) == len(readable)):
            notes.add(*news)
            news.clear()
        watch.reading(len(contents), len(readable))
    return contents


@contextmanager
def _work(out: Path) -> Iterator[Path]:
    """A folder for what is being made; what an earlier run left in it goes."""
    work = out / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as folder:
            yield Path(folder).absolute()  # jobs do their work in folders of their own
    finally:
        shutil.rmtree(work, ignore_errors=True)
