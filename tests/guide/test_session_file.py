"""The record of a session: what was displayed live, per leg and repetition."""

import json
from dataclasses import replace

from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.core.span import Span
from hipcv.core.view_model import RepPreview
from hipcv.guide.session_file import add_answers, build_document, write

HELD = RepPreview(
    38.123, held=True, practice=False, findings=("trunk_lean",),
    plateau_deg=37.456, plateau_s=Span.through(12.5, 13.25), source="outline",
)  # fmt: skip
BRIEF = RepPreview(21.0, held=False, practice=True, findings=())
PREVIEWS = {Side.LEFT: (BRIEF, HELD)}


def document():
    return build_document(PREVIEWS, recording="recording.mp4", began_s=10.0)


def test_a_repetition_has_its_live_angles_and_its_plateau_in_seconds_of_the_recording():
    assert document()["sides"]["left"]["reps"][1] == {
        "live_peak_deg": 38.12,
        "live_plateau_deg": 37.46,
        "plateau_s": [2.5, 3.25],
        "angle_source": "outline",
        "held": True,
        "practice": False,
        "findings": ["trunk_lean"],
    }


def test_only_an_external_repetition_is_marked_as_such():
    previews = {Side.LEFT: (HELD, replace(HELD, external=True))}
    sides = build_document(previews, recording="recording.mp4", began_s=10.0)["sides"]
    internal, external = sides["left"]["reps"]

    assert external == {**internal, "external": True}


def test_a_repetition_without_a_plateau_has_none():
    rep = document()["sides"]["left"]["reps"][0]

    assert (rep["live_plateau_deg"], rep["plateau_s"]) == (None, None)


def test_a_leg_that_was_not_tested_is_null():
    assert document()["sides"]["right"] is None


def test_the_record_lies_beside_the_recording(tmp_path):
    path = write(tmp_path / "recording.mp4", PREVIEWS, 10.0)

    assert (path, json.loads(path.read_text())) == (tmp_path / "session.json", document())


def test_the_answers_after_the_test_stand_in_the_record(tmp_path):
    path = write(tmp_path / "recording.mp4", PREVIEWS, 10.0)

    add_answers(tmp_path / "recording.mp4", Answers(pain=2, limiter="block"))

    answers = {"pain": 2, "pain_where": "", "limiter": "block"}
    assert json.loads(path.read_text()) == {**document(), "answers": answers}


def test_a_record_without_answers_stays_as_it_is(tmp_path):
    path = write(tmp_path / "recording.mp4", PREVIEWS, 10.0)

    add_answers(tmp_path / "recording.mp4", Answers())

    assert json.loads(path.read_text()) == document()
