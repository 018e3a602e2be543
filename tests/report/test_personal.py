"""The result in the second person."""

from dataclasses import replace

import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.compensation import finding_codes
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.report import answers, personal, wording
from tests.builders import HIKE, assessment, refused, rep, trial

LIFTED = replace(HIKE, severity="invalid", value=11.0)
NOT_COUNTED = assessment(
    rotation_deg=51.0,
    reps=(rep(51.0, findings=(LIFTED,), clean_deg=24.3),),
)
PROVISIONAL = trial(assessment(provisional=True, category=None))
CUE = wording.FINDINGS["pelvic_hike"].cue
NOT_COUNTED = replace(NOT_COUNTED, rotation_deg=None, result_deg=None, category=None)


def side_of(*sides):
    (side,) = personal.describe_sides(trial(*sides))
    return side


def test_every_verdict_and_every_rule_has_words():
    assert set(personal.VERDICTS) == set(wording.VERDICTS)
    assert set(personal.REASONS) == {*finding_codes(), ""}


@pytest.mark.parametrize(
    ("rotation_deg", "verdict"),
    [
        (12.0, "Clearly less than most adults."),
        (34.8, "Not at the goal of 45° yet, like most adults."),
        (42.0, "You are close to the goal of 45°."),
        (60.0, "You reach the goal of 45°, which is more than most adults do."),
    ],
)
def test_the_number_is_read_against_the_goal(rotation_deg, verdict):
    side = side_of(assessment(rotation_deg=rotation_deg))

    assert (side.value, side.verdict) == (f"{rotation_deg}°", verdict)


def test_a_side_of_which_nothing_counts_has_no_number_but_why_and_how_far():
    side = side_of(NOT_COUNTED)

    assert (side.title, side.value) == ("Your left hip", "")
    assert side.verdict == "No number: your hip lifted off the seat."
    assert side.more == "Before that, your foot had swung out 24.3°."


def test_a_provisional_number_has_no_verdict_against_the_goal():
    side = side_of(assessment(provisional=True, category=None))

    assert side.verdict == "Too few to compare with 45°."


@pytest.mark.parametrize(
    ("of", "step"),
    [
        (trial(assessment(rotation_deg=60.0)), "Keep it up, and test again in 4 to 6 weeks."),
        (trial(assessment()), "Do the exercises in the report, and test again in 4 to 6 weeks."),
        (PROVISIONAL, "Repeat the test with all its repetitions."),
        (trial(NOT_COUNTED, assessment(Side.RIGHT)), f"Repeat the test: k{CUE[1:]}"),
        (trial(issues=[Issue("side_view", "refuse")]), wording.ISSUES["side_view"].remedy),
        (trial(assessment(), answers=Answers(pain=3)), answers.ADVICE["hurt"]),
    ],
)  # fmt: skip
def test_there_is_one_next_step(of, step):
    assert personal.next_step(of) == step


def test_a_low_number_asks_to_see_somebody_with_pain_or_stiffness():
    assert "see a physical therapist" in personal.next_step(trial(assessment(rotation_deg=9.0)))


def test_the_takes_of_a_session_are_read_together():
    left, right = trial(assessment()), trial(assessment(Side.RIGHT, 41.0))

    sides = personal.describe_sides(personal.merge_takes([left, right]))
    assert [side.value for side in sides] == ["34.8°", "41.0°"]


def test_a_leg_that_was_done_again_counts_as_last_read():
    first, again, blind = (
        trial(assessment()), trial(assessment(rotation_deg=40.0)), trial(refused()),
    )  # fmt: skip

    (side,) = personal.describe_sides(personal.merge_takes([first, again, blind]))
    assert side.value == "40.0°"


def test_the_sentences_are_in_the_present_language():
    with language.using("es"):
        assert side_of(assessment()).title == "Su cadera izquierda"
