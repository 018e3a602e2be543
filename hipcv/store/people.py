"""Patients and their visits."""

import uuid
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from hipcv.core.errors import BadRequest, NotFound
from hipcv.core.person import Person
from hipcv.core.text import normal_form, refuse_unsafe
from hipcv.language import _
from hipcv.store import tables
from hipcv.store.models import Patient, PatientFields, Visit
from hipcv.store.pseudonyms import lookalike_form
from hipcv.store.transactions import (
    Transactions,
    WriteTransaction,
    fetch,
    fetch_one,
    validated_text,
)

PSEUDONYM_LENGTH: Final = 100


class PatientRecords(Transactions):
    """Reads and writes patients and visits."""

    def patients(self) -> list[Patient]:
        """Return every patient who was not erased, by pseudonym."""
        query = _not_erased().order_by(tables.patients.c.pseudonym)
        with self._read() as connection:
            return fetch(connection, Patient, query)

    def patient(self, patient_id: str) -> Patient:
        """Return one patient, or their tombstone.

        Raises:
            NotFound: there is none.
        """
        with self._read() as connection:
            return fetch_one(connection, Patient, tables.patients, patient_id)

    def patient_named(self, pseudonym: str) -> Patient | None:
        """Return the patient of this pseudonym, or of one that looks like it; None without one."""
        with self._read() as connection:
            return _with_pseudonym(connection, pseudonym)

    def add_patient(self, pseudonym: str, *, by: str, why: str = "") -> Patient:
        """Add a patient.

        Raises:
            BadRequest: the pseudonym is empty or too long, or taken, or looks like one that is.
        """
        row = Patient(str(uuid.uuid4()), _validated_pseudonym(pseudonym), "", None, None, None)
        with self._write(by, why) as tx:
            _refuse_taken(tx.connection, row.pseudonym)
            tx.insert(tables.patients, asdict(row))
            tx.audit("add_patient", "patient", row.id)
        return row

    def change_patient(
        self, patient_id: str, fields: PatientFields, *, by: str, why: str = ""
    ) -> Patient:
        """Change fields of a patient and return the patient with them.

        Raises:
            NotFound: there is none.
            BadRequest: the patient was erased, or the pseudonym is taken, empty or too long.
        """
        values: dict[str, Any] = {**fields}
        if "pseudonym" in values:
            values["pseudonym"] = _validated_pseudonym(values["pseudonym"])
        Person(values.get("age_years"), values.get("sex"))  # refuses what is not valid
        if "age_years" in values:
            values["age_noted_on"] = _noted_on(fields)
        with self._write(by, why) as tx:
            before = unerased_patient(tx.connection, patient_id)
            changed = {name: new for name, new in values.items() if new != getattr(before, name)}
            if "pseudonym" in changed:
                _refuse_taken(tx.connection, changed["pseudonym"], but=patient_id)
            if changed:
                detail = _audit_detail(before, changed)
                tx.audit("change_patient", "patient", patient_id, **detail)
                tx.update(tables.patients, patient_id, **changed)
            return fetch_one(tx.connection, Patient, tables.patients, patient_id)

    def visits(self, patient_id: str) -> list[Visit]:
        """Return the visits of a patient, earliest first."""
        query = sa.select(tables.visits).where(tables.visits.c.patient_id == patient_id)
        with self._read() as connection:
            return fetch(connection, Visit, query.order_by(tables.visits.c.on))

    def visit(self, visit_id: str) -> Visit:
        """Return one visit.

        Raises:
            NotFound: there is none.
        """
        with self._read() as connection:
            return fetch_one(connection, Visit, tables.visits, visit_id)

    def add_visit(self, patient_id: str, on: date, *, by: str, why: str = "") -> Visit:
        """Add the visit of that day, or return the existing one.

        Raises:
            NotFound: no such patient.
            BadRequest: the patient was erased.
        """
        with self._write(by, why) as tx:
            return visit_of_day(tx, patient_id, on)

    def require_patient(self, pseudonym: str) -> Patient:
        """Return the patient of this pseudonym.

        Raises:
            NotFound: there is none.
            BadRequest: the pseudonym is empty or too long.
        """
        patient = self.patient_named(pseudonym)
        if patient is None:
            text = _("There is no patient {pseudonym}. Add the patient first.")
            raise NotFound(text.format(pseudonym=pseudonym))
        return patient

    def visit_of(self, pseudonym: str, on: date, *, by: str) -> Visit:
        """Return a patient's visit of a day; add patient and visit if missing.

        Raises:
            BadRequest: the pseudonym is empty or too long.
        """
        patient = self.patient_named(pseudonym) or self.add_patient(pseudonym, by=by)
        return self.add_visit(patient.id, on, by=by)


