import fcntl
import os

import pytest

from hipcv.batch.executor import Ended, PutBack, Started, Stop
from hipcv.batch.job import Job
from hipcv.batch.local import Local
from hipcv.core.options import AnalysisOptions
from tests.batch.driver import stub_command
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
    return Local(2, stub_command(tmp_path / "runs"), glance_s=0.01)


def outcomes(events):
    return {event.job.name: event.outcome for event in events if isinstance(event, Ended)}


def acquire(path):
    """Take the lock that a hanging stub and its child hold; returns once both are gone."""
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
    ("name", "end"),
    [
        ("good.mp4", ("measured", 0)),
        ("refused.mp4", ("not_measured", 4)),
        ("unreadable.mp4", ("unreadable", 3)),
        ("crash.mp4", ("crashed", -6)),
        ("bug.mp4", ("failed", 1)),
        ("fault.mp4", ("failed", 6)),
    ],
)
def test_end_of_the_process_tells_what_became_of_the_clip(local, job, name, end):
    outcome = outcomes(local.run([job(name)], Stop()))[name]

    assert (outcome.status, outcome.exit_code) == end


def test_sentence_of_the_analysis_is_handed_on(local, job):
    outcome = outcomes(local.run([job("unreadable.mp4")], Stop()))["unreadable.mp4"]

    assert outcome.text == "unreadable.mp4: it is unreadable."


def test_last_words_of_a_crash_are_kept(local, job):
    outcome = outcomes(local.run([job("crash.mp4")], Stop()))["crash.mp4"]

    assert outcome.log == "native code says goodbye"


def test_crash_takes_no_other_clip_with_it(local, job):
    told = outcomes(local.run([job("crash.mp4"), job("a.mp4"), job("b.mp4")], Stop()))

    assert [told[name].status for name in ("a.mp4", "b.mp4")] == ["measured", "measured"]


def test_clip_that_hangs_is_ended_with_its_children(local, job, tmp_path):
    told = outcomes(local.run([job("hang.mp4", timeout_s=2)], Stop()))
    acquire(tmp_path / "held")

    assert told["hang.mp4"].status == "timed_out"


def test_no_more_clips_run_at_once_than_there_are_workers(local, job):
    running, most = 0, 0
    for event in local.run([job(f"{n}.mp4") for n in range(5)], Stop()):
        running += 1 if isinstance(event, Started) else -1
        most = max(most, running)

    assert most == 2


def test_asked_to_stop_running_clips_end_and_no_other_begins(local, job):
    stop = Stop()
    told = []
    for event in local.run([job(f"slow {n}.mp4") for n in range(4)], stop):
        told.append(type(event))
        if len(told) == 2:
            stop.ask()

    assert told == [Started, Started, Ended, Ended]


def test_clip_that_does_not_end_in_time_is_put_back(local, job, tmp_path):
    stop = Stop(grace_s=0)
    told = []
    for event in local.run([job("hang.mp4"), job("b.mp4")], stop):
        told.append((type(event), event.job.name))
        if isinstance(event, Ended):
            wait_until((tmp_path / "held").exists)
            stop.ask()
    acquire(tmp_path / "held")

    assert told[-1] == (PutBack, "hang.mp4")


def test_nothing_runs_on_when_the_batch_breaks_off(local, job, tmp_path):
    events = local.run([job("hang.mp4"), job("b.mp4")], Stop())
    while not isinstance(next(events), Ended):
        pass
    wait_until((tmp_path / "held").exists)

    events.close()

    acquire(tmp_path / "held")
