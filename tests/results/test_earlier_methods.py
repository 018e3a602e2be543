"""Results by methods before the outline was tracked, as they were stored."""

import numpy as np
import pytest

from hipcv.core.assessment import Provenance, Trial, assess
from hipcv.core.evidence_codec import to_arrays
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.results import reassess
from hipcv.results.document import build_document, dumps, protocol_of
from tests.closeups import performance
from tests.tracks import clip_of

NUMBERS_THEN = {
    "view_foreshortening": 1.3,
    "interval_residual_gain": 0.0,
    "knee_noise_ratio": 1.0,
    "interval_height_gain": 0.0,
    "extension_unseen_deg": 0.0,
    "extension_view_deg": 0.0,
    "hold_band_deg": 0.0,
    "picture_longest_s": 0.0,
    "steady_hips_ratio": 0.0,
    "posture_turn_deg": 180.0,
    "begins_moving_deg": 180.0,
    "begins_askew_deg": 180.0,
}
"""Numbers of method 3 that were no settings yet."""

THEN = MeasurementProtocol(**NUMBERS_THEN)


@pytest.fixture(scope="module")
def stored_document():
    """The document of method 3 of a hip that turns 38 and 41 degrees, seen obliquely."""
    track, closeup = performance(38.0, 41.0, lean_deg=9.0)
    motion = measure(track, closeup, Side.LEFT, THEN)
    source = Provenance("0.1.0", {"full": "cd" * 32}, "hipcv analyze made.mp4", method=3)
    trial = Trial(clip_of(track), {Side.LEFT: assess(motion)}, (), THEN, source, {})
    document = build_document(trial, timing=False)
    for name in NUMBERS_THEN:
        del document["provenance"]["protocol"][name]
    for rep in document["sides"]["left"]["reps"]:
        del rep["angle_source"], rep["witness_deg"]
        for name in ("picture_deg", "view_deg", "from_vertical_deg"):
            del rep[name]
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory, stored_document):
    """Its folder, with evidence of schema 1: no tracked shanks."""
    track, closeup = performance(38.0, 41.0, lean_deg=9.0)
    arrays = to_arrays(track, {Side.LEFT: closeup}) | {"schema": np.array(1)}
    folder = tmp_path_factory.mktemp("earlier")
    np.savez_compressed(folder / "evidence.npz", **arrays)
    (folder / "result.json").write_text(dumps(stored_document), encoding="utf-8")
    return folder


def in_both(stored, document):
    """The part of a document that a stored one has."""
    if isinstance(stored, dict):
        return {name: in_both(value, document[name]) for name, value in stored.items()}
    if isinstance(stored, list) and len(stored) == len(document):
        return [in_both(one, other) for one, other in zip(stored, document, strict=True)]
    return document


def test_the_evidence_has_no_tracked_shank(folder):
    assert reassess.load(folder).track.shanks == {}


def test_without_corrections_the_document_is_the_stored_one(folder, stored_document):
    document = reassess.reassess(reassess.load(folder)).document

    assert in_both(stored_document, document) == stored_document


def test_numbers_that_were_no_settings_then_are_those_of_then(folder):
    assert protocol_of(reassess.load(folder).document) == THEN


def test_its_repetitions_are_read_from_masks_without_a_second_reading(folder):
    document = reassess.reassess(reassess.load(folder)).document

    read = {(rep["angle_source"], rep["witness_deg"]) for rep in document["sides"]["left"]["reps"]}
    assert read == {("masks", None)}


def test_a_rejected_repetition_is_set_aside(folder):
    rejected = {"kind": "rep", "side": "left", "rep": 0, "after": {"accepted": False}, "why": "x"}

    side = reassess.reassess(reassess.load(folder), [rejected]).document["sides"]["left"]

    assert side["rotation_deg"] == side["reps"][1]["rotation_deg"]


def test_a_hold_moved_elsewhere_asks_for_masks(folder):
    asked = []

    def refine(plans):
        asked.extend(plans)
        return {}

    begin_s, _ = reassess.load(folder).document["sides"]["left"]["reps"][0]["plateau_s"]
    after = {"plateau_s": [begin_s - 0.3, begin_s - 0.1]}
    moved = {"kind": "plateau", "side": "left", "rep": 0, "after": after, "why": "slid"}

    reassess.reassess(reassess.load(folder), [moved], refine)

    assert [plan.side for plan in asked] == [Side.LEFT]
