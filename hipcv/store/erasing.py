"""Erasure of a patient or a clip: from the records first, then from the disk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hipcv.core.text import mask
from hipcv.store import database, notes, reasons, tables
from hipcv.store.files import FileStore
from hipcv.store.models import ERASED, Clip, ErasedFiles, Patient
from hipcv.store.people import unerased_patient
from hipcv.store.results import delete_analyses
from hipcv.store.transactions import MASK, Transactions, WriteTransaction, fetch, fetch_one


class Erasure(Transactions):
    """Erases patients and clips with their files."""

    def purge_patient(self, patient_id: str, *, by: str, why: str) -> ErasedFiles:
        """Erase a patient from the records except for a tombstone without a name.

        The files remain until `delete_files`.

        Raises:
            NotFound: there is none.
            BadRequest: the patient was erased already.
        """
        with self._write(by, why) as tx:
            patient = unerased_patient(tx.connection, patient_id)
            erased, numbers = _erase(tx, patient)
            tx.audit(
                "purge_patient",
                "patient",
                patient_id,
                analyses=list(erased.analysis_ids),
                clips=len(erased.sha256s),
                **{reasons.ERASED: numbers},
            )
            tx.update(
                tables.patients,
                patient_id,
                pseudonym=ERASED,
                notes="",
                consent_on=None,
                keep_until=None,
                erased_at=datetime.now(UTC),
                age_years=None,
                age_noted_on=None,
                sex=None,
            )
            tx.reseal(tables.patients, patient_id)
        with database.translate_errors():
            database.scrub(self._engine)
        return erased

    def delete_clip(self, clip_id: str, *, by: str, why: str = "") -> ErasedFiles:
        """Delete a clip with its results from the records; its visit stays.

        The files remain until `delete_files`.

        Raises:
            NotFound: there is none.
        """
        with self._write(by, why) as tx:
            clip = fetch_one(tx.connection, Clip, tables.clips, clip_id)
            erased = _delete_clips(tx, [clip])
            numbers = reasons.erase_with_parts(tx.connection, [clip_id, *erased.analysis_ids])
            detail = {"visit": clip.visit_id, "analyses": list(erased.analysis_ids)}
            tx.audit("delete_clip", "clip", clip_id, **detail, **{reasons.ERASED: numbers})
        with database.translate_errors():
            database.scrub(self._engine)
        return erased

    def delete_files(self, files: FileStore) -> ErasedFiles:
        """Delete the files of erased patients from the disk and return their keys.

        To be called after `purge_patient`, and at startup: an interrupted program may have left
        some.
        """
        erased = self.erased_files()
        for sha256 in erased.sha256s:
            files.delete_clip(sha256)
        for analysis_id in erased.analysis_ids:
            files.delete_analysis(analysis_id)
        keys = (*erased.sha256s, *erased.analysis_ids)
        with database.translate_errors(), database.write(self._engine) as connection:
            _delete_rows(connection, tables.leftovers.c.key, keys)
        return erased

    def erased_files(self) -> ErasedFiles:
        """Return files of erased patients that may still be on the disk and that no clip uses."""
        used = sa.select(tables.clips.c.sha256)
        query = sa.select(tables.leftovers).where(tables.leftovers.c.key.not_in(used))
        with self._read() as connection:
            rows = connection.execute(query.order_by(tables.leftovers.c.key)).all()
        return ErasedFiles(
            sha256s=tuple(row.key for row in rows if row.kind == "clip"),
            analysis_ids=tuple(row.key for row in rows if row.kind == "analysis"),
        )


def _erase(tx: WriteTransaction, patient: Patient) -> tuple[ErasedFiles, list[int]]:
    """Delete all rows of a patient but the tombstone, with the reasons typed for any of them.

    Return the files that are to be deleted, and the audit rows that have lost their reasons.
    """
    connection = tx.connection
    visit_ids = _column(connection, tables.visits.c.id, tables.visits.c.patient_id, [patient.id])
    of_visits = sa.select(tables.clips).where(tables.clips.c.visit_id.in_(visit_ids))
    clips = fetch(connection, Clip, of_visits)
    erased = _delete_clips(tx, clips)
    notes.delete_of(tx, visit_ids)
    tx.delete(tables.visits, visit_ids)
    _pseudonymise(tx, patient.pseudonym)
    clip_ids = [clip.id for clip in clips]
    subject_ids = [patient.id, *visit_ids, *clip_ids, *erased.analysis_ids]
    return erased, reasons.erase_with_parts(connection, subject_ids)


def _delete_clips(tx: WriteTransaction, clips: Sequence[Clip]) -> ErasedFiles:
    """Delete clips with all that is stored of them; return the files that are to be deleted."""
    connection, column = tx.connection, tables.clips.c
    clip_ids, contents = [clip.id for clip in clips], [clip.sha256 for clip in clips]
    analysis_ids = _column(connection, tables.analyses.c.id, tables.analyses.c.clip_id, clip_ids)
    delete_analyses(tx, analysis_ids)
    notes.delete_of(tx, clip_ids)
    tx.delete(tables.clips, clip_ids)
    shared = set(_column(connection, column.sha256, column.sha256, contents))
    erased = ErasedFiles(tuple(sorted(set(contents) - shared)), tuple(sorted(analysis_ids)))
    _delete_rows(connection, tables.leftovers.c.key, erased.sha256s)
    for key in erased.sha256s:
        connection.execute(sa.insert(tables.leftovers).values(kind="clip", key=key))
    return erased


def _pseudonymise(tx: WriteTransaction, pseudonym: str) -> None:
    """Mask the pseudonym in free text about other patients."""
    for column in (tables.patients.c.notes, tables.corrections.c.why, tables.notes.c.text):
        query = sa.select(column.table.c.id, column).where(column != "")
        for row_id, text in tx.connection.execute(query).all():
            if (masked := mask(text, pseudonym, MASK)) != text:
                tx.update(column.table, row_id, **{column.name: masked})
                tx.reseal(column.table, row_id)


def _column(
    connection: sa.Connection, column: sa.Column[Any], key: sa.Column[Any], keys: Sequence[str]
) -> list[str]:
    return list(connection.execute(sa.select(column).where(key.in_(keys))).scalars())


def _delete_rows(connection: sa.Connection, column: sa.Column[Any], keys: Sequence[str]) -> None:
    connection.execute(sa.delete(column.table).where(column.in_(keys)))
