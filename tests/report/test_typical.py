"""Comparison with what adults turn: for adults alone, and no norm for an age or a sex."""

from dataclasses import asdict

import pytest

from hipcv.core.assessment import assess
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import handout, terminal
from hipcv.report.batch_summary import BatchRow
from hipcv.report.batch_summary import render as render_batch
from hipcv.report.charts import chart, gauge
from hipcv.report.html import render
from hipcv.report.summary import summarise
from hipcv.report.typical import describe_typical
from hipcv.report.verdict import give_verdict
from tests.builders import assessment, motion, trial
from tests.tracks import seated_track, swings

P = MeasurementProtocol()
SETTINGS = asdict(P)
CHILD = Person(12)


def trial_of(person, **changes):
    return trial(assessment(is_minor=person.is_minor, **changes), person=person)


def assessed(peak_deg, person):
    track = seated_track(swings(peak_deg, peak_deg, peak_deg))
    return assess(measure(track, None, Side.LEFT, P), person)


@pytest.mark.parametrize("person", [Person(), Person(16), Person(40, "male")])
def test_adults_and_those_of_unknown_age_are_compared_with_adults(person):
    assert "two in three healthy adults" in describe_typical(SETTINGS, person)


def test_under_16_one_sentence_says_that_there_is_no_comparison():
    assert describe_typical(SETTINGS, CHILD) == (
        "45° from the start is the target; there is no comparison with adults under 16 years, "
        "since children usually turn further."
    )


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        (Person(40), "In studies, older people tend to turn less far."),
        (Person(sex="female"), "In studies, women tend to turn further than men."),
        (
            Person(40, "male"),
            "In studies, women tend to turn further than men, and older people less far.",
        ),
    ],
)
def test_age_and_sex_choose_one_hedged_sentence_about_the_spread(person, sentence):
    assert describe_typical(SETTINGS, person) == (
        f"{describe_typical(SETTINGS, Person())} {sentence}"
    )


@pytest.mark.parametrize("rotation_deg", [5, 19, 23.9, 36, 42.5, 44, 47, 60, 72])
def test_no_verdict_compares_a_minor_with_adults(rotation_deg):
    assert "adult" not in give_verdict(assessed(rotation_deg, CHILD), P)


def test_minor_far_from_the_target_is_below_it_and_no_more():
    assert assessed(12, CHILD).category == "below_target"


def test_adult_as_far_from_the_target_is_clearly_low():
    assert assessed(12, Person(16)).category == "clearly_low"


def test_age_changes_no_angle():
    assert assessed(36, CHILD).result_deg == assessed(36, Person()).result_deg


def test_report_of_a_minor_names_adults_only_to_say_that_they_are_no_comparison():
    result = trial_of(CHILD)

    page = render(result, summarise(result), chart_svg="<svg/>", stills=(), command="")

    assert page.count("adults") == 1


def test_handout_of_a_minor_says_that_there_is_no_comparison():
    result = trial_of(CHILD)

    page = handout.render(result, summarise(result))

    assert "You are under 16, so we do not compare you with adults." in page
    assert page.count("adults") == 1


def test_terminal_of_a_minor_names_adults_only_to_say_that_they_are_no_comparison():
    assert terminal.render(trial_of(CHILD)).count("adults") == 1


def test_chart_of_a_minor_has_no_band_of_adults():
    moved = {Side.LEFT: motion()}

    assert "<!-- adults -->" not in chart.draw(trial_of(CHILD), moved).svg


def test_gauge_of_a_minor_has_no_band_of_adults():
    assert 'class="usual"' not in gauge.draw(assessment(is_minor=True), P)


def test_summary_of_a_batch_of_a_minor_has_no_band_of_adults():
    row = BatchRow(clip="a.mp4", side="left", status="measured", result_deg=30.0)

    page = render_batch([row], P, is_minor=True)

    assert "adults" not in page
    assert '<rect class="usual"' not in page
