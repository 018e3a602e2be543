"""Right answers to a clip that must not give an angle."""

from pathlib import Path

import pytest

from validation.cases import refusal_cases
from validation.truth import ClipTruth, Conditions

CONDITIONS = Conditions(0.0, 0.0, "shorts", "day", 720, 30.0, "adult", hand_held=False)


def case_of(kind, *, status="measured", issues=(), category=None):
    truth = ClipTruth("one", "made", Path("one.mp4"), kind, 3.0, "left", {}, {}, CONDITIONS)
    answer = {
        "status": status, "sides": {"left": {"category": category}, "right": None},
        "issues": [{"code": code, "severity": severity} for code, severity in issues],
    }  # fmt: skip
    [case] = refusal_cases([truth], [answer])
    return case


@pytest.mark.parametrize(
    ("status", "code", "right"),
    [("not_measured", "side_view", True), ("not_measured", "no_person", False),
     ("measured", "side_view", False)],
)  # fmt: skip
def test_a_refusal_is_right_for_its_own_reason(status, code, right):
    assert case_of("side_view", status=status, issues=[(code, "refuse")]).right is right


def test_a_kick_that_is_marked_as_not_held_and_not_judged_is_right():
    assert case_of("no_hold", issues=[("not_held", "warn")]).right


def test_a_kick_that_is_judged_is_wrong():
    assert not case_of("no_hold", issues=[("not_held", "warn")], category="below_target").right


def test_a_kick_without_a_word_is_wrong():
    assert not case_of("no_hold").right
