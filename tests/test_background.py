"""Background work: in order, bounded, without losing errors."""

import subprocess
import sys
import threading
import time

import pytest

from hipcv import background as module
from hipcv import language
from hipcv.background import BackgroundWorker, use_single_thread
from tests.waiting import GRACE_S, LIMIT_S


def fail():
    raise OSError("the disk is full")


def test_work_is_done_in_order():
    done = []
    with BackgroundWorker(max_pending=3) as worker:
        for n in range(20):
            worker.submit(lambda n=n: done.append(n))

    assert done == list(range(20))


def test_work_is_done_by_another_thread():
    by = []
    with BackgroundWorker(max_pending=3) as worker:
        worker.submit(lambda: by.append(threading.current_thread()))

    assert by[0] is not threading.current_thread()


def test_work_is_done_in_the_language_of_the_submitting_thread():
    with BackgroundWorker(max_pending=3) as worker, language.using("es"):
        assert worker.submit(language.current).result() == "es"


def test_synchronous_work_is_done_on_submit():
    done = []
    with BackgroundWorker(max_pending=3, synchronous=True) as worker:
        worker.submit(lambda: done.append(1))
        assert done == [1]


def test_a_single_threaded_process_does_work_on_submit(monkeypatch):
    monkeypatch.setattr(module, "_SINGLE_THREADED", threading.Event())
    monkeypatch.setenv(module.OPENCV_THREADS, "2")
    use_single_thread()
    by = []
    with BackgroundWorker(max_pending=3) as worker:
        worker.submit(lambda: by.append(threading.current_thread()))
        assert by == [threading.current_thread()]


def test_opencv_of_a_single_threaded_process_has_one_thread():
    code = "from hipcv.background import use_single_thread as use; use(); import cv2"
    code += "; print(cv2.getNumThreads())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "1"


def test_an_error_reaches_the_submitter():
    with (
        pytest.raises(OSError, match="disk is full"),
        BackgroundWorker(max_pending=3) as worker,
    ):
        worker.submit(fail)


def test_no_more_than_max_pending_waits():
    begun = []
    gate = threading.Event()
    threading.Timer(GRACE_S, gate.set).start()
    with BackgroundWorker(max_pending=2) as worker:
        for n in range(5):
            worker.submit(lambda n=n: (begun.append(n), gate.wait()))
        waited = len(begun)

    assert waited >= 2


def submit_and_fail(done):
    """Submit five calls, the first of which ends when the error is already on its way."""
    failing = threading.Event()
    with BackgroundWorker(max_pending=9) as worker:
        for n in range(5):
            worker.submit(lambda n=n: (failing.wait(LIMIT_S), time.sleep(GRACE_S), done.append(n)))
        failing.set()
        raise KeyError


def test_pending_work_is_dropped_after_an_error_in_the_context():
    done = []
    with pytest.raises(KeyError):
        submit_and_fail(done)

    assert len(done) < 5
