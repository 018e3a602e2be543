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

    def run(self, jobs: Iterable[Job], stop: StopRequest) -> Generator[Event]:
        """Run jobs in their order and yield events as they happen.

        Every `Started` is followed by one `Ended` or `Requeued` of the same job. A job that kills
        its process ends as `crashed` and does not affect others. After a stop request nothing
        starts, and jobs that never started have no event. Closing the generator ends all.
        """
        ...


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """An `Executor` on this machine."""

    workers: int
    open_starter: Callable[[], JobStarter] = WarmWorkers
    poll_interval_s: float = 0.05

    def run(self, jobs: Iterable[Job], stop: StopRequest) -> Generator[Event]:
        """Run jobs in their order; see `Executor`."""
        waiting = iter(jobs)
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
                if not running:
                    return
                yield from self._poll(running)
                if stop.expired:
                    while running:
                        running[-1].kill()
                        yield Requeued(running.pop().job)
                    return
        finally:
            for process in running:
                process.kill()
            starter.close()

    def _poll(self, running: list[RunningJob]) -> Iterator[Event]:
        """Remove the processes that ended; sleep where none did."""
        outcomes = [(process, process.poll()) for process in running]
        for process, outcome in outcomes:
            if outcome is not None:
                running.remove(process)
                yield Ended(process.job, outcome)
        if all(outcome is None for _, outcome in outcomes):
            time.sleep(self.poll_interval_s)
