"""Signatures: only for an assigned clip, taken off by every change, and taken back."""

import json

import pytest

from hipcv.store import results as stored_results
from hipcv.store.file_check import check_files


@pytest.fixture
def database(each_database):
    """Run every test with both databases."""
    return each_database


@pytest.fixture
def view(therapist):
    """A clip of P-1, signed by KM."""
    view = therapist.placed("30.mp4", patient="P-1")
    return sign(therapist, view).json()


def sign(therapist, view, by="KM"):
    body = {"version": view["analysis"]["version"], "by": by}
    return therapist.client.post(f"/api/analyses/{view['analysis']['id']}/sign", json=body)


def move(therapist, view, patient="P-2"):
    if patient not in {one.pseudonym for one in therapist.state.records.patients()}:
        therapist.state.records.add_patient(patient, by="AB")
    body = {"patient": patient, "on": "2026-03-02", "by": "AB"}
    return therapist.client.post(f"/api/clips/{view['clip']['id']}/move", json=body).json()


def undo_move(therapist, view):
    return therapist.client.post(f"/api/clips/{view['clip']['id']}/unmove", json={"by": "CD"})


def measure_again(therapist, view):
    path = f"/api/clips/{view['clip']['id']}"
    therapist.client.post(f"{path}/again", json={"by": "AB"})
    therapist.wait(view["clip"]["id"])
    return therapist.get(path)


def correct(therapist, view):
    return therapist.correct(view).json()


CHANGES = {"move_clip": move, "ask_again": measure_again, "correct": correct}


def exported(therapist, view, to):
    return therapist.client.get(f"/api/clips/{view['clip']['id']}/export?to={to}").text


def test_clip_without_a_patient_cannot_be_signed(therapist):
    view = therapist.placed("30.mp4")
    response = sign(therapist, view)

    assert response.status_code == 400
    assert "not assigned to a patient" in response.json()["error"]
    assert therapist.state.records.analysis(view["analysis"]["id"]).signed_by is None


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_takes_the_signature_off_and_says_whose_it_was(therapist, view, change):
    after = CHANGES[change](therapist, view)

    assert after["analysis"]["status"] == "amended"
    assert after["analysis"]["signed_by"] is None
    ended = after["ended_signature"]
    assert (ended["by"], ended["change"], ended["changed_by"]) == ("KM", change, "AB")


@pytest.mark.parametrize("change", CHANGES)
def test_exports_of_a_result_that_was_signed_once_are_amended_and_name_who_signed(
    therapist, view, change
):
    CHANGES[change](therapist, view)
    entries = [one["resource"] for one in json.loads(exported(therapist, view, "fhir"))["entry"]]
    (observation,) = [one for one in entries if one["resourceType"] == "Observation"]

    assert observation["status"] == "amended"
    notes = [note["text"] for note in observation["note"]]
    assert sum("The signature of KM on" in note for note in notes) == 1
    assert not [one for one in entries if one["resourceType"] == "Provenance"]
    assert "The signature of KM on" in exported(therapist, view, "html")


def test_signature_of_a_corrected_result_holds_again_once_it_was_signed_again(therapist, view):
    after = sign(therapist, correct(therapist, view), by="CD").json()

    assert (after["analysis"]["signed_by"], after["ended_signature"]) == ("CD", None)


def test_signature_is_taken_back_with_the_status_of_before(therapist, view):
    body = {"version": view["analysis"]["version"], "by": "CD", "why": "the wrong clip"}
    path = f"/api/analyses/{view['analysis']['id']}/unsign"
    after = therapist.client.post(path, json=body).json()

    assert after["analysis"]["status"] == "preliminary"
    ended = after["ended_signature"]
    assert (ended["by"], ended["change"], ended["changed_by"]) == ("KM", "unsign", "CD")
    assert therapist.client.post(path, json=body).status_code == 409


def test_move_is_undone_with_its_signature(therapist, view):
    moved = move(therapist, view)
    assert moved["moved"]["patient"] == "P-1"
    after = undo_move(therapist, view).json()

    assert after["patient"]["pseudonym"] == "P-1"
    assert (after["analysis"]["status"], after["analysis"]["signed_by"]) == ("final", "KM")
    assert (after["moved"], after["ended_signature"]) == (None, None)
    assert undo_move(therapist, view).status_code == 400


