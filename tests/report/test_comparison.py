from dataclasses import replace

import pytest

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import SideResult
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.report.comparison import (
    VisitSide,
    compare_sides,
    compare_visits,
    format_side_difference,
)
from tests.builders import assessment, refused, trial

WITHIN_ERROR = "within measurement error"


def visit(result_deg, basis="rotation", *, provisional=False, signed=True, yaw_deg=0.0):
    interval_deg = result_deg - 6, result_deg + 6
    return VisitSide(SideResult(result_deg, interval_deg, basis, provisional), signed, yaw_deg)


def test_the_smallest_real_change_between_days_is_2_77_standard_errors():
    assert detectable_change_deg(MeasurementProtocol(between_day_sem_deg=3.0)) == pytest.approx(
        8.3155, abs=1e-3
    )


@pytest.mark.parametrize("right_deg", [33.0, 28.0, 42.0])
def test_a_small_difference_is_within_measurement_error(right_deg):
    sentence = compare_sides(trial(assessment(), assessment(Side.RIGHT, right_deg)))

    assert WITHIN_ERROR in sentence


def test_a_large_difference_is_worth_noting():
    sentence = compare_sides(trial(assessment(), assessment(Side.RIGHT, 46.0)))

    parts = ("11.2°", "the left", "worth noting", "10°")
    assert [part for part in parts if part not in sentence] == []


def test_a_large_difference_inside_its_own_interval_is_not_noted():
    wide = assessment(Side.RIGHT, 46.0, result_interval_deg=(34.0, 58.0))

    assert WITHIN_ERROR in compare_sides(trial(assessment(), wide))


def test_sides_at_different_camera_angles_are_not_compared():
    askew = assessment(Side.RIGHT, 46.0, yaw_deg=-20.0)

    text = compare_sides(trial(assessment(), askew))

    assert ("not compare" in text, "worth noting" in text) == (True, False)


def test_an_unknown_camera_angle_does_not_forbid_comparing():
    unknown = assessment(Side.RIGHT, 46.0, yaw_deg=float("nan"))

    assert "worth noting" in compare_sides(trial(assessment(), unknown))


def test_one_measured_side_is_compared_with_nothing():
    assert compare_sides(trial(assessment(), refused(Side.RIGHT))) == ""


@pytest.mark.parametrize(("right_deg", "says"), [(34.0, WITHIN_ERROR), (18.0, "the right")])
def test_two_sides_of_a_visit_differ_beyond_the_limit_only(right_deg, says):
    intervals = [(24.0, 36.0), (right_deg - 6, right_deg + 6)]

    assert says in format_side_difference(30.0, right_deg, intervals, MeasurementProtocol())


def test_side_without_a_repetition_that_counts_is_compared_with_nothing():
    broken = replace(
        assessment(Side.RIGHT), rotation_deg=None, result_deg=None, result_interval_deg=None
    )

    assert compare_sides(trial(assessment(), broken)) == ""


def test_sides_of_which_one_had_hip_lift_taken_off_are_not_told_apart():
    lifted = assessment(Side.RIGHT, 50.0, result_basis="pelvis_relative")

    text = compare_sides(trial(assessment(), lifted))

    assert ("with care" in text, "worth noting" in text) == (True, False)


def test_provisional_side_is_marked():
    few = assessment(Side.RIGHT, 46.0, provisional=True)

    assert "Provisional" in compare_sides(trial(assessment(), few))


def test_difference_beyond_the_error_and_below_the_limit_is_common():
    intervals = [(28.0, 32.0), (37.0, 41.0)]

    assert "common" in format_side_difference(30.0, 39.0, intervals, MeasurementProtocol())


@pytest.mark.parametrize(
    "after",
    [
        visit(45, "pelvis_relative"),
        visit(45, provisional=True),
        visit(45, signed=False),
        visit(45, yaw_deg=30.0),
    ],
    ids=["another basis", "provisional", "unsigned", "oblique"],
)
def test_what_cannot_be_compared_is_no_real_change(after):
    change = compare_visits(visit(30), after, MeasurementProtocol())

    assert (change["real"], change["text"].startswith("Not certain")) == (False, True)


def test_another_basis_is_named_within_measurement_error_too():
    change = compare_visits(visit(30), visit(34, "pelvis_relative"), MeasurementProtocol())

    assert "hip lift was taken off" in change["text"]


def test_the_minimal_detectable_change_follows_the_between_day_error():
    change = compare_visits(visit(30), visit(34), MeasurementProtocol(between_day_sem_deg=3))

    assert change["mdc_deg"] == pytest.approx(8.3, abs=0.02)


@pytest.mark.parametrize(("after_deg", "real"), [(34, False), (42, True), (18, True), (26, False)])
def test_four_degrees_are_error_and_twelve_are_change_either_way(after_deg, real):
    assert compare_visits(visit(30), visit(after_deg), MeasurementProtocol())["real"] is real


@pytest.mark.parametrize(
    ("difference_deg", "begins", "holds"),
    [
        (12.0, "Real change", "12.0° more"),
        (-12.0, "Real change", "12.0° less"),
        (4.0, WITHIN_ERROR.capitalize(), "4.0°"),
    ],
)
def test_the_sentence_names_the_kind_of_change_and_its_size(difference_deg, begins, holds):
    protocol = MeasurementProtocol(between_day_sem_deg=3)
    text = compare_visits(visit(30), visit(30 + difference_deg), protocol)["text"]

    assert (text.startswith(begins), holds in text) == (True, True)
