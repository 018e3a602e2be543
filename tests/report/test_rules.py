"""Rules of the test: kept, kept in part, broken, not measured, only asked for."""

from dataclasses import replace

import pytest

from hipcv.core.issues import Finding
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.rules import check_rules
from tests.builders import HIKE, assessment, rep

LIFTED = replace(HIKE, value=11.0, severity="invalid")
HIP, WEIGHT, HELD = "The hip stays down on the seat", "The weight", "The end position is held"


def outcome(rule, *reps):
    rules = check_rules(assessment(reps=reps), MeasurementProtocol())
    return next(row for row in rules if row.rule.startswith(rule))


@pytest.mark.parametrize(
    ("findings", "state"),
    [((), "kept"), ((HIKE,), "partly"), ((LIFTED,), "broken")],
    ids=["none", "within the limit", "beyond the limit"],
)
def test_a_rule_is_kept_in_part_or_broken_by_the_findings(findings, state):
    assert outcome(HIP, rep(findings=findings)).state == state


def test_a_broken_rule_says_in_which_repetition_and_by_how_much():
    text = outcome(HIP, rep(), rep(findings=(LIFTED,))).outcome

    assert all(part in text for part in ("repetition 2", "11.0°", "10.0° or more"))


def test_what_was_not_measured_is_not_called_kept():
    assert outcome(WEIGHT, rep()).state == "unmeasured"


def test_a_repetition_that_was_not_measured_is_named():
    unseen = replace(rep(), pelvis_relative_deg=None)

    assert outcome(HIP, rep(), unseen).outcome.endswith("could not be measured in repetition 2")


def test_a_repetition_without_a_hold_breaks_a_rule():
    assert outcome(HELD, rep(), rep(held=False)).state == "broken"


def test_practice_breaks_no_rule():
    assert outcome(HIP, rep(), rep(practice=True, findings=(LIFTED,))).state == "kept"


def test_the_knee_that_no_camera_sees_straighten_is_only_asked_for():
    straightened = Finding("knee_extension", 20.0, 15.0, "deg", 1.0, "flag")

    assert outcome("The knee stays bent", rep(findings=(straightened,))).state == "asked"


def test_a_side_without_repetitions_has_no_outcomes():
    assert check_rules(assessment(reps=()), MeasurementProtocol()) == ()
