"""Numbers read the same at once and from a stored result: one rule of rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.precision import stored_difference_deg
from hipcv.report import numbers

angles = st.floats(-180, 180)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (35.25, "35.3°"),
        (35.2499, "35.3°"),
        (35.2501, "35.3°"),
        (35.244, "35.2°"),
        (36.15, "36.2°"),
        (-35.25, "−35.3°"),
        (-0.04, "0.0°"),
        (None, "–"),
    ],
)
def test_angle_is_rounded_half_up_from_its_stored_decimals(value, text):
    assert numbers.angle(value) == text


@given(angles)
def test_angle_reads_as_its_stored_number(value):
    assert numbers.angle(value) == numbers.angle(round(value, 2))


@given(angles, angles)
def test_half_an_interval_reads_as_that_of_the_stored_limits(low, high):
    assert numbers.within((low, high)) == numbers.within((round(low, 2), round(high, 2)))


@given(st.floats(0, 600))
def test_time_reads_as_its_stored_number(value):
    assert numbers.seconds(value) == numbers.seconds(round(value, 3))


@given(angles, angles)
def test_difference_reads_as_that_of_the_stored_angles(one, other):
    assert stored_difference_deg(one, other) == stored_difference_deg(
        round(one, 2), round(other, 2)
    )
