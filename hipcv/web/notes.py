"""The API of notes on clips and visits."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter

from hipcv.store.models import JsonObject, NewNote, Note, NoteSubject
from hipcv.web.goniometer import read_goniometer
from hipcv.web.schemas import GoniometerBody, NoteBody, NoteChangeBody, NoteVersionBody
from hipcv.web.serializers import note_rows
from hipcv.web.state import AppState, AppStateDep

router = APIRouter(prefix="/api")

CREATED: Final = 201


@router.post("/clips/{clip_id}/notes", status_code=CREATED)
def add_to_clip(state: AppStateDep, clip_id: UUID, body: NoteBody) -> JsonObject:
    """Add a note to a clip."""
    return _add(state, body, ("clip", str(clip_id)))


@router.post("/clips/{clip_id}/goniometer", status_code=CREATED)
def add_reading(state: AppStateDep, clip_id: UUID, body: GoniometerBody) -> JsonObject:
    """Add a goniometer reading to a clip: a note, which changes no result."""
    payload = read_goniometer(state, str(clip_id), body).to_dict()
    subject: NoteSubject = ("clip", str(clip_id))
    new = NewNote(subject=subject, text=body.text, kind="goniometer", payload=payload)
    return _of_same_subject(state, state.records.add_note(new, by=body.by))


@router.post("/visits/{visit_id}/notes", status_code=CREATED)
def add_to_visit(state: AppStateDep, visit_id: UUID, body: NoteBody) -> JsonObject:
    """Add a note to a visit."""
    return _add(state, body, ("visit", str(visit_id)))


@router.post("/notes/{note_id}")
def change(state: AppStateDep, note_id: UUID, body: NoteChangeBody) -> JsonObject:
    """Replace the text of a note."""
    note = state.records.change_note(str(note_id), body.text, version=body.version, by=body.by)
    return _of_same_subject(state, note)


@router.delete("/notes/{note_id}")
def delete(state: AppStateDep, note_id: UUID, body: NoteVersionBody) -> JsonObject:
    """Delete a note."""
    note = state.records.delete_note(str(note_id), version=body.version, by=body.by)
    return _of_same_subject(state, note)


def _add(state: AppState, body: NoteBody, subject: NoteSubject) -> JsonObject:
    new = NewNote(subject=subject, text=body.text)
    return _of_same_subject(state, state.records.add_note(new, by=body.by))


def _of_same_subject(state: AppState, note: Note) -> JsonObject:
    """Return all notes on what this one is on."""
    subject_id = note.subject[1]
    return {"notes": note_rows(state.records.notes([subject_id])[subject_id])}
