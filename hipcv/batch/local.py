"""Runs jobs on this machine: one process a clip, a few at a time."""

import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from hipcv.batch.executor import Ended, Event, PutBack, Started, Stop
from hipcv.batch.job import Command, Job, analyze_command
from hipcv.batch.process import Process


@dataclass(frozen=True, slots=True)
class Local:
    """An `Executor` on this machine."""

    workers: int
    command: Command = analyze_command
    glance_s: float = 0.05  # between two glances at what runs

    def run(self, jobs: Iterable[Job], stop: Stop) -> Generator[Event]:
        """Run jobs in their order; see `Executor`."""
        waiting = iter(jobs)
        running: list[Process] = []
        try:
            while True:
                while len(running) < self.workers and not stop.asked:
                    job = next(waiting, None)
                    if job is None:
                        break
                    yield Started(job)
                    running.append(Process(job, self.command))
                if not running:
                    return
                yield from self._ended(running)
                if stop.over:
                    yield from _put_back(running)
                    return
        finally:
            for process in running:
                process.kill()

    def _ended(self, running: list[Process]) -> Iterator[Event]:
        """Take out those that ended; wait a moment where none did."""
        ended = [(process, process.poll()) for process in running]
        for process, outcome in ended:
            if outcome is not None:
                running.remove(process)
                yield Ended(process.job, outcome)
        if all(outcome is None for _, outcome in ended):
            time.sleep(self.glance_s)


def _put_back(running: list[Process]) -> Iterator[Event]:
    for process in [*running]:
        process.kill()
        running.remove(process)
        yield PutBack(process.job)
