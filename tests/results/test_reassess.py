"""Reassessment reproduces a stored result, and changes only what is corrected."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hipcv.core.answers import Answers
from hipcv.core.errors import BadRequest, InvalidTrack
from hipcv.core.geometry import view_corrected_deg
from hipcv.core.options import AnalysisOptions
from hipcv.core.overrides import ROUNDING_S
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.results import reassess
from hipcv.results.document import protocol_of
from hipcv.results.output import Output
from hipcv.results.stills import load_stills
from hipcv.results.write import write
from tests.errors import raises_plain

SAMPLES = Path(__file__).parents[2] / "sample_videos"
STANDING = SAMPLES / "standing.mp4"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def results(tmp_path_factory, sample_analysis):
    """Folders of one measured and one refused clip."""
    folder = tmp_path_factory.mktemp("results")
    for name in ("clean_left", "standing"):
        clip = SAMPLES / f"{name}.mp4"
        write(clip, sample_analysis(clip.name), Output(folder / name))
    return folder


@pytest.fixture(scope="module")
def stored(results):
    return reassess.load(results / "clean_left")


@pytest.fixture(scope="module")
def untracked(stored):
    """The same result without its tracked outline: the angle is from masks of key frames."""
    track = replace(stored.track, shanks={})
    return reassess.StoredResult(stored.document, track, stored.closeups)


def before(stored):
    """A plateau without key frames: just before the one that was measured."""
    begin_s, _ = held(stored)
    return plateau(begin_s - 0.3, begin_s - 0.05)


def rotation(stored, *corrections, refine=None):
    side = reassess.reassess(stored, corrections, refine).document["sides"]["left"]
    return side["rotation_deg"], side["reps"][0]["registered"]


def held(stored):
    return stored.document["sides"]["left"]["reps"][0]["plateau_s"]


def plateau(first_s, last_s):
    """A correction of the plateau."""
    after = {"plateau_s": [first_s, last_s]}
    return {"kind": "plateau", "side": "left", "rep": 0, "after": after, "why": "slid"}


@pytest.mark.parametrize("name", ["clean_left", "standing"])
def test_without_corrections_the_document_is_the_stored_one(results, name):
    stored = reassess.load(results / name)

    assert reassess.reassess(stored).document == stored.document


def test_a_result_is_found_by_its_file_too(results, stored):
    assert reassess.load(results / "clean_left" / "result.json").document == stored.document


def test_a_plateau_moved_within_the_key_frames_stays_registered(stored):
    begin_s, end_s = held(stored)
    angle, registered = rotation(stored, plateau(begin_s, end_s - 0.1))

    assert (angle, registered) == (pytest.approx(35.1, abs=0.5), True)


def drawn(at, tilt_deg):
    """A correction by points of the left knee and ankle, with the shank's tilt outwards."""
    knee_px = np.array([700.0, 400.0])
    along = 150 * np.array([np.sin(np.radians(tilt_deg)), np.cos(np.radians(tilt_deg))])
    points = {"knee_px": knee_px.tolist(), "ankle_px": (knee_px + along).tolist()}
    rep = None if at == "start" else 0
    after = {"at": at, "row": 60, **points}
    return {"kind": "landmark", "side": "left", "rep": rep, "after": after, "why": ""}


def first_rep(stored, *corrections):
    return reassess.reassess(stored, corrections, refuse).document["sides"]["left"]["reps"][0]


def test_axes_drawn_at_start_and_hold_read_as_the_angle_between_them(stored):
    rep = first_rep(stored, drawn("start", 4.0), drawn("plateau", 41.0))

    assert (rep["picture_deg"], rep["angle_source"]) == (37.0, "hand")


def test_an_axis_drawn_at_a_hold_reads_from_the_start_that_was_measured(stored):
    start_tilt_deg = stored.document["sides"]["left"]["start_tilt_deg"]

    rep = first_rep(stored, drawn("plateau", 41.0))

    assert rep["picture_deg"] == pytest.approx(41.0 - start_tilt_deg, abs=0.011)


def test_drawn_axes_along_the_thigh_and_from_the_vertical_follow_from_what_was_drawn(stored):
    rep = first_rep(stored, drawn("start", 4.0), drawn("plateau", 41.0))

    tilt_deg, rotation_deg = (
        float(view_corrected_deg(tilt, rep["view_deg"])) for tilt in (4.0, 41.0)
    )
    assert rep["from_vertical_deg"] == pytest.approx(4.0 + rep["rotation_deg"], abs=0.011)
    assert rep["rotation_deg"] == pytest.approx(rotation_deg - tilt_deg, abs=0.5)


def test_an_axis_drawn_at_the_start_alone_moves_the_angle_from_the_vertical(stored):
    """The outline's turn needs no axis; where the shank hung at the start is what was drawn."""
    rep = first_rep(stored, drawn("start", 4.0))

    assert rep["from_vertical_deg"] == pytest.approx(4.0 + rep["rotation_deg"], abs=0.011)
    assert rep["picture_deg"] == stored.document["sides"]["left"]["reps"][0]["picture_deg"]


def refuse(plans):
    """A closer look that must not be taken."""
    pytest.fail(f"the clip was read for {plans}")


