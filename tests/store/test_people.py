from datetime import date, timedelta

import pytest

from hipcv.core.errors import BadRequest, NotFound
from hipcv.core.person import Person
from tests.errors import raises_plain

TODAY = date(2025, 3, 1)


def test_patient_is_found_by_pseudonym(records):
    patient = records.add_patient("P-017", by="KM")

    assert records.patient_named("P-017") == patient


def test_unknown_pseudonym_has_no_patient(records):
    assert records.patient_named("P-017") is None


def test_spaces_around_a_pseudonym_are_ignored(records):
    patient = records.add_patient(" P-017 ", by="KM")

    assert records.patient_named("P-017 ") == patient


def test_pseudonym_is_unique(records):
    records.add_patient("P-017", by="KM")

    with raises_plain(BadRequest, "P-017"):
        records.add_patient("P-017", by="KM")


@pytest.mark.parametrize("pseudonym", ["", "  ", "x" * 101, "a\0b", None])
def test_invalid_pseudonym_is_refused(records, pseudonym):
    with pytest.raises(BadRequest, match="pseudonym"):
        records.add_patient(pseudonym, by="KM")


LOOKALIKES = [
    "p-017",
    "P‑017",
    "Р-017",
    "P-O17",
    "P-0l7",
    "Ｐ-０１７",
    "P -017",
    "P–017",
    "P-017\u200b",
]


@pytest.mark.parametrize("pseudonym", LOOKALIKES)
def test_a_pseudonym_that_looks_like_another_is_refused_by_the_name_of_that_one(records, pseudonym):
    records.add_patient("P-017", by="KM")

    with pytest.raises(BadRequest, match="looks like P-017"):
        records.add_patient(pseudonym, by="KM")


@pytest.mark.parametrize("pseudonym", LOOKALIKES)
def test_a_patient_is_found_by_what_looks_like_the_pseudonym(records, pseudonym):
    patient = records.add_patient("P-017", by="KM")

    assert records.patient_named(pseudonym) == patient


@pytest.mark.parametrize("pseudonym", ["P-018", "Q-017", "P-0170", "P017", "Pé-017"])
def test_a_pseudonym_of_its_own_is_not_taken_for_another(records, pseudonym):
    records.add_patient("P-017", by="KM")

    assert records.patient_named(pseudonym) is None


def test_the_case_of_a_pseudonym_can_be_changed(records):
    patient = records.add_patient("p-017", by="KM")

    assert records.change_patient(patient.id, {"pseudonym": "P-017"}, by="KM").pseudonym == "P-017"


def test_patients_are_listed_by_pseudonym(records):
    for pseudonym in ("P-2", "P-1"):
        records.add_patient(pseudonym, by="KM")

    assert [patient.pseudonym for patient in records.patients()] == ["P-1", "P-2"]


def test_changed_field_is_stored(records):
    patient = records.add_patient("P-017", by="KM")
    records.change_patient(patient.id, {"notes": "left hip", "keep_until": TODAY}, by="KM")

    now = records.patient(patient.id)
    assert (now.notes, now.keep_until) == ("left hip", TODAY)


def test_pseudonym_of_another_patient_is_refused(records):
    records.add_patient("P-1", by="KM")
    second = records.add_patient("P-2", by="KM")

    with raises_plain(BadRequest, "P-1"):
        records.change_patient(second.id, {"pseudonym": "P-1"}, by="KM")


def test_change_without_an_actor_is_refused(records):
    with pytest.raises(BadRequest, match="who"):
        records.add_patient("P-017", by=" ")


def test_unknown_patient_id_is_not_found(records):
    with pytest.raises(NotFound, match="nowhere"):
        records.patient("nowhere")


def test_second_visit_of_a_day_is_the_existing_one(records):
    patient = records.add_patient("P-017", by="KM")
    visit = records.add_visit(patient.id, TODAY, by="KM")

    assert records.add_visit(patient.id, TODAY, by="KM") == visit


def test_visits_are_listed_by_day(records):
    patient = records.add_patient("P-017", by="KM")
    for day in (date(2025, 5, 1), TODAY):
        records.add_visit(patient.id, day, by="KM")

    assert [visit.on for visit in records.visits(patient.id)] == [TODAY, date(2025, 5, 1)]


def test_visit_of_an_unknown_patient_is_refused(records):
    with pytest.raises(NotFound):
        records.add_visit("nowhere", TODAY, by="KM")


def test_age_is_noted_with_its_day(records):
    patient = records.add_patient("P-017", by="KM")
    fields = {"age_years": 34, "age_noted_on": TODAY, "sex": "female"}

    now = records.change_patient(patient.id, fields, by="KM")

    assert (now.age_years, now.age_noted_on, now.sex) == (34, TODAY, "female")


def test_age_without_a_day_is_that_of_today(records):
    patient = records.add_patient("P-017", by="KM")
    today = date.today()  # noqa: DTZ011 - in the user's time zone

    now = records.change_patient(patient.id, {"age_years": 34}, by="KM")

    assert now.age_noted_on in (today, today + timedelta(days=1))  # at midnight


@pytest.mark.parametrize(
    ("day", "age_years"),
    [(TODAY, 34), (date(2026, 2, 20), 34), (date(2027, 3, 3), 36), (date(2023, 2, 20), 32)],
)
def test_noted_age_grows_with_the_years(records, day, age_years):
    patient = records.add_patient("P-017", by="KM")
    fields = {"age_years": 34, "age_noted_on": TODAY}

    now = records.change_patient(patient.id, fields, by="KM")

    assert now.person_on(day) == Person(age_years)


def test_age_that_is_taken_back_takes_its_day_with_it(records):
    patient = records.add_patient("P-017", by="KM")
    records.change_patient(patient.id, {"age_years": 34, "sex": "male"}, by="KM")

    now = records.change_patient(patient.id, {"age_years": None}, by="KM")

    assert (now.age_noted_on, now.person_on(TODAY)) == (None, Person(sex="male"))


@pytest.mark.parametrize("fields", [{"age_years": 121}, {"age_years": -1}, {"sex": "x"}])
def test_age_or_sex_that_is_not_valid_is_refused(records, fields):
    patient = records.add_patient("P-017", by="KM")

    with pytest.raises(BadRequest):
        records.change_patient(patient.id, fields, by="KM")


def test_audit_says_that_age_and_sex_changed_and_not_what_they_are(records):
    patient = records.add_patient("P-017", by="KM")
    records.change_patient(patient.id, {"age_years": 34, "sex": "male"}, by="KM")

    detail = records.audit()[-1].detail
    assert (detail["changed"], set(detail)) == (
        ["age_noted_on", "age_years", "sex"],
        {"changed", "rows"},  # of the rows, hashes
    )


def test_visit_of_a_new_pseudonym_adds_the_patient(records):
    visit = records.visit_of("P-017", TODAY, by="KM")

    assert records.patient_named("P-017").id == visit.patient_id


def test_visit_of_a_day_is_the_same_twice(records):
    assert records.visit_of("P-017", TODAY, by="KM") == records.visit_of("P-017", TODAY, by="KM")
