import numpy as np
import pytest

from hipcv.core.smoothing import bridged, running_median, speed

TIME_S = np.arange(20) / 20


def _with_gap(first, last):
    value = np.linspace(0, 19, 20)
    value[first:last] = np.nan
    return value


def test_a_short_gap_is_bridged_by_a_straight_line():
    filled, _ = bridged(_with_gap(5, 8), TIME_S, 0.2)

    assert filled == pytest.approx(np.linspace(0, 19, 20))


def test_bridged_frames_are_marked():
    _, gap = bridged(_with_gap(5, 8), TIME_S, 0.2)

    assert np.flatnonzero(gap).tolist() == [5, 6, 7]


def test_a_long_gap_stays_open():
    filled, _ = bridged(_with_gap(5, 11), TIME_S, 0.2)

    assert np.isnan(filled[5:11]).all()


def test_the_ends_of_a_clip_are_never_made_up():
    filled, _ = bridged(_with_gap(0, 2), TIME_S, 0.2)

    assert np.isnan(filled[:2]).all()


def test_nothing_is_made_of_nothing():
    filled, _ = bridged(np.full(20, np.nan), TIME_S, 0.2)

    assert np.isnan(filled).all()


def test_a_single_stray_frame_does_not_move_the_median():
    value = np.zeros(20)
    value[10] = 50

    assert running_median(value, TIME_S, 0.15).max() == 0


def test_the_median_window_is_in_time_not_frames():
    time_s = np.array([0, 0.1, 0.2, 5.0])

    calm = running_median(np.array([0, 0, 0, 9.0]), time_s, 0.3)

    assert calm[3] == 9


def test_speed_is_per_second():
    assert speed(2 * TIME_S, TIME_S) == pytest.approx(np.full(20, 2.0))


def test_a_single_frame_has_no_speed():
    assert np.isnan(speed(np.ones(1), np.zeros(1))).all()
