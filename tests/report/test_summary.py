import re
from dataclasses import replace

import pytest

from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.summary import NOT_MEASURED, SEE_SOMEONE, summarise, summarise_issue
from hipcv.report.wording import CATEGORIES, FINDINGS, ISSUES
from tests.builders import HIKE, assessment, refused, rep, trial


def only_side(*args, **changes):
    return summarise(trial(assessment(*args, **changes))).sides[0]


def test_the_number_stands_with_its_interval():
    assert re.findall(r"[\d.]+", only_side().number) == ["34.8", "95", "32.1", "37.5"]


@pytest.mark.parametrize(
    ("rotation_deg", "category", "where"),
    [
        (20.0, "below_target", "below"),
        (34.8, "below_target", "within"),
        (44.0, "at_target_within_error", "above"),
        (52.0, "reaches_target", "above"),
    ],
)
def test_the_verdict_names_target_and_usual_range(rotation_deg, category, where):
    target, usual = only_side(rotation_deg=rotation_deg).verdict.rsplit(", ", 1)

    assert target == CATEGORIES[category].format(target="45°")
    assert (usual.split()[0], "24–42°" in usual) == (where, True)


def test_the_verdict_speaks_of_the_target_in_use():
    side = summarise(trial(assessment(), protocol=MeasurementProtocol(target_deg=40))).sides[0]

    assert "40° target" in side.verdict


def test_a_side_compensated_throughout_is_not_read_against_the_target():
    text = only_side(category=None).verdict

    assert ("ompensated" in text, "24–42°" in text) == (True, False)


def test_a_side_compensated_throughout_counts_no_repetition():
    invalid = replace(HIKE, value=12.0, limit=10.0, severity="invalid")
    text = only_side(category=None, reps=(rep(findings=(invalid,)),)).details

    assert ("No repetition" in text[0], "mean" in " ".join(text)) == (True, False)


def test_a_much_lower_side_is_advised_to_see_someone():
    assert only_side(rotation_deg=15.0).advice == SEE_SOMEONE


def test_an_upper_limit_at_the_usual_is_not_advised_to_see_someone():
    assert only_side(rotation_deg=18.0).advice == ""


def test_a_hiked_pelvis_makes_the_smaller_number_decide():
    side = only_side(pelvis_relative_deg=23.0)

    assert side.verdict.rsplit(", ", 1)[1].startswith("below")


def test_the_details_say_when_the_smaller_number_decides():
    smaller, alike = (
        next(text for text in only_side(pelvis_relative_deg=deg).details if f"{deg}°" in text)
        for deg in (30.0, 34.0)
    )

    assert ["verdict" in text for text in (smaller, alike)] == [True, False]


def test_a_pelvis_that_was_not_measured_is_not_called_level():
    (text,) = (text for text in only_side(pelvis_relative_deg=None).details if "pelvis" in text)

    assert ("not measured" in text, "°" in text) == (True, False)


def test_a_side_has_its_angle_in_the_picture_along_the_thigh_and_from_the_vertical():
    side = only_side(rotation_deg=38.0, picture_deg=35.5, from_vertical_deg=41.0)

    expected = "35.5° in the picture, 38.0° along the thigh, 41.0° from the vertical."
    assert expected in side.details


def test_a_repetition_has_the_other_two_angles_beside_its_rotation():
    (row,) = only_side(reps=(rep(38.0, picture_deg=35.5, from_vertical_deg=41.0),)).reps

    assert (row.rotation, row.others) == (
        "38.0°",
        ("35.5° in the picture", "41.0° from the vertical"),
    )


@pytest.mark.parametrize("picture_deg", [None, float("nan")])
def test_an_angle_that_was_not_measured_is_left_out(picture_deg):
    (text,) = (text for text in only_side(picture_deg=picture_deg).details if "thigh" in text)

    assert text == "34.8° along the thigh, 32.7° from the vertical."


def test_a_repetition_drawn_by_hand_says_so_and_has_both_angles():
    drawn = rep(38.0, picture_deg=35.5, by_hand=True, by_outline=False, witness_deg=None)
    (row,) = only_side(reps=(drawn,)).reps

    assert (row.second, row.others[0]) == ("none, by hand", "35.5° in the picture")


def test_both_rotations_are_listed_with_their_arc():
    text = " ".join(only_side(external_rotation_deg=27.0).details)

    assert [text.count(angle) for angle in ("27.0°", "61.8°")] == [1, 1]


@pytest.mark.parametrize(
    ("tilt_deg", "words"), [(-6.0, "6.0° inwards"), (6.0, "6.0° outwards"), (0.4, "straight down")]
)
def test_the_start_says_where_the_foot_hung(tilt_deg, words):
    (text,) = (text for text in only_side(start_tilt_deg=tilt_deg).details if "start" in text)

    assert words in text


