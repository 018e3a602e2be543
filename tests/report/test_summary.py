import re
from dataclasses import replace

import pytest

from hipcv import language
from hipcv.core.assessment import Assessment
from hipcv.core.channels import CHANNELS
from hipcv.core.issues import OTHER_LEG, Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.uncertainty import result_half_width_deg
from hipcv.report import wording
from hipcv.report.summary import NOT_MEASURED, SEE_SOMEONE, summarise, summarise_issue
from hipcv.report.wording import FINDINGS, ISSUES
from tests.builders import HIKE, assessment, external_rep, refused, rep, trial


def only_side(*args, **changes):
    return summarise(trial(assessment(*args, **changes))).sides[0]


def test_the_number_says_how_exactly_it_was_read():
    side = only_side()

    assert (side.number, re.findall(r"[\d.]+", side.interval)) == ("34.8°", ["2.7"])


def test_what_another_day_may_give_is_said_in_its_own_sentence():
    (text,) = (text for text in only_side().details if "another day" in text)

    assert re.findall(r"\d+", text) == ["28", "41"]


VERDICTS = {
    5.0: ("clearly_low", "Clearly less than most adults."),
    19.0: ("below_target", "Below the 45° target, as most adults are."),
    23.9: ("below_target", "Below the 45° target, as most adults are."),
    36.0: ("below_target", "Below the 45° target, as most adults are."),
    42.5: ("close_to_target", "Close to the 45° target, within what measuring may differ."),
    44.0: ("close_to_target", "Close to the 45° target, within what measuring may differ."),
    47.0: ("close_to_target", "Close to the 45° target, within what measuring may differ."),
    60.0: ("reaches_target", "Reaches the 45° target, which is more than most adults do."),
    72.0: ("reaches_target", "Reaches the 45° target, which is more than most adults do."),
}


SPANISH_VERDICTS = {
    5.0: "Claramente menos que la mayoría de los adultos.",
    19.0: "Por debajo del objetivo de 45°, como la mayoría de los adultos.",
    23.9: "Por debajo del objetivo de 45°, como la mayoría de los adultos.",
    36.0: "Por debajo del objetivo de 45°, como la mayoría de los adultos.",
    42.5: "Cerca del objetivo de 45°, dentro de lo que puede diferir la medida.",
    44.0: "Cerca del objetivo de 45°, dentro de lo que puede diferir la medida.",
    47.0: "Cerca del objetivo de 45°, dentro de lo que puede diferir la medida.",
    60.0: "Alcanza el objetivo de 45°, más que la mayoría de los adultos.",
    72.0: "Alcanza el objetivo de 45°, más que la mayoría de los adultos.",
}


def three_equal(rotation_deg, **changes):
    """Three repetitions of one angle, from a shank that hung straight down."""
    reps = tuple(rep(rotation_deg, begins_s=0.8 + 2.2 * n) for n in range(3))
    half_deg = result_half_width_deg([rotation_deg] * 3, MeasurementProtocol())
    interval_deg = (rotation_deg - half_deg, rotation_deg + half_deg)
    parts = {"reps": reps, "result_interval_deg": interval_deg, "start_tilt_deg": 0.0}
    return assessment(rotation_deg=rotation_deg, **{**parts, **changes})


@pytest.mark.parametrize("rotation_deg", VERDICTS)
def test_three_equal_repetitions_get_this_verdict(rotation_deg):
    category, verdict = VERDICTS[rotation_deg]
    side = summarise(trial(three_equal(rotation_deg, category=category))).sides[0]

    assert side.verdict == verdict


@pytest.mark.parametrize("rotation_deg", SPANISH_VERDICTS)
def test_three_equal_repetitions_get_the_same_verdict_in_spanish(rotation_deg):
    category, _ = VERDICTS[rotation_deg]
    with language.using("es"):
        side = summarise(trial(three_equal(rotation_deg, category=category))).sides[0]

    assert side.verdict == SPANISH_VERDICTS[rotation_deg]


