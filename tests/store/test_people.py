from datetime import date

import pytest

from hipcv.core.errors import BadRequest, NotFound

TODAY = date(2025, 3, 1)


def test_patient_is_found_by_pseudonym(records):
    patient = records.add_patient("P-017", by="KM")

    assert records.patient_named("P-017") == patient


def test_a_pseudonym_nobody_has_finds_nobody(records):
    assert records.patient_named("P-017") is None


def test_spaces_around_a_pseudonym_do_not_count(records):
    patient = records.add_patient(" P-017 ", by="KM")

    assert records.patient_named("P-017 ") == patient


def test_pseudonym_is_given_once(records):
    records.add_patient("P-017", by="KM")

    with pytest.raises(BadRequest, match="P-017 is already there"):
        records.add_patient("P-017", by="KM")


@pytest.mark.parametrize("pseudonym", ["", "  ", "x" * 101, "a\0b", None])
def test_what_is_no_pseudonym_is_refused(records, pseudonym):
    with pytest.raises(BadRequest, match="pseudonym"):
        records.add_patient(pseudonym, by="KM")


def test_patients_are_listed_by_pseudonym(records):
    for pseudonym in ("P-2", "P-1"):
        records.add_patient(pseudonym, by="KM")

    assert [patient.pseudonym for patient in records.patients()] == ["P-1", "P-2"]


def test_times_come_back_as_they_were_in_utc(records):
    patient = records.add_patient("P-017", by="KM")

    assert records.patient(patient.id).created_at.isoformat() == patient.created_at.isoformat()


def test_changed_field_is_kept(records):
    patient = records.add_patient("P-017", by="KM")
    records.change_patient(patient.id, {"notes": "left hip", "keep_until": TODAY}, by="KM")

    now = records.patient(patient.id)
    assert (now.notes, now.keep_until) == ("left hip", TODAY)


@pytest.mark.parametrize(
    "fields",
    [{"height": 3}, {"consent_on": "2025-03-01"}, {"notes": None}, {"pseudonym": ""}, {"id": "1"}],
)
def test_a_field_that_is_none_or_of_the_wrong_kind_is_refused(records, fields):
    patient = records.add_patient("P-017", by="KM")

    with pytest.raises(BadRequest, match=next(iter(fields))):
        records.change_patient(patient.id, fields, by="KM")


def test_patient_cannot_take_the_pseudonym_of_another(records):
    records.add_patient("P-1", by="KM")
    second = records.add_patient("P-2", by="KM")

    with pytest.raises(BadRequest, match="already there"):
        records.change_patient(second.id, {"pseudonym": "P-1"}, by="KM")


def test_a_change_without_a_person_is_refused(records):
    with pytest.raises(BadRequest, match="who"):
        records.add_patient("P-017", by=" ")


def test_no_patient_under_an_id_is_told(records):
    with pytest.raises(NotFound, match="nowhere"):
        records.patient("nowhere")


def test_one_day_is_one_visit(records):
    patient = records.add_patient("P-017", by="KM")
    visit = records.add_visit(patient.id, TODAY, by="KM")

    assert records.add_visit(patient.id, TODAY, by="KM") == visit


def test_visits_are_listed_by_day(records):
    patient = records.add_patient("P-017", by="KM")
    for day in (date(2025, 5, 1), TODAY):
        records.add_visit(patient.id, day, by="KM")

    assert [visit.on for visit in records.visits(patient.id)] == [TODAY, date(2025, 5, 1)]


def test_visit_of_nobody_is_refused(records):
    with pytest.raises(NotFound):
        records.add_visit("nowhere", TODAY, by="KM")