def test_undone_move_puts_no_signature_back_on_a_result_that_changed_since(therapist, view):
    correct(therapist, move(therapist, view))
    after = undo_move(therapist, view).json()

    assert after["patient"]["pseudonym"] == "P-1"
    assert (after["analysis"]["status"], after["analysis"]["signed_by"]) == ("amended", None)


def test_undone_move_takes_off_what_was_signed_for_the_other_patient(therapist, view):
    sign(therapist, move(therapist, view), by="CD")
    after = undo_move(therapist, view).json()

    assert after["analysis"]["signed_by"] is None
    assert after["ended_signature"]["by"] == "CD"


def test_assignment_is_undone(therapist):
    view = therapist.placed("30.mp4")
    move(therapist, view)

    assert undo_move(therapist, view).json()["patient"] is None


def test_records_agree_with_the_audit_after_each_change_of_a_signature(therapist, view):
    undo_move(therapist, move(therapist, view))
    signed = measure_again(therapist, therapist.get(f"/api/clips/{view['clip']['id']}"))
    therapist.state.records.sign(signed["analysis"]["id"], version=1, by="KM")
    therapist.state.records.unsign(signed["analysis"]["id"], version=2, by="KM")

    assert therapist.state.records.verify_audit() == []
    assert check_files(therapist.state.records, therapist.state.files).problems == ()


def again(therapist, view, **options):
    path = f"/api/clips/{view['clip']['id']}"
    therapist.client.post(f"{path}/again", json={"by": "CD", **options})
    therapist.wait(view["clip"]["id"])
    return therapist.get(path)


def results(therapist, view):
    return therapist.get(f"/api/clips/{view['clip']['id']}/results")["results"]


def take_back(therapist, now, result_id):
    body = {"version": now["analysis"]["version"], "result": result_id, "by": "EF"}
    return therapist.client.post(f"/api/analyses/{now['analysis']['id']}/replace", json=body)


def test_earlier_results_are_listed_with_their_settings_and_who_asked(therapist, view):
    again(therapist, view, side="right", mirrored=True)
    newest, first = results(therapist, view)

    assert (newest["current"], first["current"]) == (True, False)
    assert (newest["asked_by"], first["asked_by"]) == ("CD", "AB")
    assert [one["options"]["side"] for one in (newest, first)] == ["right", None]
    assert [one["options"]["mirrored"] for one in (newest, first)] == [True, False]
    assert newest["sides"]["left"] is None
    assert first["sides"]["left"]["counted"] == [3, 3]


def test_result_that_was_taken_back_is_current_with_its_settings_and_unsigned(therapist, view):
    now = again(therapist, view, side="right", mirrored=True)
    after = take_back(therapist, now, view["analysis"]["id"]).json()

    assert after["analysis"]["id"] == view["analysis"]["id"]
    assert (after["clip"]["side"], after["clip"]["mirrored"]) == (None, False)
    assert (after["analysis"]["status"], after["analysis"]["signed_by"]) == ("amended", None)
    assert after["ended_signature"]["by"] == "KM"
    assert therapist.state.records.verify_audit() == []
    assert [one["current"] for one in results(therapist, view)] == [False, True]


def test_result_of_another_clip_cannot_be_made_current(therapist, view):
    other = therapist.placed("31.mp4", patient="P-1")

    assert take_back(therapist, view, other["analysis"]["id"]).status_code == 400


def test_oldest_results_beyond_the_bound_are_deleted_with_their_files(therapist, view, monkeypatch):
    monkeypatch.setattr(stored_results, "MAX_EARLIER", 1)
    second = again(therapist, view)
    third = again(therapist, view)
    folder = therapist.state.files.analysis_folder

    left = [third["analysis"]["id"], second["analysis"]["id"]]
    assert [one["id"] for one in results(therapist, view)] == left
    assert not folder(view["analysis"]["id"]).exists()
    assert folder(second["analysis"]["id"]).exists()
    assert therapist.state.records.verify_audit() == []
    assert check_files(therapist.state.records, therapist.state.files).problems == ()