@pytest.mark.parametrize("verdict", wording.VERDICTS.values())
def test_no_verdict_contradicts_itself_or_names_a_disease(verdict):
    words = verdict.lower()

    assert not ("below" in words and "above" in words)
    assert not re.search(r"usual|normal|arthr|impinge|dysplas|patholog|deficit", words)


def test_the_verdict_speaks_of_the_target_in_use():
    side = summarise(trial(assessment(), protocol=MeasurementProtocol(target_deg=40))).sides[0]

    assert "40° target" in side.verdict


@pytest.mark.parametrize(("tilt_deg", "more"), [(0.0, True), (-19.0, False)])
def test_what_most_adults_turn_is_read_from_the_vertical(tilt_deg, more):
    side = summarise(trial(three_equal(60.0, start_tilt_deg=tilt_deg))).sides[0]

    assert (side.verdict.startswith("Reaches"), "most adults" in side.verdict) == (True, more)


HIP_LIFT = replace(HIKE, value=12.0, severity="invalid")


def uncounted(*reps, **changes):
    """A side of which no repetition counts."""
    return Assessment(side=Side.LEFT, start_tilt_deg=-2.1, reps=reps, **changes)


def test_a_side_of_which_no_repetition_counts_has_no_number_outside_of_its_repetitions():
    result = summarise(trial(uncounted(rep(51.0, findings=(HIP_LIFT,), clean_deg=26.9))))
    (side,) = result.sides

    said = (result.headline, side.value, side.mark, side.verdict, side.repeat, *side.details)
    assert not re.search(r"\d", " ".join(said))
    assert "hip lift" in result.headline
    assert (side.reps[0].rotation, side.reps[0].valid) == ("51.0°", False)


def test_each_repetition_that_does_not_count_says_why_and_how_far_it_went_before():
    invalid, passed = rep(findings=(HIP_LIFT,), clean_deg=26.9), rep(40.0, held=False)
    side = summarise(trial(uncounted(invalid, passed))).sides[0]

    assert [re.findall(r"hip lift of [\d.]+°|not held|26.9°|40.0°", t) for t in side.uncounted] == [
        ["hip lift of 12.0°", "26.9°"],
        ["not held", "40.0°"],
    ]


@pytest.mark.parametrize(
    "code", ["pelvic_hike", "weight_shift", "thigh_lift", "hand_off_seat", "no_hold"]
)
def test_the_test_is_asked_for_again_with_the_remedy_for_the_rule_that_was_broken(code):
    broken = rep(held=False)
    if code != "no_hold":
        broken = rep(findings=(replace(HIP_LIFT, code=code),))
    side = summarise(trial(uncounted(broken))).sides[0]

    assert side.repeat.lower() == f"repeat the test: {FINDINGS[code].cue.lower()}"


def test_the_rule_that_was_broken_most_often_is_the_one_to_mind():
    lifted = replace(HIP_LIFT, code="thigh_lift")
    reps = (rep(findings=(HIP_LIFT,)), rep(findings=(lifted,)), rep(findings=(lifted,)))
    side = summarise(trial(uncounted(*reps))).sides[0]

    assert FINDINGS["thigh_lift"].cue[1:] in side.repeat


def test_what_the_repetitions_say_is_not_said_again_of_the_clip():
    issue = Issue("compensated_throughout", "warn", Side.LEFT)
    result = summarise(trial(uncounted(rep(findings=(HIP_LIFT,)), issues=(issue,))))

    assert result.issues == ()


def test_a_side_without_a_count_beside_a_measured_one_has_no_number_in_the_headline():
    right = replace(uncounted(rep(51.0, findings=(HIP_LIFT,))), side=Side.RIGHT)

    headline = summarise(trial(assessment(), right)).headline
    assert re.findall(r"[\d.]+°|not counted", headline) == ["34.8°", "not counted"]


