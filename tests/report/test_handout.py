"""Hand-out: in plain words, with the number of the report or why there is none, on its own."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.clip_info import RecordingTime
from hipcv.core.compensation import invalid_settings
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.report import handout, handout_words
from hipcv.report.exercises import EXERCISES
from hipcv.report.review import NO_CASE, Case
from hipcv.report.summary import summarise
from tests.builders import CLIP, assessment, rep, trial
from tests.codes import REFUSALS
from tests.reading_level import ease_of_spanish, grade_of_english, sentences

COUNTED = trial(assessment(), assessment(Side.RIGHT, 53.0))
PROVISIONAL = trial(assessment(provisional=True, category=None))
LIFTED = trial(assessment(rotation_deg=37.0, result_deg=29.0, result_basis="pelvis_relative"))
HARDEST_GRADE, LEAST_EASE = 7.0, 70.0


def refused(code):
    return trial(issues=[Issue(code, "refuse")])


def page(result, case=NO_CASE):
    return handout.render(result, summarise(result), case)


def words(result, case=NO_CASE):
    return "\n".join(" ".join(sentence) for sentence in sentences(page(result, case)))


@pytest.fixture(params=["counted", "provisional", "lifted", "low", "not_counted", *REFUSALS])
def any_result(request, not_counted):
    name = request.param
    if name in REFUSALS:
        return refused(name)
    return {
        "counted": COUNTED,
        "provisional": PROVISIONAL,
        "lifted": LIFTED,
        "low": trial(assessment(rotation_deg=10.0)),
        "not_counted": not_counted,
    }[name]


def test_every_page_reads_like_the_seventh_grade_or_easier(any_result):
    assert grade_of_english(page(any_result)) <= HARDEST_GRADE


def test_every_page_is_fairly_easy_in_spanish(any_result):
    with language.using("es"):
        assert ease_of_spanish(page(any_result)) >= LEAST_EASE


def test_hard_words_are_graded_as_hard():
    hard = "<p>Considerable compensatory musculoskeletal adaptations characterise limitations.</p>"

    assert grade_of_english(hard) > HARDEST_GRADE


def test_hard_spanish_is_not_easy():
    hard = "<p>Considerables adaptaciones musculoesqueléticas caracterizan limitaciones.</p>"

    assert ease_of_spanish(hard) < LEAST_EASE


def test_a_page_needs_no_other_file(any_result):
    assert not re.search(r"\b(src|href)=|url\(|<script|@import", page(any_result))


def test_the_number_is_that_of_the_report():
    values = [side.value for side in summarise(COUNTED).sides]

    assert re.findall(r'<p class="value">(.*?)</p>', page(COUNTED)) == values


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refused_clip_has_no_number_and_says_why(code):
    written = page(refused(code))

    assert 'class="value"' not in written
    assert handout_words.REFUSED[code] in written


def test_a_side_that_does_not_count_has_no_number_and_says_which_rules_were_broken(not_counted):
    written = page(not_counted)

    assert re.findall(r'<p class="value">(.*?)</p>', written) == ["No number"]
    assert all(handout_words.BROKEN[code] in written for code in ("pelvic_hike", "no_hold"))


def test_every_rule_that_makes_a_repetition_invalid_has_plain_words():
    assert set(invalid_settings()) <= set(handout_words.BROKEN)


def test_a_provisional_number_is_not_judged():
    written = page(PROVISIONAL)

    assert "This is a first number" in written
    assert not any(text.format(target="45°") in written for text in handout_words.MEANINGS.values())


def test_the_hip_lift_that_was_taken_off_is_said():
    assert "We took 8.0° off the number" in page(LIFTED)


@pytest.mark.parametrize("result", [refused("not_seated"), trial()], ids=["refused", "nothing"])
def test_without_a_number_nobody_is_said_to_have_done_the_test(result, not_counted):
    assert "You sat on your hands" in page(COUNTED)
    for one in (result, not_counted):
        assert "You sat on your hands" not in page(one)
        assert "You sit on your hands" in page(one)


def test_exercises_are_drawn_where_they_are_offered():
    assert page(COUNTED).count('class="drawing"') == len(EXERCISES)


@pytest.mark.parametrize(
    "changes", [{"person": Person(age_years=12)}, {"answers": Answers(pain=6)}]
)
def test_exercises_are_kept_from_minors_and_from_pain(changes):
    assert 'class="drawing"' not in page(replace(COUNTED, **changes))


def test_a_page_for_a_minor_compares_with_no_adults():
    text = words(trial(assessment(is_minor=True), person=Person(age_years=12)))

    assert "adults" not in text.replace("we do not compare you with adults", "")


def test_the_next_step_is_that_of_the_report(any_result):
    summary = summarise(any_result)

    assert summary.next.title in page(any_result)


def test_the_day_of_the_visit_goes_before_that_of_the_recording():
    at = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
    recorded = trial(assessment(), clip=replace(CLIP, recorded=RecordingTime(at, "file")))

    assert "20 November 2026" in page(recorded)
    assert "3 March 2026" in page(recorded, Case(on=date(2026, 3, 3)))


def test_repetitions_that_were_set_aside_leave_a_page():
    side = replace(assessment(), rotation_deg=None, result_deg=None, category=None)

    assert "No number" in page(trial(replace(side, reps=(rep(rejected="laughed"),))))
