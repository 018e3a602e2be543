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


def _extended(closeup):
    return [f.value for rep in _assessed(closeup).reps for f in rep.findings if _is_extension(f)]


def _is_extension(finding):
    return finding.code == "knee_extension"


def test_a_foot_that_tips_up_is_noted_as_an_extending_knee():
    """It reaches 0.10 less far instead of 0.02 further: 0.12 at 0.007 for each degree."""
    assert _extended(reaching(1.3, 1.42)) == [pytest.approx(0.12 / 0.007)]


def test_a_foot_that_swings_on_a_steady_knee_is_not_noted():
    assert _extended(reaching(1.42, 1.38)) == []


def test_a_foot_that_was_not_visible_gives_no_finding():
    start = np.flatnonzero(CLOSEUP.window < 0)

    assert _extended(reaching(1.3, 1.3, visible=start)) == []


def test_a_lifted_thigh_tips_the_foot_too_and_is_reported_instead():
    track, closeup = performance(30, rise_ratio=0.15)
    tipped = replace(closeup, foot_ratio=np.where(closeup.window < 0, 1.4, 1.3))

    assert [f.code for f in _assessed(tipped, track).reps[0].findings] == ["thigh_lift"]


def test_an_extending_knee_is_a_note_that_leaves_the_repetition_valid():
    assert all(rep.valid for rep in _assessed(reaching(1.3, 1.3)).reps)


def test_an_extending_knee_widens_the_interval_of_an_oblique_thigh():
    steady, extending = (
        _assessed(reaching(*reach)).reps[0] for reach in ((1.42, 1.42), (1.3, 1.42))
    )

    wider = [rep.interval_deg[1] - rep.interval_deg[0] for rep in (steady, extending)]
    assert wider[1] > wider[0] + 1