def provisional(**changes):
    return summarise(trial(assessment(provisional=True, category=None, **changes)))


def test_a_provisional_number_is_marked_and_not_read_against_the_target():
    result = provisional()

    assert "provisional (1 repetition of 3)" in result.headline
    assert not any(text in result.headline for text in ("arget", "most adults"))
    assert re.findall(r"\d+ repetitions", result.sides[0].verdict) == ["3 repetitions"]


def test_exercises_are_offered_where_a_provisional_number_is_below_the_target():
    assert len(provisional().exercises) == 3


def test_the_hip_lift_that_was_taken_off_is_in_the_headline():
    lifted = assessment(rotation_deg=37.2, result_deg=29.0, result_basis="pelvis_relative")
    result = summarise(trial(lifted))

    assert result.headline.startswith("Left hip 29.0°, with 8.2° of hip lift taken off")
    assert any("37.2°" in text and "8.2°" in text for text in result.sides[0].details)


def test_what_was_not_measured_is_listed():
    shown = dict.fromkeys(CHANNELS, 0.0)
    reps = [
        rep(channels={**shown, "wrist_rise_ratio": None}, pelvis_relative_deg=None),
        rep(channels={**shown, "wrist_rise_ratio": None}),
    ]

    text = only_side(reps=tuple(reps)).unmeasured
    assert text == "Not measured in this clip: hip lift (repetition 1), hand off the seat."


def test_nothing_is_listed_where_all_was_measured():
    assert only_side(reps=(rep(channels=dict.fromkeys(CHANNELS, 0.0)),)).unmeasured == ""


def test_a_waist_that_was_lost_leaves_a_turn_of_the_trunk_unmeasured():
    channels = {**dict.fromkeys(CHANNELS, 0.0), "waist_shift_ratio": None}

    text = only_side(reps=(rep(channels=channels),)).unmeasured
    assert text == "Not measured in this clip: trunk rotation."


def test_a_much_lower_side_is_advised_to_see_someone():
    assert only_side(rotation_deg=15.0).advice == SEE_SOMEONE


def test_an_upper_limit_within_what_most_adults_turn_is_not_advised_to_see_someone():
    assert only_side(rotation_deg=23.0).advice == ""


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


EXTERNAL = {
    "external_rotation_deg": 27.0,
    "external_interval_deg": (21.0, 33.0),
    "external_reps": (external_rep(25.0), external_rep(29.0)),
}


def test_both_rotations_are_listed_with_their_arc():
    text = " ".join(only_side(**EXTERNAL).details)

    assert [text.count(angle) for angle in ("25.0° and 29.0°", "27.0°", "61.8°")] == [1, 1, 1]


def test_a_refused_side_states_the_external_rotation_that_it_did():
    side = replace(refused(Side.LEFT, Issue("external_rotation", "refuse", Side.LEFT)), **EXTERNAL)

    (text,) = summarise(trial(side)).sides[0].details
    assert "27.0° (21.0 to 33.0°)" in text


def test_the_arc_of_a_minor_is_not_compared_with_that_of_adults():
    adult, minor = (
        " ".join(only_side(**EXTERNAL, is_minor=is_minor).details) for is_minor in (False, True)
    )

    assert ["adults" in text for text in (adult, minor)] == [True, False]


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

    assert all(word in text for word in ("Read within", "another day", "8.3°", "MDC95"))


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


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_a_leg_that_rested_while_the_other_moved_asks_for_the_leg_and_the_mirror(side, other):
    issue = Issue("no_movement", "refuse", Side(side), 34.0, 2.0, OTHER_LEG)
    result = summarise(trial(refused(Side(side), issue)))
    said = f"The {side} leg did not move; the {other} one did: was the {other} meant, or is the"

    assert result.refusals[0].text.startswith(said)
    assert f"again for the {other} leg, or as a mirrored one" in result.refusals[0].remedy


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
