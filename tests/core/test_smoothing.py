import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.smoothing import fill_gaps, running_median, speed

TIME_S = np.arange(20) / 20


def _with_gap(first, last):
    value = np.linspace(0, 19, 20)
    value[first:last] = np.nan
    return value


def test_a_short_gap_is_bridged_by_a_straight_line():
    filled, _ = fill_gaps(_with_gap(5, 8), TIME_S, 0.2)

    assert filled == pytest.approx(np.linspace(0, 19, 20))


def test_bridged_frames_are_marked():
    _, gap = fill_gaps(_with_gap(5, 8), TIME_S, 0.2)

    assert np.flatnonzero(gap).tolist() == [5, 6, 7]


def test_a_long_gap_stays_open():
    filled, _ = fill_gaps(_with_gap(5, 11), TIME_S, 0.2)

    assert np.isnan(filled[5:11]).all()


def test_the_ends_of_a_clip_are_never_made_up():
    filled, _ = fill_gaps(_with_gap(0, 2), TIME_S, 0.2)

    assert np.isnan(filled[:2]).all()


def test_nothing_is_made_of_nothing():
    filled, _ = fill_gaps(np.full(20, np.nan), TIME_S, 0.2)

    assert np.isnan(filled).all()


def test_a_single_stray_frame_does_not_move_the_median():
    value = np.zeros(20)
    value[10] = 50

    assert running_median(value, TIME_S, 0.15).max() == 0


def test_the_median_window_is_in_time_not_frames():
    time_s = np.array([0, 0.1, 0.2, 5.0])

    calm = running_median(np.array([0, 0, 0, 9.0]), time_s, 0.3)

    assert calm[3] == 9


@given(
    gaps_s=st.lists(st.floats(0.01, 0.2), min_size=1, max_size=40),
    window_s=st.floats(0.01, 0.6),
    seed=st.integers(0, 99),
)
def test_the_median_is_that_of_every_finite_value_in_the_window(gaps_s, window_s, seed):
    time_s = np.cumsum(gaps_s)
    value = np.random.default_rng(seed).normal(size=len(time_s))
    value[value > 1] = np.nan

    near = np.abs(time_s[:, None] - time_s) <= window_s / 2 + 1e-9
    expected = [np.nanmedian(value[n]) if np.isfinite(v) else np.nan
                for n, v in zip(near, value, strict=True)]  # fmt: skip
    assert running_median(value, time_s, window_s) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("count", [0, 1])
def test_next_to_nothing_is_its_own_median(count):
    assert running_median(np.ones(count), np.arange(count) / 30, 0.15).tolist() == [1.0] * count


def test_speed_is_per_second():
    assert speed(2 * TIME_S, TIME_S) == pytest.approx(np.full(20, 2.0))


def test_a_single_frame_has_no_speed():
    assert np.isnan(speed(np.ones(1), np.zeros(1))).all()
