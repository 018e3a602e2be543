"""Visits that are moved to another day, merged or deleted, and clips that are deleted."""

from datetime import date

import pytest

from hipcv.core.errors import BadRequest, NotFound
from hipcv.store.files import FileStore
from tests.records import rejection, visited

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


@pytest.fixture
def patient(records):
    """A patient with a signed clip in March."""
    visited(records, on=MARCH, signed=True)
    return records.patient_named("P-017")


def days(records, patient):
    """Return the number of clips by day of the visits."""
    visits = records.visits(patient.id)
    return {visit.on: len(records.clips(visit_id=visit.id)) for visit in visits}


def last_change(records):
    row = records.audit()[-1]
    return row.what, row.who


def test_visit_is_moved_to_another_day_with_its_clips(records, patient):
    records.redate_visit(records.visits(patient.id)[0].id, APRIL, by="KM")

    assert days(records, patient) == {APRIL: 1}
    assert last_change(records) == ("redate_visit", "KM")
    assert records.verify_audit() == []


def test_signature_ends_with_the_day_it_was_for(records, patient):
    records.redate_visit(records.visits(patient.id)[0].id, APRIL, by="KM")
    (clip,) = records.clips()

    assert records.analysis(clip.analysis_id).status == "amended"
    assert records.ended_signature(clip).change == "move_clip"


def test_visit_joins_the_visit_of_the_new_day(records, patient):
    visited(records, on=APRIL)
    visits = records.visits(patient.id)

    target = records.redate_visit(visits[0].id, APRIL, by="KM")
    assert (target, days(records, patient)) == (visits[1], {APRIL: 2})
    assert records.verify_audit() == []


def test_visits_with_the_same_recording_are_not_merged(records, patient):
    visited(records, on=APRIL, content=f"P-017 {MARCH}")

    with pytest.raises(BadRequest, match="same recording"):
        records.redate_visit(records.visits(patient.id)[0].id, APRIL, by="KM")
    assert days(records, patient) == {MARCH: 1, APRIL: 1}


def test_the_day_it_has_already_changes_nothing(records, patient):
    number = records.anchor().number
    records.redate_visit(records.visits(patient.id)[0].id, MARCH, by="KM")

    assert records.anchor().number == number


def test_empty_visit_is_deleted(records, patient):
    empty = records.add_visit(patient.id, APRIL, by="KM", why="planned")
    records.delete_visit(empty.id, by="KM")

    assert days(records, patient) == {MARCH: 1}
    assert last_change(records) == ("delete_visit", "KM")
    assert records.verify_audit() == []


def test_visit_with_clips_is_not_deleted(records, patient):
    with pytest.raises(BadRequest, match="has clips"):
        records.delete_visit(records.visits(patient.id)[0].id, by="KM")


def test_clip_is_deleted_with_its_results_and_files(records, patient, tmp_path):
    files = FileStore(tmp_path / "data")
    (clip,) = records.clips()
    analysis = records.analysis(clip.analysis_id)
    correction = rejection(analysis.document)
    records.correct(analysis.id, correction, version=2, by="KM", why="the heel was hidden")
    files.analysis_folder(analysis.id).mkdir(parents=True)
    records.delete_clip(clip.id, by="KM")
    records.delete_files(files)

    assert days(records, patient) == {MARCH: 0}
    assert last_change(records) == ("delete_clip", "KM")
    assert records.verify_audit() == []
    assert not files.analysis_folder(analysis.id).exists()
    with pytest.raises(NotFound):
        records.analysis(analysis.id)


def test_reasons_typed_for_a_deleted_clip_are_deleted(records, patient):
    (clip,) = records.clips()
    analysis = records.analysis(clip.analysis_id)
    records.correct(analysis.id, rejection(analysis.document), version=2, by="KM", why="hidden")
    records.delete_clip(clip.id, by="KM")

    assert "hidden" not in [row.why for row in records.audit()]


def test_recording_of_another_visit_stays_when_a_clip_is_deleted(records, patient):
    visited(records, "P-018", content=f"P-017 {MARCH}")
    clip = next(clip for clip in records.clips() if clip.visit_id == visits_of(records)[0])

    assert records.delete_clip(clip.id, by="KM").sha256s == ()


def visits_of(records):
    return [visit.id for visit in records.visits(records.patient_named("P-017").id)]


def test_patient_is_erased_after_a_clip_and_a_visit_were_deleted(records, patient):
    (clip,) = records.clips()
    records.delete_clip(clip.id, by="KM")
    records.delete_visit(records.visits(patient.id)[0].id, by="KM")
    records.purge_patient(patient.id, by="KM", why="asked")

    assert records.verify_audit() == []
