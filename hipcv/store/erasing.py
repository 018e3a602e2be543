"""Erasing a patient: from the records first, then from the disk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hipcv.store import database, tables
from hipcv.store.files import Vault
from hipcv.store.models import ERASED, Patient, Purged
from hipcv.store.people import living_patient
from hipcv.store.transactions import Ledger, Writing, without


class Erasing(Ledger):
    """The part of the records that forgets."""

    def purge_patient(self, patient_id: str, *, by: str, why: str) -> Purged:
        """Erase all that is known about a patient; a tombstone without a name stays.

        The files are still there afterwards, until `take_away`.

        Raises:
            NotFound: there is none.
            BadRequest: the patient was erased already.
        """
        with self._writing(by, why) as work:
            patient = living_patient(work.connection, patient_id)
            purged = _erase(work, patient)
            work.note(
                "purge_patient",
                "patient",
                patient_id,
                analyses=list(purged.analysis_ids),
                clips=len(purged.sha256s),
            )
            work.update(
                tables.patients,
                patient_id,
                pseudonym=ERASED,
                notes="",
                consent_on=None,
                keep_until=None,
                erased_at=datetime.now(UTC),
            )
        with database.faults_told():
            database.scrub(self._engine)
        return purged

    def take_away(self, vault: Vault) -> Purged:
        """Take the files of erased patients off the disk.

        To be called after `purge_patient`, and when the desk starts: a stopped program may have
        left some.

        Returns:
            What was taken away.
        """
        purged = self.leftovers()
        for sha256 in purged.sha256s:
            vault.forget(sha256)
        for analysis_id in purged.analysis_ids:
            vault.forget_analysis(analysis_id)
        keys = (*purged.sha256s, *purged.analysis_ids)
        with database.faults_told(), database.writing(self._engine) as connection:
            _strike(connection, keys)
        return purged

    def leftovers(self) -> Purged:
        """Files of erased patients that may still be on the disk, and that nobody else uses."""
        used = sa.select(tables.clips.c.sha256)
        wanted = sa.select(tables.leftovers).where(tables.leftovers.c.key.not_in(used))
        with self._reading() as connection:
            found = connection.execute(wanted.order_by(tables.leftovers.c.key)).all()
        return Purged(
            sha256s=tuple(row.key for row in found if row.kind == "clip"),
            analysis_ids=tuple(row.key for row in found if row.kind == "analysis"),
        )


def _erase(work: Writing, patient: Patient) -> Purged:
    """Delete everything of a patient but the tombstone, and note which files are to go."""
    connection, clip = work.connection, tables.clips.c
    visit_ids = _column(connection, tables.visits.c.id, tables.visits.c.patient_id, [patient.id])
    clip_ids = _column(connection, clip.id, clip.visit_id, visit_ids)
    contents = _column(connection, clip.sha256, clip.visit_id, visit_ids)
    analysis_ids = _column(connection, tables.analyses.c.id, tables.analyses.c.clip_id, clip_ids)
    for column, keys in (
        (tables.corrections.c.analysis_id, analysis_ids),
        (tables.events.c.analysis_id, analysis_ids),
        (tables.analyses.c.id, analysis_ids),
        (clip.id, clip_ids),
        (tables.visits.c.id, visit_ids),
    ):
        connection.execute(sa.delete(column.table).where(column.in_(keys)))
    _unname(connection, patient.pseudonym)
    shared = set(_column(connection, clip.sha256, clip.sha256, contents))
    purged = Purged(tuple(sorted(set(contents) - shared)), tuple(sorted(analysis_ids)))
    for kind, names in (("clip", purged.sha256s), ("analysis", purged.analysis_ids)):
        _strike(connection, names)
        for name in names:
            work.insert(tables.leftovers, {"kind": kind, "key": name})
    return purged


def _unname(connection: sa.Connection, pseudonym: str) -> None:
    """Mask the pseudonym where someone typed it beside another patient."""
    texts = ((tables.patients, "notes"), (tables.visits, "note"), (tables.corrections, "why"))
    for table, name in texts:
        column = table.c[name]
        wanted = sa.select(table.c.id, column).where(column.icontains(pseudonym, autoescape=True))
        for found_id, text in connection.execute(wanted).all():
            masked = {name: without(text, pseudonym)}
            connection.execute(sa.update(table).where(table.c.id == found_id).values(masked))


def _column(
    connection: sa.Connection,
    wanted: sa.Column[Any],
    key: sa.Column[Any],
    keys: Sequence[str],
) -> list[str]:
    return list(connection.execute(sa.select(wanted).where(key.in_(keys))).scalars())


def _strike(connection: sa.Connection, keys: Sequence[str]) -> None:
    connection.execute(sa.delete(tables.leftovers).where(tables.leftovers.c.key.in_(keys)))
