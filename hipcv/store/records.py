"""The desk's records: patients, visits, clips, analyses, corrections, and the audit of all of it.

Every method that writes is one transaction, and its entry in the audit trail is part of it. They
take `by`, who does it, and `why`. Methods may be called from any thread.
"""

from collections.abc import Iterator
from typing import Self

import sqlalchemy as sa

from hipcv.store import audit, database, tables
from hipcv.store.analyses import Analyses
from hipcv.store.audit import fingerprint
from hipcv.store.clips import Clips
from hipcv.store.erasing import Erasing
from hipcv.store.models import AuditRow, JsonObject
from hipcv.store.people import People


class Records(People, Clips, Analyses, Erasing):
    """Everything the desk keeps, in one database."""

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a database, make it where it is new, and bring its tables up to date.

        Args:
            url: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

        Raises:
            BadRequest: the address is of no database hipcv knows.
            EnvironmentFault: it cannot be reached, or was made by a later hipcv.
        """
        engine = database.engine_of(url)
        try:
            database.upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @classmethod
    def look(cls, url: str) -> Self:
        """Open a database that is there already, as it is; for whoever only wants to read."""
        return cls(database.engine_of(url))

    def audit(self, subject_id: str | None = None) -> list[AuditRow]:
        """The audit trail in its order; of everything, or of one subject."""
        with self._reading() as connection:
            return list(audit.rows(connection, subject_id))

    def verify_audit(self) -> list[str]:
        """What is broken in the trail or differs from it, in plain sentences; empty: whole."""
        with database.faults_told():
            used = database.version(self._engine) is not None
        if not used:
            return []
        with self._reading() as connection:
            if not sa.inspect(connection).has_table(tables.audit.name):
                return ["The audit trail is gone."]
            chain = audit.broken_links(connection) or list(_differences(connection))
            return audit.missing_guards(connection) + chain


def _differences(connection: sa.Connection) -> Iterator[str]:
    """Analyses that are no longer what the audit says they are."""
    expected: dict[str, JsonObject] = {}
    for row in audit.rows(connection):
        _replay(expected, row)
    columns = tables.analyses.c
    wanted = sa.select(columns.id, columns.automatic, columns.corrected, columns.signed_by)
    for found in connection.execution_options(yield_per=100).execute(wanted):
        told = expected.pop(found.id, None)
        if told is None:
            yield f"Analysis {found.id} is in the records, but the audit does not know it."
            continue
        if told["automatic"] != fingerprint(found.automatic):
            yield f"Analysis {found.id}: the automatic result was altered."
        corrected = None if found.corrected is None else fingerprint(found.corrected)
        if told["corrected"] != corrected:
            yield f"Analysis {found.id}: the corrected result is not the one that was recorded."
        if told["signed_by"] != found.signed_by:
            yield f"Analysis {found.id}: the sign-off is not the one that was recorded."
    for missing in expected:
        yield f"Analysis {missing} is missing from the records, though nobody erased it."


def _replay(expected: dict[str, JsonObject], row: AuditRow) -> None:
    """Carry on what the analyses must be, by one audit row."""
    if row.what == "purge_patient":
        for erased in row.detail["analyses"]:
            expected.pop(erased, None)
    elif row.what == "add_analysis":
        automatic = row.detail["automatic"]
        expected[row.subject_id] = {"automatic": automatic, "corrected": None, "signed_by": None}
    elif row.what == "correct" and row.subject_id in expected:
        expected[row.subject_id].update(corrected=row.detail["corrected"], signed_by=None)
    elif row.what == "sign" and row.subject_id in expected:
        expected[row.subject_id].update(signed_by=row.who)
