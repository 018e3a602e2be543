"""One run of a batch: plan, execute, collect the results, write the summary, all at once."""

import shutil
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final, Protocol, overload

from hipcv.batch.contents import hash_of_ends
from hipcv.batch.executor import Ended, Event, Executor, Requeued, Started, StopRequest
from hipcv.batch.job import Job
from hipcv.batch.manifest import (
    Fingerprint,
    Manifest,
    open_manifest,
    read_result_at,
    read_state,
)
from hipcv.batch.outcome import (
    ANALYZED,
    FAILED,
    ClipOutcome,
    ClipStatus,
    JobOutcome,
    JsonObject,
    read_result,
    state_of_files,
)
from hipcv.batch.plan import BatchPlan, BatchRequest, Planned, Planner, WaitingClip
from hipcv.batch.summary import SummaryWriter
from hipcv.core.errors import BadRequest
from hipcv.files import locked_folder, sha256_of
from hipcv.folders import all_files, replace_folder
from hipcv.language import _

WORK: Final = ".work"
PLANNED_FIRST_S: Final = 0.5
"""Time for finding clips before the first analysis begins; a small folder is then planned."""


class Outcomes(Sequence[ClipOutcome]):
    """Outcomes of clips, sorted by name; each result is read from the manifest when it is used."""

    def __init__(self, out: Path, outcomes: dict[str, ClipOutcome]) -> None:
        self._out, self._outcomes = out, outcomes
        self._names = sorted(outcomes)

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> ClipOutcome: ...

    @overload
    def __getitem__(self, index: slice) -> list[ClipOutcome]: ...

    def __getitem__(self, index: int | slice) -> ClipOutcome | list[ClipOutcome]:
        if isinstance(index, slice):
            return [load_result(self._out, self._outcomes[name]) for name in self._names[index]]
        return load_result(self._out, self._outcomes[self._names[index]])

    def count_by_status(self) -> Counter[ClipStatus]:
        """Return the number of clips of each status."""
        return Counter(self._outcomes[name].status for name in self._names)

    def failed(self) -> list[ClipOutcome]:
        """Return the clips that could not be analyzed."""
        outcomes = (self._outcomes[name] for name in self._names)
        return [outcome for outcome in outcomes if outcome.status in FAILED]


def load_result(out: Path, outcome: ClipOutcome) -> ClipOutcome:
    """Return an outcome with its text and its result, read from the manifest if it is there."""
    if outcome.status == "waiting":
        text = _("{name}: not analysed yet. Run the same command again.")
        return replace(outcome, text=text.format(name=PurePosixPath(outcome.clip).name))
    if outcome.answer_at < 0:
        return outcome
    return replace(outcome, result=read_result_at(out, outcome.answer_at))


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcomes of a folder and its summary."""

    outcomes: Outcomes
    summary_html: Path
    interrupted: bool

    @property
    def failed(self) -> tuple[ClipOutcome, ...]:
        """Return the clips that could not be analyzed."""
        return tuple(self.outcomes.failed())


class BatchProgress(Protocol):
    """Receiver of a batch's progress."""

    def clips_found(self, total: int, to_do: int) -> None:
        """Receive the number of clips found so far, and of those to analyze."""

    def planned(self, total: int, to_do: int) -> None:
        """Receive the number of all clips, and of those to analyze."""

    def links_followed(self, clips: Sequence[str]) -> None:
        """Receive the names of the clips, if any, that lie outside the folder, behind links."""

    def clip_started(self, clip: str) -> None:
        """Receive the name of a clip whose analysis starts."""

    def clip_finished(self, outcome: ClipOutcome) -> None:
        """Receive the outcome of a clip, from this run or an earlier one."""


def plan_batch(request: BatchRequest, progress: BatchProgress) -> BatchPlan:
    """Return the plan of a batch; write nothing. Raises as `Planner` does."""
    planner = Planner(request)
    outcomes: dict[str, ClipOutcome] = {}
    jobs: list[Job] = []
    for planned in planner.plan(read_state(request.out), None):
        assert planned is not None  # of a folder that is watched
        outcomes[planned.outcome.clip] = load_result(request.out, planned.outcome)
        if planned.waiting:
            jobs.append(planner.job(planned.waiting, request.out / WORK, len(jobs) + 1))
        progress.clips_found(len(outcomes), len(jobs))
    return BatchPlan(dict(sorted(outcomes.items())), tuple(jobs), tuple(planner.outside))


