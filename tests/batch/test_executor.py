import fcntl
import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from hipcv.batch.executor import Ended, LocalExecutor, Requeued, Started, StopRequest
from hipcv.batch.job import Job
from hipcv.batch.server import THREADS_VARIABLE, require_single_thread
from hipcv.core.options import AnalysisOptions
from tests.batch.driver import STARTERS, starter
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


@pytest.fixture(params=STARTERS)
def kind(request):
    if request.param == "fork" and sys.platform != "linux":
        pytest.skip("workers are forked on Linux alone")
    return request.param


@pytest.fixture
def local(tmp_path, kind):
    return LocalExecutor(2, starter(tmp_path / "runs", kind), poll_interval_s=0.01)


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sixth", "status"),
    [("crash.mp4", "crashed"), ("hang.mp4", "timed_out"), ("leak.mp4", "measured")],
)
def test_worker_that_fails_after_its_fifth_clip_costs_that_clip_alone(  # noqa: PLR0917
    local, job, tmp_path, sixth, status
):
    names = [*(f"{number}.mp4" for number in range(5)), sixth, "7.mp4", "8.mp4"]
    jobs = [job(name, timeout_s=2 if name == "hang.mp4" else LIMIT_S) for name in names]

    ends = outcomes(replace(local, workers=1).run(jobs, StopRequest()))

    processes = [line.split()[0] for line in (tmp_path / "processes").read_text().splitlines()]
    statuses = {name: end.status for name, end in ends.items()}
    assert statuses == dict.fromkeys(names, "measured") | {sixth: status}
    assert processes[6] != processes[5]


def test_process_of_a_pool_serves_several_clips(tmp_path, job):
    one = LocalExecutor(1, starter(tmp_path / "runs", "pool"), poll_interval_s=0.01)

    outcomes(one.run([job(f"{number}.mp4") for number in range(3)], StopRequest()))

    lines = (tmp_path / "processes").read_text().splitlines()
    assert len({line.split()[0] for line in lines}) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_clip_whose_server_was_killed_is_analysed_by_a_new_program(tmp_path, job):
    forking = LocalExecutor(1, starter(tmp_path / "runs", "fork"), poll_interval_s=0.01)
    names = ["a.mp4", "end server.mp4", "b.mp4"]

    results = outcomes(forking.run([job(name) for name in names], StopRequest()))

    assert [results[name].status for name in names] == ["measured"] * 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
def test_loading_the_libraries_starts_no_thread():
    code = "from hipcv.batch import server as s; s.load_libraries(); s.require_single_thread()"
    environment = {**os.environ, THREADS_VARIABLE: "1"}

    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)

    assert done.returncode == 0


def test_fork_is_refused_while_another_thread_runs():
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait, name="other")
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="threads run"):
            require_single_thread()
    finally:
        waiting.set()
        thread.join()
