"""Next step after a test: one decision, from what came of it."""

import json
from dataclasses import replace

import pytest

from hipcv.core.answers import Answers
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.report import handout, html, terminal
from hipcv.report.formats.fhir import observations
from hipcv.report.next_step import decide_next, offers_exercises
from hipcv.report.summary import summarise
from hipcv.report.wording import FINDINGS, ISSUES
from hipcv.results.document import build_document
from tests.builders import assessment, trial
from tests.report.test_pdf import words

LEFT = assessment()
CHILD = Person(age_years=12)
HURT = Answers(pain=4)


def kind(*sides, **changes):
    return decide_next(trial(*sides, **changes)).kind


@pytest.mark.parametrize(
    ("rotation_deg", "expected"),
    [(10.0, "low"), (34.0, "below"), (44.0, "close"), (53.0, "reached")],
)
def test_a_number_leads_to_a_step_by_its_category(rotation_deg, expected):
    assert kind(assessment(rotation_deg=rotation_deg)) == expected


def test_the_side_further_from_the_target_decides():
    assert kind(assessment(rotation_deg=53.0), assessment(Side.RIGHT, 34.0)) == "below"


def test_a_provisional_number_asks_for_more_repetitions():
    assert kind(replace(LEFT, provisional=True, category=None)) == "more"


def test_a_side_that_does_not_count_is_repeated_with_its_remedy(not_counted):
    step = decide_next(not_counted)

    assert step.kind == "repeat"
    assert FINDINGS["pelvic_hike"].cue[1:] in step.text


def test_a_side_that_does_not_count_goes_before_one_that_does(not_counted):
    sides = {**not_counted.sides, Side.LEFT: LEFT}

    assert decide_next(replace(not_counted, sides=sides)).kind == "repeat"


def test_a_refused_clip_is_recorded_again_with_the_remedy(not_measured):
    step = decide_next(not_measured)

    assert (step.kind, ISSUES["legs_out_of_frame"].remedy in step.text) == ("record", True)


def test_a_side_that_was_refused_beside_a_measured_one_is_recorded_again():
    step = decide_next(trial(LEFT, issues=[Issue("low_visibility", "refuse", Side.RIGHT)]))

    assert step.kind == "record"
    assert step.text.startswith(f"Right hip: {ISSUES['low_visibility'].title}")


def test_pain_goes_before_everything(not_counted):
    assert decide_next(replace(not_counted, answers=HURT)).kind == "pain"


def texts_of(result):
    """Every output for people, and the notes of an observation, by its name."""
    summary = summarise(result)
    return {
        "terminal": terminal.render(result),
        "report": html.render(result, summary, chart_svg="", stills=(), command=""),
        "handout": handout.render(result, summary),
        "pdf": words(result),
        "fhir": json.dumps(observations(build_document(result))),
    }


def test_after_pain_no_output_asks_for_the_test_again(not_counted):
    asked = {name: "Repeat the test" in text for name, text in texts_of(not_counted).items()}
    hurt = texts_of(replace(not_counted, answers=HURT))

    assert asked == dict.fromkeys(asked, True)
    assert {name: "Repeat the test" in text for name, text in hurt.items()} == dict.fromkeys(
        hurt, False
    )
    assert "Do not repeat the test today" in " ".join(hurt["terminal"].split())


def test_a_page_asks_for_the_test_again_once(not_counted):
    pages = texts_of(not_counted)

    for name in ("report", "pdf", "handout"):
        assert pages[name].count("epeat the test: ") == 1, name


def test_a_minor_is_sent_to_a_doctor_and_not_to_the_exercises():
    assert kind(LEFT, person=CHILD) == "minor"


@pytest.mark.parametrize("changes", [{"person": CHILD}, {"answers": HURT}], ids=["minor", "pain"])
def test_exercises_are_not_offered_to_minors_and_in_pain(changes):
    assert [offers_exercises(trial(LEFT)), offers_exercises(trial(LEFT, **changes))] == [
        True,
        False,
    ]


def test_every_step_has_a_title_and_a_text():
    clip = Issue("no_person", "refuse")
    steps = [decide_next(trial(issues=[clip])), decide_next(trial()), decide_next(trial(LEFT))]

    assert all(step.title and step.text for step in steps)