def run_batch(
    request: BatchRequest, executor: Executor, progress: BatchProgress, stop: StopRequest
) -> BatchResult:
    """Analyze the clips that have no outcome yet, and write the summary of all.

    The first analysis begins while further clips are being found. A folder that is watched is done
    when `stop` is requested.

    Raises:
        BadRequest: as `Planner` does; or another batch writes to the same results.
        EnvironmentFault: results cannot be written, or the pose model is missing.
    """
    planner = Planner(request, read_all=executor.needs_sha256)
    with (
        _watched(request) if request.watch else nullcontext(),
        open_manifest(request.out) as manifest,
        _work_folder(request.out) as work,
    ):
        earlier = manifest.state.summary
        summary = SummaryWriter(
            request.out, request.options, earlier, worst_first=request.worst_first
        )
        collector = ResultCollector(request.out, planner, manifest, progress, summary)
        feed = Feed(planner, collector, work, stop)
        feed.plan_for(PLANNED_FIRST_S)
        with closing(executor.run(feed, stop, feed.wait)) as events:
            for event in events:
                collector.handle(event)
        html = collector.write_summary()
        outcomes = Outcomes(request.out, collector.outcomes)
    waits = outcomes.count_by_status()["waiting"] > 0
    return BatchResult(outcomes, html, stop.requested and (waits or not request.watch))


class Feed(Iterator[Job | None]):
    """The jobs of a batch, which are planned while others run; None where none is ready yet."""

    def __init__(
        self, planner: Planner, collector: "ResultCollector", work: Path, stop: StopRequest
    ) -> None:
        self._planner, self._collector, self._work, self._stop = planner, collector, work, stop
        self._planned: Iterator[Planned | None] = planner.plan(
            collector.manifest.state, collector.manifest
        )
        self._waiting: deque[WaitingClip] = deque()
        self._complete = False
        self._to_do = 0
        self._last_number = collector.manifest.state.last_number

    def __next__(self) -> Job | None:
        while self._waiting:
            clip = self._waiting.popleft()
            self._last_number += 1
            job = self._planner.job(clip, self._work, self._last_number)
            if self._can_be_read(job):
                return job
        if self._complete:
            raise StopIteration
        return None

    def wait(self, seconds: float) -> None:
        """Plan for so long; sleep for what is left where all is planned."""
        began_s = time.monotonic()
        self.plan_for(seconds)
        self._collector.refresh_summary()
        time.sleep(max(0.0, began_s + seconds - time.monotonic()))

    def plan_for(self, seconds: float) -> None:
        """Find and plan clips for so long, or until all are planned."""
        deadline_s = time.monotonic() + seconds
        while not self._complete and not self._stop.requested and time.monotonic() < deadline_s:
            try:
                planned = next(self._planned)
            except StopIteration:
                self._conclude()
                return
            if planned is None:
                return
            self._take(planned)

    def _take(self, planned: Planned) -> None:
        if planned.waiting:
            self._waiting.append(planned.waiting)
            self._to_do += 1
        self._collector.add(planned.outcome)
        self._collector.progress.clips_found(len(self._collector.outcomes), self._to_do)

    def _conclude(self) -> None:
        self._complete = True
        progress = self._collector.progress
        progress.planned(len(self._collector.outcomes), self._to_do)
        if self._to_do:
            self._collector.write_summary()
        if self._planner.outside:
            progress.links_followed(self._planner.outside)

    def _can_be_read(self, job: Job) -> bool:
        """Return True if a clip can be opened; otherwise, its outcome says why not."""
        try:
            job.clip.open("rb").close()
        except OSError as error:
            self._collector.add(self._planner.failed_to_read(job.name, error))
            return False
        return True


