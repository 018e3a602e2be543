"""The number of a side that every list, trend and comparison uses."""

from hipcv.core.side_result import (
    NOT_HELD,
    REJECTED,
    SideResult,
    lift_deg,
    not_counted_because,
    result_of,
)


def side(**changes):
    return {
        "rotation_deg": 40.0,
        "interval_deg": [38.0, 42.0],
        "result_deg": 32.0,
        "result_interval_deg": [25.0, 39.0],
        "result_basis": "pelvis_relative",
        "provisional": True,
    } | changes


def test_the_result_has_the_hip_lift_taken_off():
    assert result_of(side()) == SideResult(32.0, (25.0, 39.0), "pelvis_relative", provisional=True)


def test_a_side_of_which_no_repetition_counts_has_none():
    assert result_of(side(result_deg=None, result_interval_deg=None)) is None


def test_a_side_that_was_not_tested_has_none():
    assert result_of(None) is None


def test_in_a_document_of_the_first_schema_the_rotation_stands_for_it():
    earlier = {"rotation_deg": 40.0, "interval_deg": [38.0, 42.0], "category": "below_target"}

    assert result_of(earlier) == SideResult(40.0, (38.0, 42.0), "rotation", provisional=False)


def test_in_a_document_of_the_first_schema_an_unmeasured_side_has_none():
    assert result_of({"rotation_deg": None, "interval_deg": None}) is None


def broken(*codes, held=True, **changes):
    findings = [{"code": code, "severity": "invalid"} for code in codes]
    return {"valid": False, "held": held, "practice": False, "findings": findings} | changes


def test_the_most_frequent_reason_why_no_repetition_counts_comes_first():
    reps = [broken(held=False), broken("pelvic_hike"), broken("thigh_lift", "pelvic_hike")]

    assert not_counted_because({"status": "not_counted", "reps": reps}) == (
        *("pelvic_hike", NOT_HELD),
        "thigh_lift",
    )


def test_a_repetition_set_aside_is_no_broken_rule():
    reps = [broken("pelvic_hike", rejected="slipped"), broken("thigh_lift", practice=True)]

    assert not_counted_because({"status": "not_counted", "reps": reps}) == (REJECTED,)


def test_a_side_with_a_result_has_no_reason():
    assert not_counted_because({"status": "measured", "reps": [broken("pelvic_hike")]}) == ()


def test_in_a_document_of_the_first_schema_a_mean_of_invalid_repetitions_is_none():
    earlier = {"rotation_deg": 51.0, "interval_deg": [49.0, 53.0], "reps": [{"valid": False}]}

    assert result_of(earlier) is None


def test_the_lift_taken_off_is_what_the_result_lacks_of_the_rotation():
    assert lift_deg(side()) == 8.0


def test_no_lift_was_taken_off_a_result_that_is_the_rotation():
    assert lift_deg(side(result_deg=40.0, result_basis="rotation")) is None