@pytest.mark.parametrize("shift_s", [0.3, 0.6])
def test_a_plateau_moved_elsewhere_is_read_from_the_tracked_outline(stored, shift_s):
    begin_s, _ = held(stored)
    (motion,) = reassess.reassess(stored).motions.values()
    span_s = (begin_s - shift_s, begin_s - shift_s + 0.2)

    angle, registered = rotation(stored, plateau(*span_s), refine=refuse)

    inside = np.abs(motion.time_s - np.mean(span_s)) < np.ptp(span_s) / 2 + ROUNDING_S
    on_the_curve = np.median(motion.rotation_deg[inside])
    assert (angle, registered) == (pytest.approx(on_the_curve, abs=0.3), True)


def test_a_start_moved_elsewhere_is_read_from_the_tracked_outline(stored):
    last_s = float(stored.track.time_s[-1])
    start = {"kind": "start", "side": "left", "after": {"span_s": [last_s - 0.3, last_s]}}

    assert rotation(stored, start, refine=refuse)[1] is True


def test_a_moved_plateau_has_its_second_reading(stored):
    (side,) = (reassess.reassess(stored, [before(stored)]).document["sides"]["left"],)

    assert side["reps"][0]["witness_deg"] == pytest.approx(side["rotation_deg"], abs=1.0)


def test_without_an_outline_a_plateau_moved_elsewhere_is_read_from_landmarks(untracked):
    assert rotation(untracked, before(untracked))[1] is False


def test_without_an_outline_a_plateau_moved_elsewhere_is_registered_from_the_clip(
    untracked, tmp_path
):
    refine = reassess.cached_refine(SAMPLES / "clean_left.mp4", untracked, tmp_path / "looks")

    assert rotation(untracked, before(untracked), refine=refine)[1] is True


def test_closeups_read_for_a_correction_leave_the_measured_compensations(untracked, tmp_path):
    refine = reassess.cached_refine(SAMPLES / "clean_left.mp4", untracked, tmp_path / "looks")

    (motion,) = reassess.reassess(untracked, [before(untracked)], refine).motions.values()

    assert motion.channels["pelvic_obliquity_deg"].source == "flow"


def test_closeups_of_the_same_frames_are_cached(untracked, tmp_path):
    cache, correction = tmp_path / "looks", before(untracked)
    refine = reassess.cached_refine(SAMPLES / "clean_left.mp4", untracked, cache)
    first = rotation(untracked, correction, refine=refine)
    without_the_clip = reassess.cached_refine(Path("gone.mp4"), untracked, cache)

    assert rotation(untracked, correction, refine=without_the_clip) == first


def test_a_leg_that_was_not_measured_cannot_be_corrected(stored):
    correction = {"kind": "rep", "side": "right", "rep": 0, "after": {"accepted": True}}
    with pytest.raises(BadRequest, match="not measured"):
        reassess.reassess(stored, [correction])


def test_a_document_of_another_schema_is_refused(results, tmp_path):
    for name in ("evidence.npz", "result.json"):
        (tmp_path / name).write_bytes((results / "clean_left" / name).read_bytes())
    (tmp_path / "result.json").write_text(json.dumps({"schema": "other/1"}))

    with raises_plain(InvalidTrack, "result.json"):
        reassess.load(tmp_path)


def test_protocol_settings_that_no_longer_exist_are_ignored(stored):
    document = json.loads(json.dumps(stored.document))
    document["provenance"]["protocol"]["retired_deg"] = 1.0

    assert protocol_of(document) == protocol_of(stored.document)


def test_protocol_settings_that_are_missing_have_their_default(stored):
    document = json.loads(json.dumps(stored.document))
    del document["provenance"]["protocol"]["target_deg"]

    assert protocol_of(document).target_deg == MeasurementProtocol().target_deg


def test_reassessed_result_has_the_age_of_the_stored_one(stored):
    aged = replace(stored, document={**stored.document, "person": {"age_years": 34, "sex": None}})

    assert reassess.reassess(aged).trial.person == Person(34)


def test_reassessed_result_has_the_answers_of_the_stored_one(stored):
    answered = replace(stored, document={**stored.document, "answers": {"pain": 3}})

    assert reassess.reassess(answered).trial.answers == Answers(pain=3)


def test_a_measured_result_has_its_stills_as_files(results):
    titles = [still.title for still in load_stills(results / "clean_left")]

    assert titles == ["Start position", "End range"]


def test_a_result_without_stills_has_no_folder_for_them(results):
    assert not (results / "standing" / "stills").exists()


def test_stills_of_an_earlier_result_are_removed(results, sample_analysis, tmp_path):
    shutil.copytree(results / "clean_left" / "stills", tmp_path / "stills")

    write(STANDING, sample_analysis(STANDING.name), Output(tmp_path))

    assert not (tmp_path / "stills").exists()


@pytest.mark.parametrize(("start_s", "read"), [(0.0, 0.0), (1.25, 1.25), (2.0, 2.0)])
def test_a_closer_look_leaves_out_what_the_analysis_left_out(start_s, read):
    command = AnalysisOptions(start_s=start_s).command("clip.mp4")

    assert reassess._start_s({"provenance": {"command": command}}) == read
