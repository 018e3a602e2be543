import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.camera_angle import (
    THIGH_SHANKS,
    camera_yaw_deg,
    drifted_thigh_deg,
    thigh_to_sight_deg,
)
from hipcv.core.landmarks import LEGS, Landmark, Side
from hipcv.core.protocol import MeasurementProtocol
from tests.tracks import SHANK_PX, put_shank, seated_xy

P = MeasurementProtocol()
KNEES = [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE]


def _knees_to_the_right(share):
    xy = seated_xy()
    xy[KNEES, 0] += share * SHANK_PX
    for side in Side:
        put_shank(xy[None], side, np.zeros(1))
    return xy


def test_knees_under_the_hips_are_a_frontal_view():
    assert camera_yaw_deg(seated_xy(), P) == pytest.approx(0)


@given(st.floats(-0.4, 0.4))
def test_yaw_is_read_from_how_far_the_knees_lie_beside_the_hips(share):
    """A camera on the patient's left sees the knees, which are nearer, move to picture left."""
    expected = -P.view_foreshortening * np.degrees(np.arcsin(share))

    assert camera_yaw_deg(_knees_to_the_right(share), P) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("side", Side)
def test_a_thigh_that_points_at_the_camera_has_no_angle_to_the_line_of_sight(side):
    xy = seated_xy()
    xy[LEGS[side].hip, 0] = xy[LEGS[side].knee, 0]

    assert thigh_to_sight_deg(xy, side, P) == pytest.approx(0)


def test_knees_wider_than_the_hips_open_the_thighs_to_either_side():
    angles = [thigh_to_sight_deg(seated_xy(), side, P) for side in Side]

    assert angles == pytest.approx(
        P.view_foreshortening * np.degrees(np.arcsin([15 / SHANK_PX, -15 / SHANK_PX]))
    )


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("drift_ratio", [0.1, -0.2])
def test_a_knee_that_drifts_turns_the_thigh_as_far_as_it_shows_in_the_picture(side, drift_ratio):
    """The hip stays. Patient's left is picture right: outwards is right for the left knee."""
    xy = seated_xy()
    before = thigh_to_sight_deg(xy, side, P)
    outwards_px = (1 if side is Side.LEFT else -1) * drift_ratio * SHANK_PX
    xy[LEGS[side].knee, 0] += outwards_px
    xy[LEGS[side].ankle, 0] += outwards_px

    after = drifted_thigh_deg(before, np.array([drift_ratio]), side)[0]

    sines = np.sin(np.radians([before, after]))
    assert np.diff(sines)[0] * THIGH_SHANKS * SHANK_PX == pytest.approx(outwards_px)
    seen_deg = thigh_to_sight_deg(xy, side, P)
    assert after - before == pytest.approx(seen_deg - before, rel=0.25)


@pytest.mark.parametrize("sight_deg", [5.0, 15.0, 25.0])
def test_the_direction_of_a_thigh_in_perspective_is_found(sight_deg):
    """Hip joint and knee of a thigh of 0.42 m, in the picture of a camera 2 m from the knee."""
    thigh_m, distance_m = 0.42, 2.0
    angle = np.radians(sight_deg)
    away_m = thigh_m * np.array([np.sin(angle), np.cos(angle)])
    hip_ratio = away_m[0] * distance_m / (distance_m + away_m[1]) / (thigh_m / THIGH_SHANKS)
    xy = seated_xy()
    xy[Landmark.LEFT_HIP] = xy[Landmark.LEFT_KNEE] - (hip_ratio * SHANK_PX, 0.0)

    assert thigh_to_sight_deg(xy, Side.LEFT, P) == pytest.approx(sight_deg, abs=0.6)


def test_an_unseen_knee_leaves_the_view_unknown():
    xy = seated_xy()
    xy[KNEES] = np.nan
    xy[[Landmark.LEFT_ANKLE], :] = [690, 552]
    xy[KNEES[0]] = [690, 392]

    assert np.isnan(camera_yaw_deg(xy, P))
