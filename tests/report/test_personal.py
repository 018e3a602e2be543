"""What a result says to the person who was tested."""

from dataclasses import replace

import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.assessment import Assessment
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import answers as answer_words
from hipcv.report.personal import describe_to_person
from hipcv.results.document import build_document
from tests.builders import assessment, refused, rep, trial

P = MeasurementProtocol()
READINGS_DEG = (5, 19, 23.9, 36, 42.5, 44, 47, 60, 72)
LIFTED = Finding("pelvic_hike", value=11.0, limit=2.5, unit="deg", at_s=1.4, severity="invalid")


def described(*sides, answers=None, **changes):
    """What is said for a trial; for one side its result alone."""
    document = build_document(trial(*sides, **changes))
    return describe_to_person(document, answers or Answers(), P)


def uncounted(clean_deg=21.0):
    lifted = rep(51.0, findings=(LIFTED,), clean_deg=clean_deg)
    return Assessment(side=Side.LEFT, start_tilt_deg=-2.1, reps=(lifted,))


@pytest.mark.parametrize(
    ("rotation_deg", "value", "verdict"),
    [
        (5, "5°", "You turned clearly less far than most adults. The goal is 45°."),
        (36, "36°", "You have not reached the goal of 45°; most adults have not either."),
        (44, "44°", "You are close to the goal of 45°: measuring may differ by that."),
        (72, "72°", "You reached the goal of 45°, which is more than most adults do."),
    ],
)
def test_a_number_stands_to_the_goal_in_the_second_person(rotation_deg, value, verdict):
    (result,) = described(assessment(rotation_deg=rotation_deg))

    assert (result.title, result.value, result.verdict) == ("Your left hip", value, verdict)


@pytest.mark.parametrize("code", language.NAMES)
@pytest.mark.parametrize("rotation_deg", READINGS_DEG)
def test_each_reading_has_one_verdict_and_one_next_step(rotation_deg, code):
    with language.using(code):
        (result,) = described(assessment(rotation_deg=rotation_deg))

    assert all((result.verdict.endswith("."), result.next_step.endswith(".")))
    assert not ("below" in result.verdict and "above" in result.verdict)


def test_both_legs_are_told_apart():
    results = described(assessment(Side.LEFT), assessment(Side.RIGHT, rotation_deg=40))

    assert [result.title for result in results] == ["Your left hip", "Your right hip"]


def test_the_hip_lift_that_was_taken_off_is_in_the_number():
    lifted = replace(assessment(rotation_deg=37), result_deg=29.0, result_basis="pelvis_relative")

    assert described(lifted)[0].value == "29°, with 8° of hip lift taken off"


def test_one_repetition_is_provisional_and_asks_for_more():
    (result,) = described(replace(assessment(), category=None, provisional=True))

    assert (result.verdict, result.next_step) == (
        "Only 1 repetition of 3 counted, so this number is provisional.",
        "Repeat the test.",
    )


def test_without_a_counted_repetition_there_is_no_number_but_why_and_what_to_do():
    (result,) = described(uncounted())

    assert (result.value, result.verdict) == (
        "No number",
        "No repetition counted: hip lift. Until a rule was broken, your leg had turned 21°.",
    )
    assert result.next_step.startswith("Repeat the test: keep your weight on both hands")


def test_a_leg_that_was_never_clean_has_no_angle():
    assert "turned" not in described(uncounted(clean_deg=0.0))[0].verdict


def test_a_refused_recording_has_the_reason_and_the_remedy():
    issue = Issue("no_person", "refuse")
    (result,) = described(refused(), issues=[issue])

    assert (result.title, result.value, result.verdict) == (
        "Your recording",
        "No number",
        "No person was found in enough of the clip.",
    )


def test_pain_comes_before_any_other_step():
    (result,) = described(assessment(), answers=Answers(pain=4))

    assert result.next_step == answer_words.ADVICE["hurt"]


@pytest.mark.parametrize("rotation_deg", READINGS_DEG)
def test_under_16_nobody_is_compared_with_adults(rotation_deg):
    (result,) = described(assessment(rotation_deg=rotation_deg), person=Person(12))

    assert "adult" not in result.verdict
