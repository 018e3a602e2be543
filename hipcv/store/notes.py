"""Notes of therapists on clips and visits: plain texts, and readings with their numbers.

The audit trail has that a note was added, changed or deleted, and hashes, but not its words.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final, get_args

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.language import _
from hipcv.store import tables
from hipcv.store.models import Clip, JsonObject, NewNote, Note, NoteKind, Visit
from hipcv.store.transactions import (
    Transactions,
    WriteTransaction,
    fetch,
    fetch_one,
    fetch_unchanged,
    validated_text,
)

NOTE_LENGTH: Final = 2000
"""Longest text of a note, in characters."""

PAYLOAD_LENGTH: Final = 4000
"""Longest payload of a note, in characters of JSON."""

MAX_NOTES: Final = 50
"""Notes that one clip or visit may have."""


class NoteRecords(Transactions):
    """Reads and writes notes."""

    def notes(self, subject_ids: Collection[str]) -> dict[str, list[Note]]:
        """Return the notes on these clips and visits by the id of each, oldest first."""
        found: dict[str, list[Note]] = {subject_id: [] for subject_id in subject_ids}
        with self._read() as connection:
            for note in _notes_on(connection, subject_ids):
                found[note.subject[1]].append(note)
        return found

    def note(self, note_id: str) -> Note:
        """Return one note.

        Raises:
            NotFound: there is none.
        """
        with self._read() as connection:
            return fetch_one(connection, Note, tables.notes, note_id)

    def add_note(self, new: NewNote, *, by: str, why: str = "") -> Note:
        """Add a note to a clip or a visit.

        Raises:
            NotFound: no such clip or visit.
            BadRequest: the note is empty, too long or of no kind, or there are too many.
        """
        with self._write(by, why) as tx:
            row = _new_row(new, tx.by)
            kind, subject_id = row.subject
            _refuse_too_many(tx.connection, row)
            tx.insert(tables.notes, asdict(row))
            tx.audit("add_note", kind, subject_id, note=row.id, kind=row.kind)
        return row

    def change_note(self, note_id: str, text: str, *, version: int, by: str, why: str = "") -> Note:
        """Replace the text of a note.

        Raises:
            NotFound: no such note.
            Stale: it was changed by another user since.
            BadRequest: the text is empty or too long.
        """
        with self._write(by, why) as tx:
            note = fetch_unchanged(tx.connection, Note, tables.notes, note_id, version=version)
            words = _validated_text(text, note.payload)
            if words == note.text:
                return note
            changed = {"changed_by": tx.by, "changed_at": datetime.now(UTC)}
            tx.update(tables.notes, note_id, text=words, version=version + 1, **changed)
            tx.audit("change_note", *note.subject, note=note_id)
            return fetch_one(tx.connection, Note, tables.notes, note_id)

    def delete_note(self, note_id: str, *, version: int, by: str, why: str = "") -> Note:
        """Delete a note, and return what it was.

        Raises:
            NotFound: no such note.
            Stale: it was changed by another user since.
        """
        with self._write(by, why) as tx:
            note = fetch_unchanged(tx.connection, Note, tables.notes, note_id, version=version)
            tx.delete(tables.notes, [note_id])
            tx.audit("delete_note", *note.subject, note=note_id)
        return note


def delete_of(tx: WriteTransaction, subject_ids: Sequence[str]) -> None:
    """Delete the notes on clips or visits that are deleted."""
    notes = _notes_on(tx.connection, subject_ids)
    if notes:
        tx.delete(tables.notes, [note.id for note in notes])


def move(tx: WriteTransaction, visit_id: str, target_id: str) -> None:
    """Move the notes on a visit to another one."""
    for note in _notes_on(tx.connection, [visit_id]):
        tx.update(tables.notes, note.id, visit_id=target_id)


def _notes_on(connection: sa.Connection, subject_ids: Collection[str]) -> list[Note]:
    columns = tables.notes.c
    on = columns.clip_id.in_(subject_ids) | columns.visit_id.in_(subject_ids)
    query = sa.select(tables.notes).where(on).order_by(columns.added_at, columns.id)
    return fetch(connection, Note, query) if subject_ids else []


def _new_row(new: NewNote, by: str) -> Note:
    payload = _validated_payload(new.get("payload"))
    kind = new.get("kind", "text")
    if kind not in get_args(NoteKind):
        raise BadRequest(_("A note of this kind cannot be stored."))
    on, subject_id = new["subject"]
    return Note(
        id=str(uuid.uuid4()),
        visit_id=subject_id if on == "visit" else None,
        clip_id=subject_id if on == "clip" else None,
        kind=kind,
        text=_validated_text(new["text"], payload),
        payload=payload,
        version=1,
        added_by=by,
        added_at=datetime.now(UTC),
        changed_by=None,
        changed_at=None,
    )


def _refuse_too_many(connection: sa.Connection, row: Note) -> None:
    """Raise NotFound where there is no such clip or visit, BadRequest where it is full."""
    kind, subject_id = row.subject
    if kind == "clip":
        fetch_one(connection, Clip, tables.clips, subject_id)
    else:
        fetch_one(connection, Visit, tables.visits, subject_id)
    if len(_notes_on(connection, [subject_id])) >= MAX_NOTES:
        text = _("There are {count} notes already. Delete one, or add to another.")
        raise BadRequest(text.format(count=MAX_NOTES))


def _validated_text(text: object, payload: JsonObject | None) -> str:
    words = validated_text(_("note"), text, NOTE_LENGTH).strip()
    if not words and payload is None:
        raise BadRequest(_("The note is empty. Type it, or delete it instead."))
    return words


def _validated_payload(payload: JsonObject | None) -> JsonObject | None:
    try:
        length = len(json.dumps(payload, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise BadRequest(_("The numbers of this note cannot be stored.")) from error
    if length > PAYLOAD_LENGTH:
        raise BadRequest(_("The numbers of this note cannot be stored."))
    return payload
