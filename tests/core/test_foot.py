from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.foot import foot_change_ratio, foot_reach_ratio
from hipcv.core.landmarks import Side
from tests.closeups import closeup_of
from tests.tracks import seated_track, swings

KNEE_PX = np.array([600.0, 300.0])
CLOSEUP = closeup_of(seated_track(swings(30, 20)), Side.LEFT, rotation_deg=(33, 22))


def reaching(*by_rep, start=1.4, seen=slice(None)):
    """A closeup whose foot reaches as told at the start and at each repetition."""
    told = np.append(by_rep, start)[CLOSEUP.window]  # START is the last
    spoilt = np.full(len(told), np.nan)
    spoilt[seen] = told[seen]
    return replace(CLOSEUP, foot_ratio=spoilt)


def test_the_reach_is_measured_along_the_shank():
    sole = KNEE_PX + np.array([[-280.0, 10.0], [-260.0, 40.0]])

    assert foot_reach_ratio(sole, KNEE_PX, 90.0, 200.0) == pytest.approx(1.4)


def test_without_a_sole_there_is_no_reach():
    assert np.isnan(foot_reach_ratio(np.empty((0, 2)), KNEE_PX, 0.0, 200.0))


def test_without_a_registered_knee_there_is_no_reach():
    nowhere = np.full(2, np.nan)

    assert np.isnan(foot_reach_ratio(KNEE_PX[None], nowhere, np.nan, 200.0))


@pytest.mark.parametrize(("rep", "change"), [(0, -0.1), (1, 0.02)])
def test_a_foot_that_tips_up_reaches_less_far_than_at_the_start(rep, change):
    assert foot_change_ratio(reaching(1.3, 1.42), rep) == pytest.approx(change)


def test_a_foot_seen_in_too_few_frames_tells_nothing():
    start = np.flatnonzero(CLOSEUP.window < 0)

    assert np.isnan(foot_change_ratio(reaching(1.3, 1.3, seen=start), 0))
