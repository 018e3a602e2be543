"""Frames that the pose model runs on: as few as the motion allows."""

import numpy as np
import pytest

from hipcv.core.frame_sampling import FrameSampler

RATES_HZ = [24, 25, 30, 50, 60]


def sampled_rows(rate_hz, *, seconds=2, waiting=False, moving_from_s=np.inf):
    """Return the sampled frames of a clip in which a leg moves from some time on."""
    sampler, rows = FrameSampler(), []
    for row in range(seconds * rate_hz):
        time_s = row / rate_hz
        if sampler.should_sample(time_s):
            sampler.record_sample(time_s, waiting=waiting, moving=time_s >= moving_from_s)
            rows.append(row)
    return np.array(rows)


def test_the_first_frame_is_sampled():
    assert FrameSampler().should_sample(0.0)


@pytest.mark.parametrize(("rate_hz", "every"), [(15, 3), (24, 5), (25, 5), (30, 6), (60, 12)])
def test_five_frames_a_second_are_sampled_at_rest(rate_hz, every):
    assert set(np.diff(sampled_rows(rate_hz))) == {every}


@pytest.mark.parametrize(("rate_hz", "every"), [(15, 2), (24, 3), (30, 4), (60, 8)])
def test_more_frames_are_sampled_while_a_shank_moves(rate_hz, every):
    assert set(np.diff(sampled_rows(rate_hz, moving_from_s=0.0))) == {every}


@pytest.mark.parametrize(("rate_hz", "every"), [(15, 1), (24, 2), (30, 2), (60, 4)])
def test_a_still_moment_is_awaited_at_the_highest_rate(rate_hz, every):
    assert set(np.diff(sampled_rows(rate_hz, waiting=True))) == {every}


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_beginning_movement_is_sampled_more_often_from_the_next_sample_on(rate_hz):
    times_s = sampled_rows(rate_hz, moving_from_s=1.0) / rate_hz
    intervals_s = np.diff(times_s)[times_s[:-1] >= 1.0]

    assert intervals_s.max() < 0.17


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_higher_frame_rate_adds_no_samples(rate_hz):
    assert len(sampled_rows(rate_hz)) == pytest.approx(10, abs=1)
