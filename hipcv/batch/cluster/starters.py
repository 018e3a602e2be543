"""Warm workers of one Dask worker, shared by its threads and closed when it has no clips."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from hipcv.batch.job import Job
from hipcv.batch.outcome import JobOutcome
from hipcv.batch.warm import JobStarter, WarmWorkers

IDLE_S: Final = 60.0
"""Time without a job after which a starter is closed: its processes hold the libraries."""

_POLL_INTERVAL_S: Final = 0.1

OpenStarter = Callable[[], JobStarter]
"""Opens a `JobStarter`, on the machine that runs the jobs."""


class SharedStarter:
    """A `JobStarter` for several threads; it is opened when there is a job.

    A `JobStarter` is not made for threads: each call of it and of its jobs is made under one lock.
    """

    def __init__(self, open_starter: OpenStarter = WarmWorkers, idle_s: float = IDLE_S) -> None:
        self._open, self._idle_s = open_starter, idle_s
        self._lock = threading.Lock()
        self._starter: JobStarter | None = None
        self._users = 0
        self._timer: threading.Timer | None = None  # that closes it, while there is no user

    def run(self, job: Job, is_needed: Callable[[], bool]) -> JobOutcome | None:
        """Run a job to its end; end it, and return None, once it is not needed."""
        with self._opened() as starter:
            with self._lock:
                running = starter.start(job)
            try:
                while is_needed():
                    with self._lock:
                        outcome = running.poll()
                    if outcome is not None:
                        return outcome
                    time.sleep(_POLL_INTERVAL_S)
                return None
            finally:
                with self._lock:
                    running.kill()

    @contextmanager
    def _opened(self) -> Iterator[JobStarter]:
        with self._lock:
            self._starter = starter = self._starter or self._open()
            self._users += 1
            if self._timer:
                self._timer.cancel()
        try:
            yield starter
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._timer = threading.Timer(self._idle_s, self._close_if_idle)
                    self._timer.daemon = True
                    self._timer.start()

    def _close_if_idle(self) -> None:
        with self._lock:
            if self._starter and not self._users:
                self._starter.close()
                self._starter = None


_starters: Final[dict[str, SharedStarter]] = {}
"""Of this process, by the `run_id` of a batch."""

_starters_lock: Final = threading.Lock()


def starter_of(run_id: str, open_starter: OpenStarter) -> SharedStarter:
    """Return the starter of one batch's run in this process."""
    with _starters_lock:
        return _starters.setdefault(run_id, SharedStarter(open_starter))
