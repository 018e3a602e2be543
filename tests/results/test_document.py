import json
from dataclasses import replace
from typing import get_args, get_type_hints

import pytest

from hipcv.core.answers import Answers
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.result_schema import parse_result
from hipcv.results.document import answers_of, build_document, dumps, person_of
from tests.builders import CLIP, assessment, external_rep, refused, rep, trial

CONTRACT = {
    "": {"schema", "clip", "status", "tested_side", "sides", "issues", "timing", "provenance"},
    "clip": {
        "name", "sha256", "duration_s", "frames", "frame_rate_hz", "width_px", "height_px",
    },
    "side": {
        "status", "rotation_deg", "interval_deg", "pelvis_relative_deg", "clean_deg",
        "external_rotation_deg", "external_interval_deg", "external_reps", "arc_deg",
        "arc_interval_deg", "start_tilt_deg", "category", "reps",
        "findings", "quality",
    },
    "rep": {
        "start_s", "plateau_s", "end_s", "rotation_deg", "interval_deg", "pelvis_relative_deg",
        "clean_deg", "valid", "findings",
    },
    "finding": {"code", "value", "limit", "unit", "at_s", "severity"},
    "issue": {"code", "severity", "side", "text", "remedy"},
    "provenance": {"hipcv", "models", "protocol", "clip_sha256", "display_matrix", "command"},
}  # fmt: skip


def parts(document):
    side = document["sides"]["left"]
    return {
        "": document,
        "clip": document["clip"],
        "side": side,
        "rep": side["reps"][0],
        "finding": side["reps"][0]["findings"][0],
        "issue": document["issues"][0],
        "provenance": document["provenance"],
    }


@pytest.mark.parametrize("part", CONTRACT)
def test_every_promised_name_is_there(part, one_side):
    assert CONTRACT[part] <= set(parts(build_document(one_side))[part])


def test_the_document_stays_as_it_is(one_side, golden):
    text = dumps(build_document(one_side, timing=False))

    assert text == golden("one_side.json", text)


def test_a_side_that_was_not_moved_is_null(one_side):
    assert build_document(one_side)["sides"]["right"] is None


def test_a_refused_clip_has_no_number(not_measured):
    document = build_document(not_measured)

    assert (document["status"], document["tested_side"]) == ("not_measured", None)


def test_a_refused_side_keeps_its_names_and_holds_no_number():
    side = build_document(trial(refused(Side.LEFT)))["sides"]["left"]

    assert (side["status"], side["rotation_deg"], side["interval_deg"]) == (
        "not_measured", None, None,
    )  # fmt: skip


def test_how_long_the_work_took_is_left_out_of_the_file(one_side):
    slower = replace(one_side, timing={"total_s": 99.0})

    assert dumps(build_document(one_side, timing=False)) == dumps(
        build_document(slower, timing=False)
    )


def test_nan_becomes_null():
    reps = (rep(channels={"trunk_lean_deg": float("nan")}),)
    document = build_document(trial(assessment(reps=reps)))

    assert document["sides"]["left"]["reps"][0]["channels"] == {"trunk_lean_deg": None}


def test_minus_zero_is_written_as_zero():
    document = build_document(trial(assessment(start_tilt_deg=-0.001)))

    assert str(document["sides"]["left"]["start_tilt_deg"]) == "0.0"


def test_the_text_reads_back_as_the_document(one_side):
    assert json.loads(dumps(build_document(one_side))) == build_document(one_side)


def test_age_and_sex_stand_in_the_document(one_side):
    document = build_document(replace(one_side, person=Person(34, "female")))

    assert document["person"] == {"age_years": 34, "sex": "female"}


def test_person_of_a_document_reads_back(one_side):
    assert person_of(build_document(replace(one_side, person=Person(34)))) == Person(34)


def test_answers_of_a_document_read_back(one_side):
    answers = Answers(pain=3, pain_where="left groin", limiter="stretch")

    assert answers_of(build_document(replace(one_side, answers=answers))) == answers


def test_document_without_answers_has_none(one_side):
    assert not answers_of(build_document(one_side))


def test_document_without_age_and_sex_is_as_before(one_side):
    assert "person" not in build_document(one_side)


def optional_fields(record):
    """Every field of a dataclass that may be None, as None."""
    hints = get_type_hints(type(record))
    return {name: None for name, hint in hints.items() if type(None) in get_args(hint)}


def trials():
    full = rep(findings=(Finding("pelvic_hike", 11.0, 10.0, "deg", 2.0, "invalid"),))
    empty = replace(full, channels={"trunk_lean_deg": None}, **optional_fields(full))
    side = assessment(reps=(full, empty), external_reps=(external_rep(),))
    yield trial(side)
    yield trial(replace(side, **optional_fields(side)))
    yield trial(refused(Side.RIGHT), issues=[Issue("no_person", "refuse")])
    yield replace(trial(side), clip=replace(CLIP, **optional_fields(CLIP)))


@pytest.mark.parametrize("made", list(trials()), ids=range(4))
def test_what_is_written_can_be_read_again(made):
    text = dumps(build_document(made))

    assert parse_result(text) == json.loads(text)
