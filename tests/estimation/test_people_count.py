"""Counting of people at intervals."""

import numpy as np

from hipcv.core.interfaces import Frame
from hipcv.core.landmarks import LANDMARK_COUNT
from hipcv.core.pose import Pose
from hipcv.estimation.people_count import COUNT_EVERY_S, PeopleCounter
from tests.tracks import seated_xy

BLANK = np.zeros((2, 2, 3), np.uint8)


class Crowd:
    """Estimator that detects people at offsets from the first."""

    def __init__(self, *aside_px):
        self.aside_px, self.calls = aside_px, 0

    def estimate(self, frame):
        self.calls += 1
        visibility = np.ones(LANDMARK_COUNT)
        return tuple(
            Pose(frame.time_s, seated_xy() + np.array([x, 0]), visibility) for x in self.aside_px
        )


def counts(crowd, *times_s):
    counter = PeopleCounter(crowd)
    return [
        counter.count(Frame(n, time_s, BLANK)) if counter.should_count(time_s) else None
        for n, time_s in enumerate(times_s)
    ]


def test_the_first_picture_is_counted():
    assert counts(Crowd(0, 400), 0.0) == [2]


def test_no_picture_is_counted_before_the_interval_ends():
    assert counts(Crowd(0), 0.0, 0.5 * COUNT_EVERY_S, COUNT_EVERY_S) == [1, None, 1]


def test_the_model_does_not_run_in_between():
    crowd = Crowd(0)
    counts(crowd, *np.arange(30) / 30)

    assert crowd.calls == 1


def test_one_person_detected_twice_is_counted_once():
    assert counts(Crowd(0, 3), 0.0) == [1]


def test_an_empty_picture_counts_zero_people():
    assert counts(Crowd(), 0.0) == [0]