def test_exercises_are_offered_where_a_side_is_below_the_target():
    assert len(summarise(trial(assessment())).exercises) == 3


def test_no_exercises_are_offered_at_the_target():
    assert summarise(trial(assessment(rotation_deg=44.0))).exercises == ()


def test_a_refused_clip_has_no_exercises(not_measured):
    assert summarise(not_measured).exercises == ()


def test_a_refused_clip_says_so_first(not_measured):
    assert summarise(not_measured).headline == NOT_MEASURED


def test_refusals_come_before_warnings(not_measured):
    assert [issue.refuses for issue in summarise(not_measured).issues] == [True, False]


def test_a_refused_side_next_to_a_measured_one_keeps_its_reason():
    gone = Issue("low_visibility", "refuse", Side.RIGHT)

    text = summarise(trial(assessment(), refused(Side.RIGHT, gone)))

    assert (text.measured, [issue.where for issue in text.refusals]) == (True, [" (right)"])


def test_what_is_said_alike_of_both_sides_is_said_once():
    sides = [
        assessment(side, issues=(Issue("pelvis_not_measured", "warn", side),)) for side in Side
    ]

    assert [issue.where for issue in summarise(trial(*sides)).issues] == [" (left and right)"]


def test_interval_and_change_between_days_are_explained():
    text = " ".join(summarise(trial(assessment())).certainty)

    assert all(word in text for word in ("95\u00a0% interval", "8.3°", "MDC95"))


def test_the_change_between_days_follows_the_protocol():
    text = summarise(
        trial(assessment(), protocol=MeasurementProtocol(between_day_sem_deg=2.0))
    ).certainty

    assert "5.5°" in text[1]


def test_an_issue_gives_its_value_where_the_unit_is_understood():
    text = summarise_issue(Issue("view_oblique", "warn", None, 15.2, 12.0, "deg"))

    evidence = text.text.removeprefix(ISSUES["view_oblique"].text)
    assert re.findall(r"[\d.]+°", evidence) == ["15.2°", "12.0°"]


@pytest.mark.parametrize(
    ("value", "unit"), [(None, ""), (float("nan"), "deg"), (0.4, "Ls"), (0.4, "share")]
)
def test_evidence_that_says_nothing_to_a_reader_is_left_out(value, unit):
    text = summarise_issue(Issue("no_movement", "refuse", None, value, 0.5, unit))

    assert "Measured" not in text.text


def test_a_finding_of_several_repetitions_has_its_largest_value_and_first_onset():
    later = Finding("pelvic_hike", 4.0, 2.5, "deg", 3.6, "flag")
    reps = (rep(findings=(HIKE,)), rep(36.0, begins_s=3.0, findings=(later,)))

    text = only_side(reps=reps).findings[0].text

    assert text.startswith(FINDINGS["pelvic_hike"].text)
    assert re.findall(r"[\d.]+(?:°|\u00a0s)| 1 and 2 ", text) == [
        "6.2°",
        " 1 and 2 ",
        "2.5°",
        "1.4\u00a0s",
    ]


def test_a_finding_says_which_repetition_it_cost(one_side):
    text = summarise(one_side).sides[0].findings[0].text

    assert re.findall(r"repetition \d", text.split(". ")[-1]) == ["repetition 3"]


def test_a_negative_value_is_described_as_the_other_direction():
    inwards = Finding("knee_drift", -0.09, 0.07, "shank lengths", 1.2, "flag")

    text = only_side(reps=(rep(findings=(inwards,)),)).findings[0].text

    assert text.startswith(f"{FINDINGS['knee_drift'].text_negative}: 9\u00a0%")


def test_a_practice_repetition_is_listed_and_not_counted():
    assert only_side(reps=(rep(practice=True), rep())).reps[0].counted == "no, practice"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"witness_deg": 35.1}, "35.1°"),
        ({"witness_deg": None}, "none"),
        ({"witness_deg": None, "by_outline": False}, "none, by masks"),
        ({"witness_deg": None, "by_outline": False, "registered": False}, "none, by landmarks"),
    ],
)
def test_a_repetition_has_its_second_reading_or_says_how_it_was_read(changes, words):
    assert only_side(reps=(rep(**changes),)).reps[0].second == words


def test_two_sides_share_the_headline(both_sides):
    assert re.findall(r"Left|Right|[\d.]+°", summarise(both_sides).headline) == [
        "Left",
        "34.8°",
        "Right",
        "48.2°",
    ]
