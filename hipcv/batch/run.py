"""One run of a batch: plan, execute, collect the results, write the summary."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from hipcv.batch.discovery import find_clips
from hipcv.batch.environment import current_environment
from hipcv.batch.executor import Ended, Event, Executor, Requeued, Started, StopRequest
from hipcv.batch.filename_pattern import compile_pattern
from hipcv.batch.job import Job
from hipcv.batch.manifest import Fingerprint, Manifest, ManifestState, open_manifest, read_state
from hipcv.batch.outcome import ANALYZED, FAILED, ClipOutcome, JobOutcome, read_result
from hipcv.batch.plan import (
    BatchPlan,
    BatchRequest,
    PlannedClip,
    fingerprint_clips,
    identify_clips,
    make_plan,
    waiting_outcome,
)
from hipcv.batch.summary import write_summary
from hipcv.core.errors import BadRequest

WORK: Final = ".work"
_FINGERPRINTS_PER_WRITE: Final = 50


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcomes of a folder and its summary."""

    outcomes: tuple[ClipOutcome, ...]  # sorted by the clips' names
    summary_html: Path
    summary_csv: Path
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

    def clip_started(self, clip: str) -> None:
        """Receive the name of a clip whose analysis starts."""

    def clip_finished(self, outcome: ClipOutcome) -> None:
        """Receive the outcome of a clip, from this run or an earlier one."""


def plan_batch(request: BatchRequest, progress: BatchProgress) -> BatchPlan:
    """Return the plan of a batch; write nothing.

    Raises:
        BadRequest: no such folder, no clip in it, or an invalid pattern.
        ModelMissing: the pose model is not on this machine.
    """
    return _Planner(request, progress, StopRequest()).plan(request.out / WORK)


def run_batch(
    request: BatchRequest, executor: Executor, progress: BatchProgress, stop: StopRequest
) -> BatchResult:
    """Analyze the clips that have no outcome yet, and write the summary of all.

    Args:
        request: the folder and the options.
        executor: runs the jobs.
        progress: receives the progress.
        stop: set from outside to end early.

    Raises:
        BadRequest: as `plan_batch`; or another batch writes to the same results.
        EnvironmentFault: results cannot be written, or the pose model is missing.
    """
    planner = _Planner(request, progress, stop)
    with open_manifest(request.out) as manifest, _work_folder(request.out) as work:
        plan = planner.plan(work, manifest)
        progress.planned(len(plan.clips), len(plan.jobs))
        collector = ResultCollector(
            request.out, manifest, {clip.name: clip for clip in plan.clips}, progress
        )
        for outcome in plan.outcomes.values():
            collector.add(outcome)
        with closing(executor.run(plan.jobs, stop)) as events:
            for event in events:
                collector.handle(event)
        outcomes = tuple(
            collector.outcomes.get(clip.name) or waiting_outcome(clip) for clip in plan.clips
        )
        html, csv = write_summary(outcomes, request.out, request.options.protocol)
    return BatchResult(outcomes, html, csv, interrupted=stop.requested)


@dataclass(frozen=True, slots=True)
class ResultCollector:
    """Moves results to their folders and records them in the manifest, in this order."""

    out: Path
    manifest: Manifest
    clips: Mapping[str, PlannedClip]  # by name
    progress: BatchProgress
    outcomes: dict[str, ClipOutcome] = field(default_factory=dict)  # by the clip's name

    def add(self, outcome: ClipOutcome) -> None:
        """Store the outcome of a clip and report it."""
        self.outcomes[outcome.clip] = outcome
        self.progress.clip_finished(outcome)

    def handle(self, event: Event) -> None:
        """Record an event, with the result where its job ended."""
        match event:
            case Started(job):
                self.manifest.record_job("started", job)
                self.progress.clip_started(job.name)
            case Requeued(job):
                self.manifest.record_job("put_back", job)
            case Ended(job, outcome):
                self.add(self._collect(job, outcome))

    def _collect(self, job: Job, outcome: JobOutcome) -> ClipOutcome:
        clip, result = self.clips[job.name], None
        if outcome.status in ANALYZED:
            result = read_result(job.result, clip.sha256)
        if result is not None:
            _replace_folder(job.result, self.out / job.folder, job.staging / "earlier")
        elif outcome.status in ANALYZED:
            self.manifest.record_changed(job.name)  # so that the next run hashes it again
            text = (
                f"{job.clip.name}: changed while it was analysed, or its result was lost. "
                "Wait until it is copied, and use --retry-failed."
            )
            outcome = replace(outcome, status="failed", text=text)
        self.manifest.record_ended(job, outcome)
        shutil.rmtree(job.staging, ignore_errors=True)
        folder = "" if result is None else job.folder
        return ClipOutcome(
            job.name, clip.name_fields, outcome.status, outcome.text, folder=folder, result=result
        )


def _replace_folder(source: Path, target: Path, earlier: Path) -> None:
    """Move a folder to its place in one step; move away an earlier one of the same clip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(earlier)
    source.rename(target)


class _Planner:
    """A request, validated before anything is written, and the steps that plan it."""

    def __init__(self, request: BatchRequest, progress: BatchProgress, stop: StopRequest) -> None:
        self._request, self._progress, self._stop = request, progress, stop
        self._environment = current_environment(request.options.model)
        self._pattern = compile_pattern(request.pattern)
        if not request.folder.is_dir():
            raise BadRequest(f"{request.folder}: not a folder. For a clip, use `hipcv analyze`.")
        self._candidates = find_clips(request.folder, request.out)
        if not self._candidates:
            raise BadRequest(
                f"{request.folder}: no clip in this folder or the folders within. "
                "Check that it is the right one."
            )

    def plan(self, staging: Path, manifest: Manifest | None = None) -> BatchPlan:
        """Return the plan; record new fingerprints where there is a manifest."""
        state = read_state(self._request.out)
        contents = self._contents(state, manifest)
        clips = identify_clips(self._candidates, contents, self._pattern)
        return make_plan(
            clips, state, self._request, environment=self._environment, staging=staging
        )

    def _contents(
        self, state: ManifestState, manifest: Manifest | None
    ) -> dict[str, Fingerprint | str]:
        """Return the fingerprint of each clip, or why it cannot be read, by the clip's name."""
        readable = [candidate for candidate in self._candidates if candidate.kind == "clip"]
        contents: dict[str, Fingerprint | str] = {}
        new: dict[str, Fingerprint] = {}
        for candidate, content in fingerprint_clips(readable, state):
            if self._stop.requested:
                raise KeyboardInterrupt
            contents[candidate.name] = content
            if isinstance(content, Fingerprint) and content != state.fingerprints.get(
                candidate.name
            ):
                new[candidate.name] = content
            if manifest and (len(new) == _FINGERPRINTS_PER_WRITE or len(contents) == len(readable)):
                manifest.record_fingerprints(new)
                new.clear()
            self._progress.clips_read(len(contents), len(readable))
        return contents


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
