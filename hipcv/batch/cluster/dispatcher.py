"""Dispatch of a batch's jobs to a cluster: how many to submit, and how to treat each reply."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

from hipcv.batch.cluster.starters import OpenStarter
from hipcv.batch.cluster.task import (
    RESULT,
    Cancelled,
    ClipMissing,
    ClusterTask,
    Done,
    Incompatible,
    Reply,
)
from hipcv.batch.environment import SoftwareEnvironment
from hipcv.batch.executor import Ended, Event, Requeued, Started
from hipcv.batch.job import Job
from hipcv.batch.outcome import JobOutcome
from hipcv.core.errors import EnvironmentFault
from hipcv.core.system_errors import reason_of
from hipcv.language import _

SENT_CLIP_MAX_BYTES: Final = 256 << 20
"""Of a clip that is sent to a worker; it passes through the memory of the scheduler."""

_SENT_AT_ONCE_BYTES: Final = SENT_CLIP_MAX_BYTES  # the scheduler needs five times as much
_EXTRA_JOBS: Final = 8  # beyond two per worker thread: queued work lets a cluster scale up
_MAX_DEATHS: Final = 3  # of workers by one clip, before it fails
_WORKER_CHECK_INTERVAL_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class WorkersDied:
    """This many workers died while they had the task."""

    workers: int


@dataclass(frozen=True, slots=True)
class TaskError:
    """The task raised an error on its worker, or never reached one."""

    text: str


TaskResult = Reply | WorkersDied | TaskError


class WorkerConnection(Protocol):
    """A connection to the workers; every method may raise `EnvironmentFault` once it is lost."""

    def submit(self, task: ClusterTask) -> str:
        """Submit a task and return its key."""

    def started(self) -> Sequence[str]:
        """Return the keys of tasks whose analysis started since the last call."""

    def results(self) -> Sequence[tuple[str, TaskResult]]:
        """Return key and result of the tasks that ended since the last call."""

    def cancel(self, keys: Iterable[str]) -> None:
        """Cancel tasks; their workers end what runs."""

    def threads(self) -> int:
        """Return the number of tasks the workers can execute at once now."""


@dataclass(slots=True)
class SubmittedJob:
    """A job that was submitted, perhaps several times."""

    job: Job
    started: bool = False  # `Started` was yielded
    deaths: int = 0  # of workers that had it
    clip_bytes: int = 0  # where the clip has to be sent with the task
    result_folder: Path | None = None  # where a worker may write the result
    sends_result: bool = False  # what a worker wrote was not found there


@dataclass(slots=True)
class Dispatcher:
    """The jobs of one run that are with the workers, or have to go there again."""

    connection: WorkerConnection
    environment: SoftwareEnvironment
    open_starter: OpenStarter
    max_jobs: int | None  # the most jobs to submit at once; None: by the workers' threads
    no_worker_timeout_s: float
    run_id: str = field(default_factory=lambda: uuid4().hex)
    submitted: dict[str, SubmittedJob] = field(default_factory=dict)  # by the task's key
    retry_queue: deque[SubmittedJob] = field(default_factory=deque)
    slots: int = 0
    last_check_s: float = float("-inf")
    last_worker_at_s: float = field(default_factory=time.monotonic)

    @property
    def busy(self) -> bool:
        """Return True while any job is submitted or queued for a retry."""
        return bool(self.submitted or self.retry_queue)

    def fill(self, waiting: Iterator[Job]) -> Iterator[Event]:
        """Submit retries, then waiting jobs, while slots are free."""
        self._check_workers()
        sent_bytes = sum(submitted.clip_bytes for submitted in self.submitted.values())
        while (
            self.retry_queue and sent_bytes + self.retry_queue[0].clip_bytes <= _SENT_AT_ONCE_BYTES
        ):
            sent_bytes += self.retry_queue[0].clip_bytes
            yield from self._submit(self.retry_queue.popleft())
        while len(self.submitted) + len(self.retry_queue) < self.slots:
            job = next(waiting, None)
            if job is None:
                return
            yield from self._submit(SubmittedJob(job))

    def poll(self) -> Iterator[Event]:
        """Yield the events since the last call."""
        for key in self.connection.started():
            yield from _started(self.submitted.get(key))
        for key, result in self.connection.results():
            submitted = self.submitted.pop(key, None)  # None: cancelled since
            if submitted is not None:
                yield from self._handle(submitted, result)

    def cancel_unstarted(self) -> Iterator[Event]:
        """Cancel the jobs whose analysis did not start."""
        idle = [key for key, submitted in self.submitted.items() if not submitted.started]
        self.connection.cancel(idle)
        for key in idle:
            del self.submitted[key]
        while self.retry_queue:
            yield from _requeued(self.retry_queue.popleft())

    def requeue_all(self) -> Iterator[Event]:
        """Cancel all jobs; yield `Requeued` for those that started."""
        for submitted in (*self.submitted.values(), *self.retry_queue):
            yield from _requeued(submitted)
        self.close()

    def close(self) -> None:
        """Cancel all jobs without events."""
        keys = [*self.submitted]
        self.submitted.clear()
        self.retry_queue.clear()
        self.connection.cancel(keys)

    def _check_workers(self) -> None:
        """Update the number of slots from the number of workers, every few seconds."""
        now_s = time.monotonic()
        if now_s - self.last_check_s < _WORKER_CHECK_INTERVAL_S:
            return
        threads, self.last_check_s = self.connection.threads(), now_s
        self.slots = 2 * threads + _EXTRA_JOBS if self.max_jobs is None else self.max_jobs
        if threads:
            self.last_worker_at_s = now_s
        elif now_s - self.last_worker_at_s > self.no_worker_timeout_s:
            raise EnvironmentFault(
                _(
                    "No worker has been there for {minutes:.0f} min. Start workers, and run "
                    "the same command again: it goes on where it was."
                ).format(minutes=self.no_worker_timeout_s / 60)
            )

    def _submit(self, submitted: SubmittedJob) -> Iterator[Event]:
        job = submitted.job
        task = ClusterTask.from_job(job, self.environment, self.open_starter, self.run_id)
        if not submitted.sends_result:
            # A new one for each attempt: a worker that was thought dead may still write.
            submitted.result_folder = job.staging.absolute() / uuid4().hex
            submitted.result_folder.mkdir(parents=True)
            task = replace(task, result_folder=str(submitted.result_folder))
        if submitted.clip_bytes:
            try:
                task = replace(task, content=job.clip.read_bytes())
            except OSError as error:
                yield from _failed(
                    submitted, _("cannot be read ({strerror}).").format(strerror=reason_of(error))
                )
                return
        self.submitted[self.connection.submit(task)] = submitted

    def _handle(self, submitted: SubmittedJob, result: TaskResult) -> Iterator[Event]:
        match result:
            case Done(outcome, files, is_written):
                if is_written and not _take_written(submitted):
                    submitted.sends_result = True
                    self.retry_queue.append(submitted)
                    return
                _write_files(files, submitted.job)
                yield from _ended(submitted, outcome)
            case ClipMissing():
                yield from self._retry_with_content(submitted)
            case Cancelled():
                self.retry_queue.append(submitted)
            case WorkersDied(workers):
                yield from self._retry_after_deaths(submitted, workers)
            case TaskError(text):
                yield from _failed(submitted, text)
            case Incompatible(text):
                self.retry_queue.append(submitted)
                raise EnvironmentFault(text)

    def _retry_with_content(self, submitted: SubmittedJob) -> Iterator[Event]:
        """Send the clip with the next task, unless it is too large."""
        try:
            submitted.clip_bytes = max(1, submitted.job.clip.stat().st_size)
        except OSError:
            submitted.clip_bytes = 1  # reading it will fail, with a message
        if submitted.clip_bytes <= SENT_CLIP_MAX_BYTES:
            self.retry_queue.append(submitted)
            return
        yield from _failed(
            submitted,
            _(
                "a worker does not see this clip in its folder, and with {size} MB it is too "
                "large to be sent there (at most {limit} MB). Share the folder with "
                "the workers, or analyse it without --scheduler."
            ).format(size=submitted.clip_bytes >> 20, limit=SENT_CLIP_MAX_BYTES >> 20),
        )

    def _retry_after_deaths(self, submitted: SubmittedJob, workers: int) -> Iterator[Event]:
        """Retry on another worker, unless too many died."""
        # A clip that only waited on a worker is hardly the cause of its death.
        submitted.deaths += workers if submitted.started else 1
        if submitted.deaths < _MAX_DEATHS:
            self.retry_queue.append(submitted)
            return
        yield from _failed(
            submitted,
            _(
                "given up, for {deaths} workers died while they had it. See whether they have "
                "memory enough, and use --retry-failed."
            ).format(deaths=submitted.deaths),
            exit_code=None,
        )


def _started(submitted: SubmittedJob | None) -> Iterator[Event]:
    """Yield `Started` once per job."""
    if submitted is not None and not submitted.started:
        submitted.started = True
        yield Started(submitted.job)


def _ended(submitted: SubmittedJob, outcome: JobOutcome) -> Iterator[Event]:
    yield from _started(submitted)
    yield Ended(submitted.job, outcome)


def _failed(
    submitted: SubmittedJob, reason: str, exit_code: int | None = EnvironmentFault.exit_code
) -> Iterator[Event]:
    """End a job as failed; with the default exit code the next run tries it again."""
    text = f"{submitted.job.clip.name}: {reason}"
    yield from _ended(submitted, JobOutcome("failed", text, exit_code))


def _requeued(submitted: SubmittedJob) -> Iterator[Event]:
    if submitted.started:
        yield Requeued(submitted.job)


def _take_written(submitted: SubmittedJob) -> bool:
    """Move a result that a worker wrote to where an analysis on this machine would have."""
    assert submitted.result_folder is not None
    try:
        (submitted.result_folder / RESULT).rename(submitted.job.result)
    except OSError:
        return False
    return True


def _write_files(files: Mapping[str, bytes], job: Job) -> None:
    """Write a received result to where an analysis on this machine would have written it."""
    for name, content in files.items():
        path = job.result / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
