"""The knee is followed twice: by its skin, and by the outline of the shank below it."""

from dataclasses import replace

import numpy as np
import pytest

from hipcv.core.assessment import assess
from hipcv.core.channels import reliable_regions
from hipcv.core.closeup import Region
from hipcv.core.compensation import RepView, findings
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from tests.closeups import performance, with_region

P = MeasurementProtocol()
LOST = {"points": 3, "inliers": 0.0}


def _codes(track, closeup, side=Side.LEFT):
    motion = measure(track, closeup, side, P)
    (span,) = motion.reps
    return {finding.code for finding in findings(RepView(motion, span))}


def _lost(closeup):
    return replace(closeup, motion=with_region(closeup.motion, Region.KNEE, **LOST))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("code", "move"),
    [
        ("thigh_lift", {"rise_ratio": 0.1}),
        ("knee_drift", {"drift_ratio": 0.1}),
        ("knee_drift", {"drift_ratio": -0.1}),
    ],
)
def test_the_outline_stands_in_for_a_knee_that_the_flow_lost(side, code, move):
    track, closeup = performance(30, side=side, **move)

    assert code in _codes(track, _lost(closeup), side)


@pytest.mark.parametrize("move", [{"rise_ratio": 0.07}, {"drift_ratio": 0.08}])
def test_the_outline_alone_must_show_more(move):
    track, closeup = performance(30, **move)

    assert _codes(track, _lost(closeup)) == set()


@pytest.mark.parametrize("move", [{"rise_ratio": 0.1}, {"drift_ratio": -0.1}])
def test_a_flow_that_the_outline_contradicts_finds_nothing(move):
    track, closeup = performance(30, **move)
    still = np.broadcast_to(closeup.knee_px[0], closeup.knee_px.shape)

    assert _codes(track, replace(closeup, knee_px=still)) == set()


def test_without_an_outline_the_flow_is_used():
    track, closeup = performance(30, rise_ratio=0.1)
    unseen = np.full_like(closeup.knee_px, np.nan)

    assert "thigh_lift" in _codes(track, replace(closeup, knee_px=unseen))


@pytest.mark.parametrize("dip", [-1.0, -2.5])
def test_a_lap_dragged_down_a_little_by_the_swing_is_not_subtracted(dip):
    track, closeup = performance(30, obliquity_deg=dip)

    result = assess(measure(track, closeup, Side.LEFT, P))

    assert result.pelvis_relative_deg == result.rotation_deg


def test_a_knee_region_that_went_with_the_shank_is_shown_with_its_gate_shut():
    _, closeup = performance(30)
    swung = np.where(np.arange(len(Region)) == Region.KNEE, 15.0, 0.0)
    motion = replace(closeup.motion, turn_deg=closeup.motion.turn_deg + swung)

    assert not reliable_regions(motion, P)[:, Region.KNEE].any()
