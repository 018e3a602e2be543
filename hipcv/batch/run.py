"""One run of a batch: plan, execute, collect the results, write the summary."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from hipcv.batch.executor import Ended, Event, Executor, Requeued, Started, StopRequest
from hipcv.batch.job import Job
from hipcv.batch.manifest import Manifest, open_manifest, read_state
from hipcv.batch.outcome import ANALYZED, FAILED, ClipOutcome, JobOutcome, read_result
from hipcv.batch.plan import BatchPlan, BatchRequest, Planner
from hipcv.batch.summary import write_summary
from hipcv.folders import all_files, replace_folder
from hipcv.language import _

WORK: Final = ".work"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcomes of a folder and its summary."""

    outcomes: tuple[ClipOutcome, ...]  # sorted by the clips' names
    summary_html: Path
    interrupted: bool

    @property
    def failed(self) -> tuple[ClipOutcome, ...]:
        """Return the clips that could not be analyzed."""
        return tuple(outcome for outcome in self.outcomes if outcome.status in FAILED)


class BatchProgress(Protocol):
    """Receiver of a batch's progress."""

    def clips_read(self, done: int, total: int) -> None:
        """Receive the number of clips whose content was hashed."""

    def planned(self, total: int, to_do: int) -> None:
        """Receive the number of clips, and of those to analyze."""

    def links_followed(self, clips: Sequence[str]) -> None:
        """Receive the names of the clips, if any, that lie outside the folder, behind links."""

    def clip_started(self, clip: str) -> None:
        """Receive the name of a clip whose analysis starts."""

    def clip_finished(self, outcome: ClipOutcome) -> None:
        """Receive the outcome of a clip, from this run or an earlier one."""


def plan_batch(request: BatchRequest, progress: BatchProgress) -> BatchPlan:
    """Return the plan of a batch; write nothing. Raises as `Planner` does."""
    planner = Planner(request)
    state = read_state(request.out)
    contents = planner.read_contents(state, progress.clips_read, None)
    return planner.plan(state, contents, request.out / WORK)


def run_batch(
    request: BatchRequest, executor: Executor, progress: BatchProgress, stop: StopRequest
) -> BatchResult:
    """Analyze the clips that have no outcome yet, and write the summary of all.

    Raises:
        BadRequest: as `Planner` does; or another batch writes to the same results.
        EnvironmentFault: results cannot be written, or the pose model is missing.
    """

    def notify_read(done: int, total: int) -> None:
        if stop.requested:
            raise KeyboardInterrupt
        progress.clips_read(done, total)

    planner = Planner(request)
    with open_manifest(request.out) as manifest, _work_folder(request.out) as work:
        state = read_state(request.out)
        plan = planner.plan(state, planner.read_contents(state, notify_read, manifest), work)
        progress.planned(len(plan.outcomes), len(plan.jobs))
        if plan.outside:
            progress.links_followed(plan.outside)
        for outcome in plan.outcomes.values():
            if outcome.status != "waiting":
                progress.clip_finished(outcome)
        collector = ResultCollector(request.out, manifest, progress, dict(plan.outcomes))
        with closing(executor.run(plan.jobs, stop)) as events:
            for event in events:
                collector.handle(event)
        outcomes = tuple(collector.outcomes.values())
        html = write_summary(outcomes, request.out, request.options)
    return BatchResult(outcomes, html, interrupted=stop.requested)


@dataclass(frozen=True, slots=True)
class ResultCollector:
    """Moves results to their folders and records them in the manifest, in this order."""

    out: Path
    manifest: Manifest
    progress: BatchProgress
    outcomes: dict[str, ClipOutcome]  # of every clip, by name

    def handle(self, event: Event) -> None:
        """Record an event, with the result where its job ended."""
        match event:
            case Started(job):
                self.manifest.record_job("started", job)
                self.progress.clip_started(job.name)
            case Requeued(job):
                self.manifest.record_job("put_back", job)
            case Ended(job, outcome):
                self.outcomes[job.name] = self._collect(job, outcome)
                self.progress.clip_finished(self.outcomes[job.name])

    def _collect(self, job: Job, outcome: JobOutcome) -> ClipOutcome:
        analyzed = outcome.status in ANALYZED
        result = read_result(job.result, job.clip_sha256) if analyzed else None
        if result is not None:
            replace_folder(job.result, self.out / job.folder, all_files)
        elif analyzed:
            self.manifest.record_changed(job.name)  # so that the next run hashes it again
            text = _(
                "{name}: changed while it was analysed, or its result was lost. Wait until it is "
                "copied, and use --retry-failed."
            ).format(name=job.clip.name)
            outcome = replace(outcome, status="failed", text=text)
        self.manifest.record_ended(job, outcome)
        shutil.rmtree(job.staging, ignore_errors=True)
        return replace(
            self.outcomes[job.name],
            status=outcome.status,
            text=outcome.text,
            folder="" if result is None else job.folder,
            result=result,
        )


@contextmanager
def _work_folder(out: Path) -> Iterator[Path]:
    """Provide a folder for unfinished results; delete what an earlier run left in it."""
    work = out / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        with TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as folder:
            yield Path(folder).absolute()  # each job runs in a folder of its own
    finally:
        shutil.rmtree(work, ignore_errors=True)
