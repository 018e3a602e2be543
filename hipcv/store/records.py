"""All records: patients, visits, clips, analyses, corrections, notes, and the audit of all of it.

Every method that writes is one transaction, and its audit row is part of it. They take `by`, the
actor, and `why`. Methods may be called from any thread.
"""

from typing import Self

import sqlalchemy as sa

from hipcv.core.person import Person
from hipcv.language import _
from hipcv.store import audit, database, reasons, summaries, tables
from hipcv.store.analyses import AnalysisRecords
from hipcv.store.audit import Anchor
from hipcv.store.backup import Backups
from hipcv.store.clips import ClipRecords
from hipcv.store.erasing import Erasure
from hipcv.store.guards import altered_guards
from hipcv.store.lists import Lists
from hipcv.store.models import AuditRow, Clip
from hipcv.store.notes import NoteRecords
from hipcv.store.people import PatientRecords
from hipcv.store.results import ResultRecords
from hipcv.store.signatures import SignatureRecords
from hipcv.store.verification import altered_rows
from hipcv.store.visits import VisitRecords


class Records(
    PatientRecords, ClipRecords, AnalysisRecords, ResultRecords, SignatureRecords, VisitRecords,
    NoteRecords, Erasure, Backups, Lists,
):  # fmt: skip
    """All records in one database."""

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database; create it if it is new, and upgrade its tables.

        Args:
            url: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

        Raises:
            BadRequest: the address is of no database hipcv supports.
            EnvironmentFault: it cannot be reached, or was made by a later hipcv.
        """
        engine = database.engine_of(url)
        try:
            database.upgrade(engine)
            _complete_summaries(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @classmethod
    def open_read_only(cls, url: str) -> Self:
        """Open an existing database without upgrading it, to verify its audit trail."""
        return cls(database.engine_of(url))

    def person_of(self, clip: Clip) -> Person:
        """Return age and sex of a clip's patient on the day of the visit; empty without one."""
        if clip.visit_id is None:
            return Person()
        visit = self.visit(clip.visit_id)
        return self.patient(visit.patient_id).person_on(visit.on)

    def audit(self, subject_id: str | None = None) -> list[AuditRow]:
        """Return the audit trail in its order; all, or of one subject."""
        with self._read() as connection:
            return list(reasons.restored(connection, audit.rows(connection, subject_id)))

    def audit_page(
        self, subject_id: str | None = None, *, before: int | None = None, length: int
    ) -> list[AuditRow]:
        """Return the last rows of the trail, in its order; or those before a row's number."""
        with self._read() as connection:
            rows = audit.page(connection, subject_id, before=before, length=length)
            numbers = (rows[0].number, rows[-1].number) if rows else (0, 0)
            return list(reasons.restored(connection, rows, numbers))

    def verify_audit(self) -> list[str]:
        """Return a plain sentence for every break of the trail and difference from it."""
        with database.translate_errors():
            used = database.version(self._engine) is not None
        if not used:
            return []
        with self._read() as connection:
            if not sa.inspect(connection).has_table(tables.audit.name):
                return [_("The audit trail is gone.")]
            guards = list(altered_guards(connection))
            broken = audit.broken_links(connection)
            if broken:
                unread = _("The records were not compared: the audit trail itself is broken.")
                return [*guards, *broken, unread]
            altered = [
                *reasons.altered(connection, audit.rows(connection)),
                *altered_rows(connection),
            ]
            # what lists show is compared with results that are as they were recorded
            return [*guards, *altered] if altered else [*guards, *summaries.altered(connection)]

    def anchor(self) -> Anchor:
        """Return number and hash of the last audit row, which fix the trail up to it."""
        with self._read() as connection:
            return audit.head(connection)

    def check_anchor(self, anchor: Anchor) -> str:
        """Return a sentence on what is wrong with an anchor; "" where the trail holds its row."""
        with self._read() as connection:
            return audit.check_anchor(connection, anchor)


def _complete_summaries(engine: sa.Engine) -> None:
    """Summarise the analyses that an earlier version stored."""
    with database.translate_errors():
        with engine.connect() as connection, connection.begin():
            missing = summaries.unsummarised(connection)
        if missing:  # the usual start takes no write lock
            with database.write(engine) as connection:
                summaries.complete(connection, summaries.unsummarised(connection))
