"""Prefetching changes nothing but the time."""

import threading
import time

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.core.interfaces import Frame
from hipcv.video.prefetch import FEW_BYTES, MAX_WAITING, prefetch
from tests.waiting import GRACE_S, wait_until


def frames(count, *, then=None, seen=None, size_px=(2, 2)):
    try:
        for n in range(count):
            if seen is not None:
                seen.append(n)
            yield Frame(n, n / 30, np.zeros((*size_px, 3), np.uint8))
        if then:
            raise then
    finally:
        if seen is not None:
            seen.append("closed")


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
    seen = []
    stream = prefetch(frames(100, seen=seen))
    next(stream)
    time.sleep(GRACE_S)

    assert len(seen) <= MAX_WAITING + 1
    stream.close()


def test_a_single_threaded_process_reads_on_demand(monkeypatch):
    monkeypatch.setattr("hipcv.video.prefetch.is_single_threaded", lambda: True)
    seen = []
    stream = prefetch(frames(3, seen=seen))
    next(stream)
    assert seen == [0]
    stream.close()

    assert seen == [0, "closed"]


def test_fewer_large_frames_wait():
    seen = []
    stream = prefetch(frames(100, seen=seen, size_px=(2160, 3840)))
    next(stream)
    wait_until(lambda: len(seen) >= 2)
    time.sleep(GRACE_S)

    assert len(seen) == 2 > FEW_BYTES // (2160 * 3840 * 3) + 1
    stream.close()


def test_leaving_early_closes_the_source():
    seen = []
    stream = prefetch(frames(100, seen=seen))
    next(stream)
    stream.close()

    assert seen[-1] == "closed"


def test_leaving_early_ends_the_thread():
    stream = prefetch(frames(100))
    next(stream)
    stream.close()

    assert not [each for each in threading.enumerate() if each.name.startswith("prefetch")]