@dataclass(frozen=True, slots=True)
class ResultCollector:
    """Moves results to their folders and records them in the manifest, in this order."""

    out: Path
    planner: Planner
    manifest: Manifest
    progress: BatchProgress
    summary: SummaryWriter
    outcomes: dict[str, ClipOutcome] = field(default_factory=dict)  # by name, without results

    def add(self, outcome: ClipOutcome) -> None:
        """Take the outcome of a clip that is not analyzed, or waits."""
        before = self.outcomes.get(outcome.clip)
        if before is not None and before.status != "waiting":  # it changed while it was watched
            self.summary.remove(self.load(before))
        self.outcomes[outcome.clip] = outcome
        if outcome.status != "waiting":
            outcome = self.load(outcome)
            self.summary.add(outcome)
            self.progress.clip_finished(outcome)

    def load(self, outcome: ClipOutcome) -> ClipOutcome:
        """Return an outcome with its result."""
        return load_result(self.out, outcome)

    def refresh_summary(self) -> None:
        """Write the pages of the summary that changed, now and then."""
        if self.summary.is_due():
            self.summary.refresh(self)

    def write_summary(self) -> Path:
        """Write all of the summary that changed, and return the path of its first page."""
        before = self.summary.written
        html = self.summary.refresh(self)
        self.summary.write_table(self)
        if self.summary.written != before:
            self.manifest.record_summary(self.summary.written.pages, self.summary.written.table)
        return html

    def handle(self, event: Event) -> None:
        """Record an event, with the result where its job ended."""
        self.refresh_summary()
        match event:
            case Started(job):
                self.manifest.record_job("started", job)
                self.progress.clip_started(job.name)
            case Requeued(job):
                self.manifest.record_job("put_back", job)
            case Ended(job, outcome):
                self._collect(job, outcome)

    def _collect(self, job: Job, outcome: JobOutcome) -> None:
        analyzed = outcome.status in ANALYZED
        result = read_result(job.result, job.clip_sha256) if analyzed else None
        if result is not None and (job.clip_sha256 or _is_unchanged(job)):
            job = self._identified(job, result["clip"]["sha256"])
            replace_folder(job.result, self.out / job.folder, all_files)
        elif analyzed:
            result = None
            self.manifest.record_changed(job.name)  # so that the next run reads it again
            text = _(
                "{name}: changed while it was analysed, or its result was lost. Wait until it is "
                "copied, and use --retry-failed."
            ).format(name=job.clip.name)
            outcome = replace(outcome, status="failed", text=text)
        if result is None:
            job = self._identified(job, job.clip_sha256)
        self._finish(job, outcome, result)

    def _identified(self, job: Job, sha256: str) -> Job:
        """Return a job with the content of its clip and its key, which are recorded if new."""
        if job.clip_sha256:
            return job
        try:
            sha256 = sha256 or sha256_of(job.clip)
            ends = hash_of_ends(job.clip)
        except OSError:
            return job  # a failure of which there will be no record
        if not _is_unchanged(job):
            return job  # it is still copied: the next run analyses it
        job = replace(job, clip_sha256=sha256, key=self.planner.key(sha256))
        self.manifest.record_content(job, Fingerprint(job.size_bytes, job.mtime_ns, sha256, ends))
        return job

    def _finish(self, job: Job, outcome: JobOutcome, result: JsonObject | None) -> None:
        files = state_of_files(self.out / job.folder) if result else ""
        position = self.manifest.record_ended(job, outcome, result, files)
        shutil.rmtree(job.staging, ignore_errors=True)
        finished = replace(
            self.outcomes[job.name],
            status=outcome.status,
            text=outcome.text,
            folder=job.folder if result else "",
            files=files,
        )
        self.outcomes[job.name] = replace(finished, answer_at=position if result else -1)
        finished = replace(finished, result=result)
        self.summary.add(finished)
        if self.summary.written.table:
            self.manifest.record_summary(self.summary.written.pages, "")  # no longer in order
        self.summary.append(finished)
        self.progress.clip_finished(finished)


def _is_unchanged(job: Job) -> bool:
    """Return True if a clip has the size and time with which it was found."""
    try:
        state = job.clip.stat()
    except OSError:
        return False
    return (state.st_size, state.st_mtime_ns) == (job.size_bytes, job.mtime_ns)


@contextmanager
def _watched(request: BatchRequest) -> Iterator[None]:
    """Watch a folder for this batch alone, where the system can lock a folder.

    Raises:
        BadRequest: another batch watches it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked_folder(request.folder))
        except BlockingIOError as error:
            raise BadRequest(
                _("{folder}: another batch watches this folder. End it first.").format(
                    folder=request.folder
                )
            ) from error
        yield


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
