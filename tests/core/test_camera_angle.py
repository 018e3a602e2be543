import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.camera_angle import camera_yaw_deg, thigh_to_sight_deg
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


def test_an_unseen_knee_leaves_the_view_unknown():
    xy = seated_xy()
    xy[KNEES] = np.nan
    xy[[Landmark.LEFT_ANKLE], :] = [690, 552]
    xy[KNEES[0]] = [690, 392]

    assert np.isnan(camera_yaw_deg(xy, P))
