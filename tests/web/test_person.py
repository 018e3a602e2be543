"""Age, sex and answers after the test: on the pages, in results and in exports."""

import csv
import io
import json
from datetime import date

import pytest

from hipcv.core.answers import Answers
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.course import advise_next_test
from hipcv.web import curves
from tests.tracks import seated_track, swings

ANSWERS = Answers(3, "left groin", "stretch")
TODAY = date.today()  # noqa: DTZ011 - in the user's time zone


def patient_of(therapist, name="30.mp4", **fields):
    """Return the id of a patient with one analysed clip, after this change."""
    patient_id = therapist.placed(name, patient="P-017", on=TODAY)["patient"]["id"]
    if fields:
        changed(therapist, patient_id, **fields)
    return patient_id


def changed(therapist, patient_id, **fields):
    return therapist.client.post(f"/api/patients/{patient_id}", json=fields | {"by": "AB"})


def clip_of(therapist, patient_id):
    (visit,) = therapist.get(f"/api/patients/{patient_id}")["visits"]
    return visit["clips"][0]


def exported(therapist, patient_id, to):
    return therapist.client.get(f"/api/patients/{patient_id}/export", params={"to": to})


@pytest.fixture
def answered(therapist):
    """The id of a patient whose clip has answers."""
    patient_id = patient_of(therapist)
    clip_id = clip_of(therapist, patient_id)["id"]
    therapist.state.records.answer(clip_id, ANSWERS, by="AB")
    return patient_id


def test_age_and_sex_are_set_on_the_page_of_a_patient(therapist):
    patient = changed(therapist, patient_of(therapist), age_years=34, sex="female").json()

    person = {name: patient["patient"][name] for name in ("age_years", "age_now", "sex")}
    assert person == {"age_years": 34, "age_now": 34, "sex": "female"}


def test_age_and_sex_are_taken_back(therapist):
    patient_id = patient_of(therapist, age_years=34, sex="female")

    patient = changed(therapist, patient_id, age_years=None, sex=None).json()["patient"]

    assert (patient["age_years"], patient["age_noted_on"], patient["sex"]) == (None, None, None)


@pytest.mark.parametrize("fields", [{"age_years": 121}, {"age_years": "34"}, {"sex": "x"}])
def test_age_or_sex_that_is_not_valid_is_refused(therapist, fields):
    assert changed(therapist, patient_of(therapist), **fields).status_code == 400


def test_chart_of_a_minor_has_no_band_of_adults(therapist):
    patient_id = patient_of(therapist, age_years=12)

    assert therapist.get(f"/api/patients/{patient_id}")["limits"]["typical_deg"] is None


def test_curve_of_a_clip_loses_its_band_once_the_patient_is_a_minor(therapist):
    patient_id = patient_of(therapist)
    path = f"/api/clips/{clip_of(therapist, patient_id)['id']}/curves"
    before = therapist.get(path)["sides"]["left"]["typical_deg"]

    changed(therapist, patient_id, age_years=12)

    assert (before, therapist.get(path)["sides"]["left"]["typical_deg"]) == ([24, 42], None)


def test_band_of_a_curve_counts_from_the_start_as_that_of_the_report_does():
    track = seated_track(swings(35.0), tilt_deg=3.0)
    motion = measure(track, None, Side.LEFT, MeasurementProtocol())
    tilt_deg = motion.start.tilt_deg

    assert tilt_deg == pytest.approx(3.0, abs=0.2)
    assert curves._side(motion, track, Person())["typical_deg"] == (24 - tilt_deg, 42 - tilt_deg)


def test_report_of_a_minor_says_that_there_is_no_comparison(therapist):
    clip = clip_of(therapist, patient_of(therapist, age_years=12))

    page = therapist.client.get(f"/clips/{clip['id']}/report").text

    assert "no comparison with adults under 16 years" in page


def test_analysis_of_a_clip_is_asked_for_with_the_age_on_the_day_of_the_visit(therapist):
    patient_id = patient_of(therapist, age_years=34, sex="male")

    clip = therapist.state.records.clip(clip_of(therapist, patient_id)["id"])

    assert therapist.state.records.person_of(clip) == Person(34, "male")


def test_job_of_a_clip_has_the_age_of_its_patient(therapist, monkeypatch):
    patient_of(therapist, age_years=34)
    orders = []
    command = therapist.state.jobs.command
    monkeypatch.setattr(
        therapist.state.jobs, "command", lambda job: orders.append(job.options) or command(job)
    )

    therapist.analysed("31.mp4", patient="P-017", on=TODAY.isoformat())

    assert orders[-1].person == Person(34)


def test_clip_without_a_patient_is_of_nobody(therapist):
    clip = therapist.state.records.clip(therapist.placed()["clip"]["id"])

    assert therapist.state.records.person_of(clip).is_empty


def test_answers_stand_as_sentences_with_the_clip(therapist, answered):
    assert clip_of(therapist, answered)["answered"] == [
        "It hurt: 3 of 10, left groin.",
        "The movement was stopped by a stretch.",
    ]


def test_clip_without_answers_says_nothing(therapist):
    assert clip_of(therapist, patient_of(therapist))["answered"] == []


def test_answers_and_age_are_columns_of_the_table_of_a_patient(therapist, answered):
    changed(therapist, answered, age_years=34, sex="female")

    text = exported(therapist, answered, "csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    columns = ("age_years", "sex", "pain", "pain_where", "limiter")
    assert [row[name] for name in columns] == ["34", "female", "3", "left groin", "stretch"]


def test_answers_and_age_stand_in_the_exported_documents(therapist, answered):
    changed(therapist, answered, age_years=34)
    clip_id = clip_of(therapist, answered)["id"]
    path = f"/api/clips/{clip_id}/export"

    documents = [
        therapist.client.get(path, params={"to": "json"}).json(),
        exported(therapist, answered, "json").json()["results"][0],
    ]

    assert [document["answers"] for document in documents] == [ANSWERS.to_dict()] * 2
    assert [document["person"]["age_years"] for document in documents] == [34, 34]


def test_stored_result_stays_as_it_was_written(therapist, answered):
    clip = clip_of(therapist, answered)
    folder = therapist.state.files.analysis_folder(clip["analysis_id"])

    assert "answers" not in json.loads((folder / "result.json").read_text())


def test_page_of_a_patient_says_when_to_test_again(therapist):
    view = therapist.get(f"/api/patients/{patient_of(therapist)}")

    assert view["next_test"] == advise_next_test(TODAY, MeasurementProtocol())


def test_patient_without_a_result_has_no_next_test(therapist):
    view = therapist.get(f"/api/patients/{patient_of(therapist, 'refused.mp4')}")

    assert view["next_test"] is None
