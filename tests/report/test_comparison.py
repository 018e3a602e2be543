import pytest

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import detectable_change_deg
from hipcv.report.comparison import compare_sides, compare_visits, format_side_difference
from tests.builders import assessment, refused, trial

WITHIN_ERROR = "within measurement error"


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
    wide = assessment(Side.RIGHT, 46.0, half_deg=12.0)

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
    intervals = [(28.0, 32.0), (right_deg - 2, right_deg + 2)]

    assert says in format_side_difference(30.0, right_deg, intervals, MeasurementProtocol())


def test_the_minimal_detectable_change_follows_the_between_day_error():
    change = compare_visits(30, 34, MeasurementProtocol(between_day_sem_deg=3))

    assert change["mdc_deg"] == pytest.approx(8.3, abs=0.02)


@pytest.mark.parametrize(("after_deg", "real"), [(34, False), (42, True), (18, True), (26, False)])
def test_four_degrees_are_error_and_twelve_are_change_either_way(after_deg, real):
    assert compare_visits(30, after_deg, MeasurementProtocol())["real"] is real


@pytest.mark.parametrize(
    ("difference_deg", "begins", "holds"),
    [
        (12.0, "Real change", "12.0° more"),
        (-12.0, "Real change", "12.0° less"),
        (4.0, WITHIN_ERROR.capitalize(), "4.0°"),
    ],
)
def test_the_sentence_names_the_kind_of_change_and_its_size(difference_deg, begins, holds):
    text = compare_visits(30, 30 + difference_deg, MeasurementProtocol(between_day_sem_deg=3))[
        "text"
    ]

    assert (text.startswith(begins), holds in text) == (True, True)
