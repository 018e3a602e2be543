"""Notes on clips and visits, and the answers after the test, over the API and in reports."""

from datetime import date

import pytest

from hipcv.core.answers import Answers

WORDS = "Warmed up for ten minutes.\nStiff at first."


@pytest.fixture
def view(therapist):
    """An analysed clip of P-017."""
    return therapist.placed(patient="P-017")


def asked(therapist, path, method="POST", **body):
    return therapist.client.request(method, f"/api/{path}", json={"by": "AB"} | body)


def added(therapist, view, name="clip", **body):
    path = f"{name}s/{view[name]['id']}/notes"
    return asked(therapist, path, **({"text": WORDS} | body)).json()["notes"]


def test_notes_stand_with_their_clip_and_visit(therapist, view):
    added(therapist, view)
    added(therapist, view, "visit", text="second visit this week")
    now = therapist.get(f"/api/clips/{view['clip']['id']}")["notes"]

    assert [(note["text"], note["added_by"]) for note in now["clip"]] == [(WORDS, "AB")]
    assert [note["text"] for note in now["visit"]] == ["second visit this week"]


def test_notes_stand_at_the_visit_of_the_patient(therapist, view):
    added(therapist, view)
    added(therapist, view, "visit", text="second visit this week")
    (visit,) = therapist.get(f"/api/patients/{view['patient']['id']}")["visits"]

    assert [note["text"] for note in visit["notes"]] == ["second visit this week"]
    assert [note["text"] for note in visit["clips"][0]["notes"]] == [WORDS]


def test_second_of_two_who_change_a_note_is_told(therapist, view):
    (note,) = added(therapist, view)
    path = f"notes/{note['id']}"
    first = asked(therapist, path, text="cold", version=1)
    second = asked(therapist, path, text="warm", version=1, by="KM")

    assert [one["text"] for one in first.json()["notes"]] == ["cold"]
    assert (second.status_code, "Somebody else" in second.json()["error"]) == (409, True)


def test_note_is_deleted_in_the_version_that_was_shown(therapist, view):
    (note,) = added(therapist, view)
    path = f"notes/{note['id']}"

    assert asked(therapist, path, "DELETE", version=2).status_code == 409
    assert asked(therapist, path, "DELETE", version=1).json() == {"notes": []}


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "a" * 2001}, {"by": ""}, {"kind": "song"}])
def test_note_that_cannot_be_stored_is_refused(therapist, view, body):
    path = f"clips/{view['clip']['id']}/notes"

    assert asked(therapist, path, **({"text": "a"} | body)).status_code == 400


def test_report_has_the_notes_of_the_therapist(therapist, view):
    added(therapist, view, text="Stiff <b>today</b>")
    added(therapist, view, "visit", text="second visit this week")
    report = therapist.client.get(f"/clips/{view['clip']['id']}/report").text

    assert "Notes of the therapist" in report
    assert "Stiff &lt;b&gt;today&lt;/b&gt;" in report
    assert "second visit this week" in report


def test_report_without_notes_has_no_place_for_them(therapist, view):
    assert (
        "of the therapist" not in therapist.client.get(f"/clips/{view['clip']['id']}/report").text
    )


@pytest.mark.parametrize("path", ["clips/{clip}/handout", "api/visits/{visit}/export?to=handout"])
def test_hand_out_has_no_note(therapist, view, path):
    address = "/" + path.format(clip=view["clip"]["id"], visit=view["visit"]["id"])
    before = therapist.client.get(address).content
    added(therapist, view)
    added(therapist, view, "visit")

    assert therapist.client.get(address).content == before


def test_words_of_a_note_are_in_no_name_of_a_file(therapist, view):
    added(therapist, view, text="confidential")
    response = therapist.client.get(f"/api/clips/{view['clip']['id']}/export?to=html")

    assert "confidential" not in str(response.headers)


def test_answers_of_the_visit_before_stand_beside_those_of_the_clip(therapist):
    records = therapist.state.records
    earlier = therapist.placed("31.mp4", patient="P-017", on=date(2026, 2, 1))
    records.answer(earlier["clip"]["id"], Answers(7, "groin", "block"), by="AB")
    first = therapist.placed("32.mp4", patient="P-017", on=date(2026, 1, 1))
    records.answer(first["clip"]["id"], Answers(9), by="AB")
    other = therapist.placed("33.mp4", patient="P-018", on=date(2026, 2, 20))
    records.answer(other["clip"]["id"], Answers(1), by="AB")
    view = therapist.placed(patient="P-017", on=date(2026, 3, 1))
    before = view["answers_before"]

    assert (before["on"], "7 of 10" in before["answered"][0]) == ("2026-02-01", True)
    assert therapist.get(f"/api/clips/{first['clip']['id']}")["answers_before"] is None
