"""Prefetching changes nothing but the time."""

import threading
import time

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.core.interfaces import Frame
from hipcv.video.prefetch import FEW_BYTES, MAX_WAITING, prefetch
from tests.waiting import GRACE_S, wait_until


def frames(count, *, then=None, items=None, size_px=(2, 2)):
    try:
        for n in range(count):
            if items is not None:
                items.append(n)
            yield Frame(n, n / 30, np.zeros((*size_px, 3), np.uint8))
        if then:
            raise then
    finally:
        if items is not None:
            items.append("closed")


def test_every_frame_comes_in_order():
    assert [frame.index for frame in prefetch(frames(20))] == list(range(20))


def test_an_empty_source_gives_no_frame():
    assert list(prefetch(frames(0))) == []


def test_an_error_comes_after_the_frames_before_it():
    stream = prefetch(frames(3, then=UnreadableVideo("torn")))
    taken = [next(stream).index for _ in range(3)]

    assert taken == [0, 1, 2]
    with pytest.raises(UnreadableVideo):
        next(stream)


def test_no_more_than_a_few_frames_wait():
    items = []
    stream = prefetch(frames(100, items=items))
    next(stream)
    time.sleep(GRACE_S)

    assert len(items) <= MAX_WAITING + 1
    stream.close()


def test_a_single_threaded_process_reads_on_demand(monkeypatch):
    monkeypatch.setattr("hipcv.video.prefetch.is_single_threaded", lambda: True)
    items = []
    stream = prefetch(frames(3, items=items))
    next(stream)
    assert items == [0]
    stream.close()

    assert items == [0, "closed"]


def test_fewer_large_frames_wait():
    items = []
    stream = prefetch(frames(100, items=items, size_px=(2160, 3840)))
    next(stream)
    wait_until(lambda: len(items) >= 2)
    time.sleep(GRACE_S)

    assert len(items) == 2 > FEW_BYTES // (2160 * 3840 * 3) + 1
    stream.close()


def test_leaving_early_closes_the_source():
    items = []
    stream = prefetch(frames(100, items=items))
    next(stream)
    stream.close()

    assert items[-1] == "closed"


def test_leaving_early_ends_the_thread():
    stream = prefetch(frames(100))
    next(stream)
    stream.close()

    assert not [item for item in threading.enumerate() if item.name.startswith("prefetch")]