def _noted_on(fields: PatientFields) -> date | None:
    """Return the day on which the age holds; None where there is no age."""
    today = date.today()  # noqa: DTZ011 - in the user's time zone
    return None if fields["age_years"] is None else fields.get("age_noted_on") or today


def _not_erased() -> sa.Select[Any]:
    return sa.select(tables.patients).where(tables.patients.c.erased_at.is_(None))


def _with_pseudonym(connection: sa.Connection, pseudonym: str) -> Patient | None:
    """Return the patient of this very pseudonym, else of one that looks like it."""
    return next(iter(_alike(connection, pseudonym)), None)


def _alike(connection: sa.Connection, pseudonym: str) -> list[Patient]:
    """Return the patients whose pseudonym looks like this one: the very same, the same, others."""
    given = _validated_pseudonym(pseudonym)
    form, typed = lookalike_form(given), normal_form(given)
    patients = fetch(connection, Patient, _not_erased().order_by(tables.patients.c.pseudonym))
    alike = [patient for patient in patients if lookalike_form(patient.pseudonym) == form]
    alike.sort(key=lambda one: (one.pseudonym != given, normal_form(one.pseudonym) != typed))
    return alike


def unerased_patient(connection: sa.Connection, patient_id: str) -> Patient:
    """Return one patient who was not erased.

    Raises:
        NotFound: there is none.
        BadRequest: the patient was erased.
    """
    patient = fetch_one(connection, Patient, tables.patients, patient_id)
    if patient.erased_at is not None:
        raise BadRequest(_("This patient was erased; nothing can be added or changed any more."))
    return patient


def visit_of_day(tx: WriteTransaction, patient_id: str, on: date) -> Visit:
    """Return a patient's visit of a day, which is added where there is none.

    Raises:
        NotFound: no such patient.
        BadRequest: the patient was erased.
    """
    unerased_patient(tx.connection, patient_id)
    same_day = (tables.visits.c.patient_id == patient_id) & (tables.visits.c.on == on)
    existing = fetch(tx.connection, Visit, sa.select(tables.visits).where(same_day))
    if existing:
        return existing[0]
    row = Visit(str(uuid.uuid4()), patient_id, on)
    tx.insert(tables.visits, asdict(row))
    tx.audit("add_visit", "visit", row.id, patient=patient_id, on=on.isoformat())
    return row


def _refuse_taken(connection: sa.Connection, pseudonym: str, *, but: str = "") -> None:
    """Refuse a pseudonym that is, or looks like, that of a patient other than `but`."""
    others = [patient for patient in _alike(connection, pseudonym) if patient.id != but]
    if not others:
        return
    text = (
        _("A patient named {pseudonym} is already there. Choose another name.")
        if others[0].pseudonym == pseudonym
        else _("{pseudonym} looks like {other}, who is already there. Choose another name.")
    )
    raise BadRequest(text.format(pseudonym=pseudonym, other=others[0].pseudonym))


def _validated_pseudonym(value: object) -> str:
    text = validated_text("pseudonym", value, PSEUDONYM_LENGTH)
    pseudonym = refuse_unsafe("pseudonym", text.strip())
    if not pseudonym:
        raise BadRequest(_("pseudonym: give the patient a code, not their name."))
    return pseudonym


def _audit_detail(before: Patient, changed: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit may hold: dates in full, of texts only that they changed."""
    dates: dict[str, Any] = {
        name: [on and on.isoformat() for on in (getattr(before, name), changed[name])]
        for name in ("consent_on", "keep_until")
        if name in changed
    }
    return {"changed": sorted(changed), **dates}
