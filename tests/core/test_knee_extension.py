from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.estimation.silhouette import foot_reach_ratio
from tests.closeups import closeup_of, performance
from tests.tracks import seated_track, swings

KNEE_PX = np.array([600.0, 300.0])
TRACK = seated_track(swings(30, 20))
CLOSEUP = closeup_of(TRACK, Side.LEFT, rotation_deg=(33, 22))
P = MeasurementProtocol()


def reaching(*by_rep, start=1.4, visible=slice(None)):
    """A closeup whose foot reaches as given at the start and at each repetition."""
    reach = np.append(by_rep, start)[CLOSEUP.window]  # START is the last
    spoilt = np.full(len(reach), np.nan)
    spoilt[visible] = reach[visible]
    return replace(CLOSEUP, foot_ratio=spoilt)


def test_the_reach_is_measured_along_the_shank():
    sole = KNEE_PX + np.array([[-280.0, 10.0], [-260.0, 40.0]])

    assert foot_reach_ratio(sole, KNEE_PX, 90.0, 200.0) == pytest.approx(1.4)


def test_without_a_sole_there_is_no_reach():
    assert np.isnan(foot_reach_ratio(np.empty((0, 2)), KNEE_PX, 0.0, 200.0))


def test_without_a_registered_knee_there_is_no_reach():
    nowhere = np.full(2, np.nan)

    assert np.isnan(foot_reach_ratio(KNEE_PX[None], nowhere, np.nan, 200.0))


def _assessed(closeup, track=TRACK):
    return assess(measure(track, closeup, Side.LEFT, P))


def _half_width_deg(closeup, track=TRACK, protocol=P):
    low, high = assess(measure(track, closeup, Side.LEFT, protocol)).reps[0].interval_deg
    return (high - low) / 2


STEADY, TIPPED = reaching(1.42, 1.42), reaching(1.3, 1.42)


def test_a_foot_that_tips_up_is_no_finding_for_the_ankle_does_the_same():
    assert not _assessed(TIPPED).reps[0].findings


def test_a_foot_that_tips_up_widens_the_interval_as_a_knee_would_that_extended_so_far():
    """It reaches 0.10 less far instead of 0.02 further: 0.12 at 0.007 for each degree."""
    motion = measure(TRACK, TIPPED, Side.LEFT, P)
    across = np.hypot(
        np.sin(np.radians(motion.thigh_deg)), np.sin(np.radians(P.extension_view_deg))
    )
    terms = [P.interval_extension_gain * 0.12 / 0.007 * across, P.extension_unseen_deg * across]
    squares = _half_width_deg(TIPPED) ** 2 - _half_width_deg(STEADY) ** 2

    assert squares == pytest.approx(terms[0] ** 2 - terms[1] ** 2)


def test_a_foot_that_was_not_visible_widens_as_one_that_shows_nothing():
    hidden = reaching(1.3, 1.3, visible=np.flatnonzero(CLOSEUP.window < 0))

    assert _half_width_deg(hidden) == pytest.approx(_half_width_deg(STEADY))


def test_a_lifted_thigh_tips_the_foot_too_and_counts_as_a_lift_alone():
    track, closeup = performance(30, rise_ratio=0.15)
    tipped = replace(closeup, foot_ratio=np.where(closeup.window < 0, 1.4, 1.3))

    assert [f.code for f in _assessed(tipped, track).reps[0].findings] == ["thigh_lift"]
    assert _half_width_deg(tipped, track) == pytest.approx(_half_width_deg(closeup, track))
