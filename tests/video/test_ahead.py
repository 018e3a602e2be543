"""Decoding ahead changes nothing but the time it takes."""

import threading

import numpy as np
import pytest

from hipcv.core.errors import UnreadableVideo
from hipcv.core.ports import Frame
from hipcv.video.ahead import AHEAD, ahead


def frames(count, *, then=None, seen=None):
    try:
        for n in range(count):
            if seen is not None:
                seen.append(n)
            yield Frame(n, n / 30, np.zeros((2, 2, 3), np.uint8))
        if then:
            raise then
    finally:
        if seen is not None:
            seen.append("closed")


def test_every_frame_comes_in_order():
    assert [frame.index for frame in ahead(frames(20))] == list(range(20))


def test_nothing_comes_of_nothing():
    assert list(ahead(frames(0))) == []


def test_an_error_comes_after_the_frames_before_it():
    stream = ahead(frames(3, then=UnreadableVideo("torn")))
    taken = [next(stream).index for _ in range(3)]

    assert taken == [0, 1, 2]
    with pytest.raises(UnreadableVideo):
        next(stream)


def test_no_more_than_a_few_frames_wait():
    seen = []
    stream = ahead(frames(100, seen=seen))
    next(stream)
    threading.Event().wait(0.2)

    assert len(seen) <= AHEAD + 3
    stream.close()


def test_leaving_early_closes_the_source():
    seen = []
    stream = ahead(frames(100, seen=seen))
    next(stream)
    stream.close()

    assert seen[-1] == "closed"


def test_leaving_early_leaves_no_thread():
    stream = ahead(frames(100))
    next(stream)
    stream.close()

    assert not [each for each in threading.enumerate() if each.name.startswith("ahead")]
