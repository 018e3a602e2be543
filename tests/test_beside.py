"""Work beside: in order, bounded, and no error lost."""

import threading
import time

import pytest

from hipcv import beside as module
from hipcv.beside import Beside, keep_to_one_core


def fail():
    raise OSError("the disk is full")


def test_work_is_done_in_order():
    done = []
    with Beside(lag=3) as beside:
        for n in range(20):
            beside.do(lambda n=n: done.append(n))

    assert done == list(range(20))


def test_work_is_done_by_another_thread():
    by = []
    with Beside(lag=3) as beside:
        beside.do(lambda: by.append(threading.current_thread()))

    assert by[0] is not threading.current_thread()


def test_idle_work_is_done_when_it_is_ordered():
    done = []
    with Beside(lag=3, idle=True) as beside:
        beside.do(lambda: done.append(1))
        assert done == [1]


def test_a_process_that_keeps_to_one_core_does_everything_when_it_is_ordered(monkeypatch):
    monkeypatch.setattr(module, "_ONE_CORE", threading.Event())
    keep_to_one_core()
    by = []
    with Beside(lag=3) as beside:
        beside.do(lambda: by.append(threading.current_thread()))
        assert by == [threading.current_thread()]


def test_an_error_reaches_the_one_who_ordered():
    with pytest.raises(OSError, match="disk is full"), Beside(lag=3) as beside:
        beside.do(fail)


def test_no_more_than_the_lag_waits():
    begun = []
    gate = threading.Event()
    threading.Timer(0.2, gate.set).start()
    with Beside(lag=2) as beside:
        for n in range(5):
            beside.do(lambda n=n: (begun.append(n), gate.wait()))
        waited = len(begun)

    assert waited >= 2


def order_and_fail(done):
    with Beside(lag=9) as beside:
        for n in range(5):
            beside.do(lambda n=n: (time.sleep(0.05), done.append(n)))
        raise KeyError


def test_what_was_ordered_before_an_error_outside_is_not_waited_for():
    done = []
    with pytest.raises(KeyError):
        order_and_fail(done)

    assert len(done) < 5
