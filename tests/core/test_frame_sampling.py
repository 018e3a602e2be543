"""No look is taken in vain, and none is missed where a leg moves."""

import numpy as np
import pytest

from hipcv.core.frame_sampling import RESTING_DEG_S, FrameSampler
from hipcv.core.landmarks import LANDMARK_COUNT, Side
from hipcv.core.pose import Pose
from tests.tracks import put_shank, seated_xy

SECOND = np.arange(60) / 60


def pose(time_s, turned_deg=0.0):
    xy = seated_xy()
    put_shank(xy[None], Side.LEFT, np.array([turned_deg]))
    return Pose(time_s, xy, np.ones(LANDMARK_COUNT))


def sampled(times_s, *, speed_deg_s=0.0, people=1):
    """Times at which a leg that turns at a speed was looked at."""
    sampler, taken = FrameSampler(), []
    for time_s in times_s:
        if sampler.should_sample(time_s):
            sampler.record_sample(time_s, [pose(time_s, speed_deg_s * time_s)] * people)
            taken.append(time_s)
    return np.array(taken)


@pytest.mark.parametrize("rate_hz", [15, 24, 25, 30])
def test_every_frame_of_a_leg_that_turns_is_looked_at(rate_hz):
    times_s = np.arange(rate_hz) / rate_hz

    assert len(sampled(times_s, speed_deg_s=2 * RESTING_DEG_S)) == rate_hz


@pytest.mark.parametrize("rate_hz", [24, 25, 30])
def test_every_second_frame_of_a_calm_leg_is_looked_at(rate_hz):
    taken = sampled(np.arange(rate_hz) / rate_hz, speed_deg_s=0.5 * RESTING_DEG_S)

    assert np.diff(taken)[1:] == pytest.approx(2 / rate_hz)


def test_a_slow_clip_is_looked_at_in_full():
    assert len(sampled(np.arange(15) / 15)) == 15


@pytest.mark.parametrize(("speed_deg_s", "rate_hz"), [(0, 15), (2 * RESTING_DEG_S, 30)])
def test_a_quick_clip_gets_no_more_looks_than_a_usual_one(speed_deg_s, rate_hz):
    assert len(sampled(SECOND, speed_deg_s=speed_deg_s)) == pytest.approx(rate_hz, abs=1)


def test_a_leg_that_begins_to_turn_is_looked_at_in_every_frame_from_the_next_look_on():
    times_s = np.arange(60) / 30
    sampler, taken = FrameSampler(), []
    for time_s in times_s:
        if sampler.should_sample(time_s):
            sampler.record_sample(time_s, [pose(time_s, max(0.0, 90 * (time_s - 1)))])
            taken.append(time_s)

    assert np.diff(taken)[np.array(taken[:-1]) > 1.07] == pytest.approx(1 / 30)


@pytest.mark.parametrize("people", [0, 2])
def test_without_one_known_person_every_frame_is_looked_at(people):
    assert len(sampled(np.arange(30) / 30, people=people)) == 30
