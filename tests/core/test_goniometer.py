"""Readings of a goniometer laid on a frame by hand."""

import numpy as np
import pytest

from hipcv.core.errors import BadRequest
from hipcv.core.geometry import rotate
from hipcv.core.goniometer import GoniometerReading
from hipcv.core.landmarks import LEGS, Side


def reading(side, *, proximal_px=(100.0, 200.0), distal_px=(100.0, 200.0), machine_deg=None):
    return GoniometerReading(side, 3, 0.1, proximal_px, (100.0, 100.0), distal_px, machine_deg)


@pytest.mark.parametrize(
    ("side", "foot_px", "expected_deg"),
    [
        (Side.LEFT, (200.0, 100.0), 90),  # the foot of a left leg to the right of the picture
        (Side.LEFT, (0.0, 200.0), -45),
        (Side.RIGHT, (0.0, 200.0), 45),
        (Side.RIGHT, (200.0, 200.0), -45),
    ],
)
def test_foot_away_from_the_midline_reads_positive(side, foot_px, expected_deg):
    assert reading(side, distal_px=foot_px).angle_deg == pytest.approx(expected_deg)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("tilt_deg", [-170, 0, 35])
def test_angle_is_that_between_the_arms_wherever_the_proximal_arm_points(side, tilt_deg):
    vertex, arm = np.array([100.0, 100.0]), rotate(np.array([0.0, 80.0]), tilt_deg)
    distal = vertex + 0.5 * rotate(arm, LEGS[side].internal_sign * 31.5)
    laid = reading(side, proximal_px=tuple(vertex + arm), distal_px=tuple(distal))

    assert laid.angle_deg == pytest.approx(31.5)


def test_arm_without_a_length_is_refused():
    with pytest.raises(BadRequest, match="must not lie on each other"):
        reading(Side.LEFT, distal_px=(100.0, 100.0))


def test_reading_is_the_same_after_it_was_stored():
    laid = reading(Side.RIGHT, distal_px=(50.0, 150.5), machine_deg=34.25)

    assert GoniometerReading.from_dict(laid.to_dict()) == laid


@pytest.mark.parametrize("data", [{}, {"side": "left"}, {"angle_deg": 31.5, "time_s": 2.25}])
def test_data_of_another_kind_is_refused(data):
    with pytest.raises(BadRequest):
        GoniometerReading.from_dict(data)
