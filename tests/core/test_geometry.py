import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core import geometry
from hipcv.core.geometry import arcsin_deg, rotate, signed_angle_deg, view_corrected_deg


def test_the_examples_in_the_conventions_hold():
    assert doctest.testmod(geometry).failed == 0


def test_a_vector_without_length_has_no_angle():
    assert np.isnan(signed_angle_deg(np.zeros(2), np.array([0.0, 1.0])))


@given(st.floats(-179, 179))
def test_a_turned_vector_has_turned_by_that_angle(angle):
    down = np.array([0.0, 1.0])

    assert signed_angle_deg(down, rotate(down, angle)) == pytest.approx(angle, abs=1e-9)


def test_a_share_beyond_one_counts_as_one():
    assert arcsin_deg(1.2) == pytest.approx(90)


@pytest.mark.parametrize(("rotation", "visible"), [(20, 18.9), (45, 43.2), (50, 48.2)])
def test_yaw_of_twenty_degrees_is_undone(rotation, visible):
    """Apparent angles of a right-angled knee at 20 degrees of yaw, from the projection formula."""
    assert view_corrected_deg(visible, 20) == pytest.approx(rotation, abs=0.1)


@given(st.floats(-80, 80))
def test_a_frontal_view_corrects_nothing(angle):
    assert view_corrected_deg(angle, 0) == pytest.approx(angle, abs=1e-9)
