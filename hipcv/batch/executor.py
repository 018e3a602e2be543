"""Execution of jobs: events, the stop request, and the executor for this machine."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from hipcv.batch.job import Job
from hipcv.batch.outcome import JobOutcome
from hipcv.batch.process import RunningJob
from hipcv.batch.warm import JobStarter, WarmWorkers


@dataclass(frozen=True, slots=True)
class Started:
    """A job is about to start."""

    job: Job


@dataclass(frozen=True, slots=True)
class Ended:
    """A job ended; where the clip was analyzed, its result is in `job.result`."""

    job: Job
    outcome: JobOutcome


@dataclass(frozen=True, slots=True)
class Requeued:
    """A started job was stopped because the batch was asked to stop; it waits again."""

    job: Job


Event = Started | Ended | Requeued


@dataclass(slots=True)
class StopRequest:
    """A request to stop: the first gives running jobs time to end, the second ends them now."""

    grace_s: float = 10.0
    deadline_s: float | None = None  # on the monotonic clock; None: not requested

    def request(self) -> None:
        """Request the stop."""
        self.deadline_s = time.monotonic() + (self.grace_s if self.deadline_s is None else 0)

    @property
    def requested(self) -> bool:
        """Return True where no further job may start."""
        return self.deadline_s is not None

    @property
    def expired(self) -> bool:
        """Return True where running jobs have to end now."""
        return self.deadline_s is not None and time.monotonic() >= self.deadline_s


class Executor(Protocol):
    """Runs jobs, several at a time."""

    @property
    def needs_sha256(self) -> bool:
        """Return True if each job must have the SHA-256 of its clip."""
        ...

    def run(
        self,
        jobs: Iterable[Job | None],
        stop: StopRequest,
        wait: Callable[[float], None] = time.sleep,
    ) -> Generator[Event]:
        """Run jobs in their order and yield events as they happen.

        None among the jobs: the next is not known yet. `wait` is called to let some time pass.

        Every `Started` is followed by one `Ended` or `Requeued` of the same job. A job that kills
        its process ends as `crashed` and does not affect others. After a stop request nothing
        starts, and jobs that never started have no event. Closing the generator ends all.
        """
        ...


class Waiting(Iterator[Job]):
    """Jobs that wait; it ends where none is ready, and goes on when one is."""

    def __init__(self, jobs: Iterable[Job | None]) -> None:
        self._jobs = iter(jobs)
        self.exhausted = False  # there will be none

    def __next__(self) -> Job:
        try:
            job = next(self._jobs)
        except StopIteration:
            self.exhausted = True
            raise
        if job is None:
            raise StopIteration
        return job


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """An `Executor` on this machine."""

    workers: int
    open_starter: Callable[[], JobStarter] = WarmWorkers
    poll_interval_s: float = 0.05
    needs_sha256: bool = False

    def run(
        self,
        jobs: Iterable[Job | None],
        stop: StopRequest,
        wait: Callable[[float], None] = time.sleep,
    ) -> Generator[Event]:
        """Run jobs in their order; see `Executor`."""
        waiting = Waiting(jobs)
        running: list[RunningJob] = []
        starter = self.open_starter()
        try:
            while True:
                while len(running) < self.workers and not stop.requested:
                    job = next(waiting, None)
                    if job is None:
                        break
                    yield Started(job)
                    running.append(starter.start(job))
                if not running and (waiting.exhausted or stop.requested):
                    return
                yield from self._poll(running, wait)
                if stop.expired:
                    while running:
                        running[-1].kill()
                        yield Requeued(running.pop().job)
                    return
        finally:
            for process in running:
                process.kill()
            starter.close()

    def _poll(self, running: list[RunningJob], wait: Callable[[float], None]) -> Iterator[Event]:
        """Remove the processes that ended; wait where none did."""
        outcomes = [(process, process.poll()) for process in running]
        for process, outcome in outcomes:
            if outcome is not None:
                running.remove(process)
                yield Ended(process.job, outcome)
        if all(outcome is None for _, outcome in outcomes):
            wait(self.poll_interval_s)
