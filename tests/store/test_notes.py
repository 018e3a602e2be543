"""Notes on clips and visits: stored with who and when, and deleted with what they are on."""

from datetime import date

import pytest

from hipcv.core.errors import BadRequest, NotFound, Stale
from hipcv.store.models import Note
from hipcv.store.notes import MAX_NOTES, NOTE_LENGTH
from tests.records import new_clip, visited
from tests.store.test_erasing import every_text

WORDS = "warmed up for ten minutes"


@pytest.fixture
def visit_id(records):
    """A visit of P-017 with one clip."""
    visited(records)
    return records.visits(records.patient_named("P-017").id)[0].id


@pytest.fixture
def clip_id(records, visit_id):
    return records.clips(visit_id=visit_id)[0].id


def texts(records, subject_id):
    return [note.text for note in records.notes([subject_id])[subject_id]]


def test_note_has_its_author_and_time(records, clip_id):
    note = records.add_note({"subject": ("clip", clip_id), "text": f" {WORDS}\n"}, by="KM")

    assert records.note(note.id) == note
    assert (note.subject, note.text, note.added_by) == (("clip", clip_id), WORDS, "KM")
    assert (note.kind, note.version, note.changed_by) == ("text", 1, None)


def test_notes_of_a_visit_are_in_the_order_in_which_they_were_added(records, visit_id):
    for text in ("first", "second"):
        records.add_note({"subject": ("visit", visit_id), "text": text}, by="KM")

    assert texts(records, visit_id) == ["first", "second"]


def test_reading_is_a_note_with_its_numbers(records, clip_id):
    payload = {"angle_deg": 31.5, "time_s": 2.25, "points_px": [[1, 2], [3, 4], [5, 6.5]]}
    new = {"subject": ("clip", clip_id), "text": "", "kind": "goniometer", "payload": payload}
    note = records.add_note(new, by="KM")

    assert (records.note(note.id).payload, records.verify_audit()) == (payload, [])


def test_changed_note_says_who_changed_it(records, visit_id):
    note = records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")
    changed = records.change_note(note.id, "cold", version=1, by="AB")

    assert (changed.text, changed.version) == ("cold", 2)
    assert (changed.added_by, changed.changed_by) == ("KM", "AB")


def test_second_of_two_changes_of_one_note_is_refused(records, other, visit_id):
    note = records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")
    other.change_note(note.id, "cold", version=1, by="AB")

    with pytest.raises(Stale, match="Somebody else"):
        records.change_note(note.id, "warm", version=1, by="KM")
    with pytest.raises(Stale, match="Somebody else"):
        records.delete_note(note.id, version=1, by="KM")
    assert texts(records, visit_id) == ["cold"]


def test_note_is_deleted(records, visit_id):
    note = records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")
    records.delete_note(note.id, version=1, by="KM")

    with pytest.raises(NotFound):
        records.note(note.id)
    assert records.verify_audit() == []


def test_trail_has_the_changes_of_a_note_without_its_words(records, clip_id):
    note = records.add_note({"subject": ("clip", clip_id), "text": WORDS}, by="KM")
    records.change_note(note.id, f"{WORDS}, again", version=1, by="KM")
    records.delete_note(note.id, version=2, by="KM")
    rows = records.audit(clip_id)[-3:]

    assert [row.what for row in rows] == ["add_note", "change_note", "delete_note"]
    assert WORDS not in str(rows)


@pytest.mark.parametrize(
    ("text", "problem"),
    [(" ", "empty"), ("a" * (NOTE_LENGTH + 1), "longer than"), ("a\0b", "control character")],
)
def test_text_that_cannot_be_a_note_is_refused(records, visit_id, text, problem):
    with pytest.raises(BadRequest, match=problem):
        records.add_note({"subject": ("visit", visit_id), "text": text}, by="KM")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "song"},
        {"kind": "goniometer", "payload": {"angle_deg": float("nan")}},
        {"kind": "goniometer", "payload": {"points_px": [1.5] * 2000}},
    ],
)
def test_reading_that_cannot_be_stored_is_refused(records, visit_id, fields):
    with pytest.raises(BadRequest, match="cannot be stored"):
        records.add_note({"subject": ("visit", visit_id), "text": "x", **fields}, by="KM")


def test_number_of_notes_is_bounded(records, visit_id):
    for number in range(MAX_NOTES):
        records.add_note({"subject": ("visit", visit_id), "text": str(number)}, by="KM")

    with pytest.raises(BadRequest, match="already"):
        records.add_note({"subject": ("visit", visit_id), "text": "one more"}, by="KM")


def test_note_on_no_clip_is_refused(records):
    with pytest.raises(NotFound):
        records.add_note({"subject": ("clip", "none"), "text": WORDS}, by="KM")


def test_notes_go_with_a_visit_to_its_new_day(records, visit_id):
    records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")
    target = records.redate_visit(visit_id, date(2025, 5, 1), by="KM")

    assert (texts(records, target.id), records.verify_audit()) == ([WORDS], [])


def test_notes_are_deleted_with_their_clip(records, clip_id, url):
    records.add_note({"subject": ("clip", clip_id), "text": WORDS}, by="KM")
    records.delete_clip(clip_id, by="KM")

    assert (WORDS in every_text(url), records.verify_audit()) == (False, [])


def test_notes_are_deleted_with_their_visit(records, url):
    patient = records.add_patient("P-3", by="KM")
    visit = records.add_visit(patient.id, date(2025, 3, 1), by="KM")
    records.add_note({"subject": ("visit", visit.id), "text": WORDS}, by="KM")
    records.delete_visit(visit.id, by="KM")

    assert (WORDS in every_text(url), records.verify_audit()) == (False, [])


def test_notes_are_deleted_with_their_patient_and_others_lose_the_pseudonym(
    records, visit_id, clip_id, url
):
    records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")
    records.add_note({"subject": ("clip", clip_id), "text": WORDS}, by="KM")
    stray = records.add_clip(new_clip(content="of nobody yet"), by="KM")
    records.add_note({"subject": ("clip", stray.id), "text": "not of p-017, surely"}, by="KM")
    records.purge_patient(records.patient_named("P-017").id, by="KM", why="asked")

    assert (WORDS in every_text(url), records.verify_audit()) == (False, [])
    assert texts(records, stray.id) == ["not of [patient], surely"]


def test_note_is_on_a_clip_or_on_a_visit(records, intruder, visit_id, clip_id):
    note: Note = records.add_note({"subject": ("visit", visit_id), "text": WORDS}, by="KM")

    with pytest.raises(Exception, match="note_on_one_subject"):
        intruder(f"UPDATE notes SET clip_id = '{clip_id}' WHERE id = '{note.id}'")
