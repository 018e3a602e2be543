"""Patients and their visits, and what is left when a patient is erased."""

import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.store import tables
from hipcv.store.models import Patient, PatientFields, Visit
from hipcv.store.transactions import Ledger, checked_text, fetch, fetch_one

PSEUDONYM_LENGTH: Final = 100
_FIELDS: Final = tuple(PatientFields.__annotations__)


class People(Ledger):
    """The part of the records that knows whom."""

    def patients(self) -> list[Patient]:
        """Everybody who was not erased, by pseudonym."""
        wanted = _living().order_by(tables.patients.c.pseudonym)
        with self._reading() as connection:
            return fetch(connection, Patient, wanted)

    def patient(self, patient_id: str) -> Patient:
        """One patient, or their tombstone.

        Raises:
            NotFound: there is none.
        """
        with self._reading() as connection:
            return fetch_one(connection, Patient, tables.patients, patient_id)

    def patient_named(self, pseudonym: str) -> Patient | None:
        """The patient of this pseudonym; None where there is none."""
        with self._reading() as connection:
            return _named(connection, pseudonym)

    def add_patient(self, pseudonym: str, *, by: str, why: str = "") -> Patient:
        """Someone new.

        Raises:
            BadRequest: the pseudonym is taken, empty or too long.
        """
        named = _checked_pseudonym(pseudonym)
        row = Patient(str(uuid.uuid4()), named, "", None, None, datetime.now(UTC), None)
        with self._writing(by, why) as work:
            _refuse_taken(work.connection, named)
            work.insert(tables.patients, asdict(row))
            work.note("add_patient", "patient", row.id)
        return row

    def change_patient(
        self, patient_id: str, fields: PatientFields, *, by: str, why: str = ""
    ) -> Patient:
        """Change what is kept about a patient. Returns the patient as they are then.

        Raises:
            NotFound: there is none.
            BadRequest: the patient was erased, or a field cannot be what it should become.
        """
        wanted = _checked(dict(fields))
        with self._writing(by, why) as work:
            before = living_patient(work.connection, patient_id)
            changed = {name: new for name, new in wanted.items() if new != getattr(before, name)}
            if "pseudonym" in changed:
                _refuse_taken(work.connection, changed["pseudonym"])
            if changed:
                work.note("change_patient", "patient", patient_id, **_told(before, changed))
                work.update(tables.patients, patient_id, **changed)
            return fetch_one(work.connection, Patient, tables.patients, patient_id)

    def visits(self, patient_id: str) -> list[Visit]:
        """The visits of a patient, first one first."""
        wanted = sa.select(tables.visits).where(tables.visits.c.patient_id == patient_id)
        with self._reading() as connection:
            return fetch(connection, Visit, wanted.order_by(tables.visits.c.on))

    def visit(self, visit_id: str) -> Visit:
        """One visit.

        Raises:
            NotFound: there is none.
        """
        with self._reading() as connection:
            return fetch_one(connection, Visit, tables.visits, visit_id)

    def add_visit(
        self, patient_id: str, on: date, *, by: str, note: str = "", why: str = ""
    ) -> Visit:
        """The visit of that day; the one already there where there is one.

        Raises:
            NotFound: no such patient.
            BadRequest: the patient was erased.
        """
        row = Visit(str(uuid.uuid4()), patient_id, on, checked_text("note", note))
        same = (tables.visits.c.patient_id == patient_id) & (tables.visits.c.on == on)
        with self._writing(by, why) as work:
            living_patient(work.connection, patient_id)
            there = fetch(work.connection, Visit, sa.select(tables.visits).where(same))
            if there:
                return there[0]
            work.insert(tables.visits, asdict(row))
            work.note("add_visit", "visit", row.id, patient=patient_id, on=on.isoformat())
        return row


def _living() -> sa.Select[Any]:
    return sa.select(tables.patients).where(tables.patients.c.erased_at.is_(None))


def _named(connection: sa.Connection, pseudonym: str) -> Patient | None:
    wanted = _living().where(tables.patients.c.pseudonym == _checked_pseudonym(pseudonym))
    return next(iter(fetch(connection, Patient, wanted)), None)


def living_patient(connection: sa.Connection, patient_id: str) -> Patient:
    """One patient who was not erased.

    Raises:
        NotFound: there is none.
        BadRequest: the patient was erased.
    """
    patient = fetch_one(connection, Patient, tables.patients, patient_id)
    if patient.erased_at is not None:
        raise BadRequest("This patient was erased; nothing can be added or changed any more.")
    return patient


def _refuse_taken(connection: sa.Connection, pseudonym: str) -> None:
    if _named(connection, pseudonym) is not None:
        raise BadRequest(f"A patient named {pseudonym} is already there. Choose another name.")


def _checked_pseudonym(pseudonym: object) -> str:
    named = checked_text("pseudonym", pseudonym, PSEUDONYM_LENGTH).strip()
    if not named:
        raise BadRequest("pseudonym: give the patient a code, not their name.")
    return named


def _checked(fields: dict[str, object]) -> dict[str, Any]:
    if unknown := set(fields) - set(_FIELDS):
        raise BadRequest(f"{', '.join(sorted(unknown))}: nothing that is kept about a patient.")
    return {name: _checked_field(name, value) for name, value in fields.items()}


def _checked_field(name: str, value: object) -> object:
    if name == "pseudonym":
        return _checked_pseudonym(value)
    if name == "notes":
        return checked_text(name, value)
    if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
        raise BadRequest(f"{name}: expected a day, or nothing.")
    return value


def _told(before: Patient, changed: dict[str, Any]) -> dict[str, Any]:
    """What the audit may keep: days in full, of texts only that they changed."""
    days: dict[str, Any] = {
        name: [_day(getattr(before, name)), _day(changed[name])]
        for name in ("consent_on", "keep_until")
        if name in changed
    }
    return {"changed": sorted(changed), **days}


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()
