import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hipcv.batch.cluster.starters import SharedStarter
from hipcv.batch.job import Job
from hipcv.batch.outcome import JobOutcome
from hipcv.core.options import AnalysisOptions
from tests.waiting import wait_until


class Running:
    def __init__(self, starter):
        self.starter, self.polls = starter, 3

    def poll(self):
        self.starter.enter()
        self.polls -= 1
        return None if self.polls else JobOutcome("measured")

    def kill(self):
        self.starter.enter()


class Recorder:
    """A `JobStarter` that records whether two threads were ever in it at once."""

    def __init__(self):
        self.opened, self.closed, self.clashes = 0, 0, 0
        self._inside = threading.Lock()

    def open(self):
        self.opened += 1
        return self

    def start(self, _job):
        self.enter()
        return Running(self)

    def close(self):
        self.closed += 1

    def enter(self):
        if not self._inside.acquire(blocking=False):
            self.clashes += 1
            return
        time.sleep(0.005)
        self._inside.release()


@pytest.fixture
def job(tmp_path):
    return Job("a", tmp_path / "a", "", "", "", tmp_path / "w", 60, AnalysisOptions())


def test_one_thread_at_a_time_uses_the_starter(job):
    recorder = Recorder()
    shared = SharedStarter(recorder.open)

    with ThreadPoolExecutor(4) as threads:
        ends = [*threads.map(lambda _: shared.run(job, lambda: True), range(8))]

    assert ([end.status for end in ends], recorder.opened) == (["measured"] * 8, 1)
    assert recorder.clashes == 0


def test_starter_without_jobs_is_closed_and_opened_for_the_next(job):
    recorder = Recorder()
    shared = SharedStarter(recorder.open, idle_s=0.05)

    shared.run(job, lambda: True)
    wait_until(lambda: recorder.closed == 1)
    shared.run(job, lambda: True)

    assert recorder.opened == 2


def test_job_that_is_not_needed_has_no_outcome(job):
    assert SharedStarter(Recorder().open).run(job, lambda: False) is None
