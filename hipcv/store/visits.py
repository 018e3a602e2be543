"""Corrections of visits: another day, two of one day as one, and empty ones deleted."""

from datetime import date

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.language import _
from hipcv.store import notes, reasons, tables
from hipcv.store.clips import move
from hipcv.store.models import Clip, Visit
from hipcv.store.people import visit_of_day
from hipcv.store.transactions import Transactions, WriteTransaction, fetch, fetch_one


class VisitRecords(Transactions):
    """Changes and deletes visits."""

    def redate_visit(self, visit_id: str, on: date, *, by: str, why: str = "") -> Visit:
        """Move a visit to another day, into the visit of that day where there is one.

        Every clip of it is moved, as `move_clip` does: signatures end. Its notes go along.

        Raises:
            NotFound: no such visit.
            BadRequest: the visit of that day has one of the recordings already.
        """
        with self._write(by, why) as tx:
            visit = fetch_one(tx.connection, Visit, tables.visits, visit_id)
            if visit.on == on:
                return visit
            target = visit_of_day(tx, visit.patient_id, on)
            for clip in _clips_of(tx.connection, visit_id):
                move(tx, clip, target.id)
            notes.move(tx, visit_id, target.id)
            _delete(tx, visit_id, "redate_visit", on=[visit.on.isoformat(), on.isoformat()])
            return target

    def delete_visit(self, visit_id: str, *, by: str, why: str = "") -> None:
        """Delete a visit that has no clip, with its notes.

        Raises:
            NotFound: no such visit.
            BadRequest: it has clips.
        """
        with self._write(by, why) as tx:
            fetch_one(tx.connection, Visit, tables.visits, visit_id)
            if _clips_of(tx.connection, visit_id):
                raise BadRequest(_("This visit has clips. Move or delete them first."))
            notes.delete_of(tx, [visit_id])
            _delete(tx, visit_id, "delete_visit")


def _clips_of(connection: sa.Connection, visit_id: str) -> list[Clip]:
    query = sa.select(tables.clips).where(tables.clips.c.visit_id == visit_id)
    return fetch(connection, Clip, query.order_by(tables.clips.c.added_at, tables.clips.c.id))


def _delete(tx: WriteTransaction, visit_id: str, what: str, **detail: list[str]) -> None:
    """Delete an empty visit with the reasons of its earlier changes."""
    tx.delete(tables.visits, [visit_id])
    numbers = reasons.erase(tx.connection, [visit_id])
    tx.audit(what, "visit", visit_id, **detail, **{reasons.ERASED: numbers})
