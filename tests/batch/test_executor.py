import fcntl
import os

import pytest

from hipcv.batch.executor import Ended, LocalExecutor, Requeued, Started, StopRequest
from hipcv.batch.job import Job
from hipcv.core.options import AnalysisOptions
from tests.batch.driver import stub_command
from tests.batch.stub import ERROR
from tests.waiting import LIMIT_S, wait_until


@pytest.fixture
def job(tmp_path):
    def build(name, timeout_s=LIMIT_S):
        clip = tmp_path / name
        clip.write_bytes(name.encode())
        staging = tmp_path / "work" / name
        return Job(name, clip, "ab" * 32, "key", "clips/x", staging, timeout_s, AnalysisOptions())

    return build


@pytest.fixture
def local(tmp_path):
    return LocalExecutor(2, stub_command(tmp_path / "runs"), poll_interval_s=0.01)


def outcomes(events):
    return {event.job.name: event.outcome for event in events if isinstance(event, Ended)}


def acquire(path):
    """Wait for the lock of a hanging stub and its child; it is free once both have ended."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)

    def free():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    wait_until(free)
    os.close(descriptor)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("good.mp4", ("measured", 0)),
        ("refused.mp4", ("not_measured", 4)),
        ("unreadable.mp4", ("unreadable", 3)),
        ("crash.mp4", ("crashed", -6)),
        ("bug.mp4", ("failed", 1)),
        ("fault.mp4", ("failed", 6)),
    ],
)
def test_exit_code_of_the_process_decides_the_status(local, job, name, expected):
    outcome = outcomes(local.run([job(name)], StopRequest()))[name]

    assert (outcome.status, outcome.exit_code) == expected


def test_error_text_of_the_analysis_is_in_the_outcome(local, job):
    outcome = outcomes(local.run([job("unreadable.mp4")], StopRequest()))["unreadable.mp4"]

    assert outcome.text == ERROR.format("unreadable.mp4", "unreadable")


def test_log_of_a_crash_is_in_the_outcome(local, job):
    outcome = outcomes(local.run([job("crash.mp4")], StopRequest()))["crash.mp4"]

    assert outcome.log == "native code fails"


def test_crash_does_not_affect_other_clips(local, job):
    results = outcomes(local.run([job("crash.mp4"), job("a.mp4"), job("b.mp4")], StopRequest()))

    assert [results[name].status for name in ("a.mp4", "b.mp4")] == ["measured", "measured"]


def test_hanging_clip_is_killed_with_its_children(local, job, tmp_path):
    results = outcomes(local.run([job("hang.mp4", timeout_s=2)], StopRequest()))
    acquire(tmp_path / "held")

    assert results["hang.mp4"].status == "timed_out"


def test_at_most_one_clip_per_worker_runs_at_once(local, job):
    running, most = 0, 0
    for event in local.run([job(f"{n}.mp4") for n in range(5)], StopRequest()):
        running += 1 if isinstance(event, Started) else -1
        most = max(most, running)

    assert most == 2


def test_after_a_stop_request_running_clips_end_and_no_other_starts(local, job):
    stop = StopRequest()
    events = []
    for event in local.run([job(f"slow {n}.mp4") for n in range(4)], stop):
        events.append(type(event))
        if len(events) == 2:
            stop.request()

    assert events == [Started, Started, Ended, Ended]


def test_clip_that_outlasts_the_grace_time_is_requeued(local, job, tmp_path):
    stop = StopRequest(grace_s=0)
    events = []
    for event in local.run([job("hang.mp4"), job("b.mp4")], stop):
        events.append((type(event), event.job.name))
        if isinstance(event, Ended):
            wait_until((tmp_path / "held").exists)
            stop.request()
    acquire(tmp_path / "held")

    assert events[-1] == (Requeued, "hang.mp4")


def test_closing_the_generator_ends_all_processes(local, job, tmp_path):
    events = local.run([job("hang.mp4"), job("b.mp4")], StopRequest())
    while not isinstance(next(events), Ended):
        pass
    wait_until((tmp_path / "held").exists)

    events.close()

    acquire(tmp_path / "held")
