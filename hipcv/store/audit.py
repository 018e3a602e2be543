"""The audit trail: who did what, when and why. Rows are only ever added.

Triggers of the database refuse to alter or delete a row. A chain of hashes reveals a change made
past them: each row's hash covers its content and the hash of the row before.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv.language import _, ngettext
from hipcv.store import tables
from hipcv.store.models import AuditRow, JsonObject

_HEAD: Final = 1  # the id of the one row of `audit_head`


def lock_head(connection: sa.Connection) -> None:
    """Wait for every other writer; to be called first in a transaction that writes."""
    head = sa.select(tables.audit_head.c.number).where(tables.audit_head.c.id == _HEAD)
    connection.execute(head.with_for_update())


def append(connection: sa.Connection, who: str, what: str, /, **fields: Any) -> None:  # noqa: ANN401
    """Add one row, within the transaction of the change it records.

    Args:
        connection: the transaction.
        who: the actor.
        what: the action.
        fields: subject_kind, subject_id, why and detail of `AuditRow`.
    """
    head = connection.execute(sa.select(tables.audit_head)).one()
    row = AuditRow(
        number=head.number + 1,
        at=datetime.now(UTC),
        who=who,
        what=what,
        before_hash=head.hash,
        hash="",
        **fields,
    )
    row = replace(row, hash=hash_of(row))
    connection.execute(sa.insert(tables.audit).values(asdict(row)))
    connection.execute(sa.update(tables.audit_head).values(number=row.number, hash=row.hash))


def rows(connection: sa.Connection, subject_id: str | None = None) -> Iterator[AuditRow]:
    """Yield rows in their order; all, or those of one subject."""
    query = sa.select(tables.audit).order_by(tables.audit.c.number)
    if subject_id is not None:
        query = query.where(tables.audit.c.subject_id == subject_id)
    for row in connection.execution_options(yield_per=500).execute(query):
        yield AuditRow(**row._mapping)  # noqa: SLF001 - its public name


def hash_of(row: AuditRow) -> str:
    """Return the SHA-256 over all other fields of a row."""
    return fingerprint(
        {
            "number": row.number,
            "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "who": row.who,
            "what": row.what,
            "subject": [row.subject_kind, row.subject_id],
            "why": row.why,
            "detail": row.detail,
            "before_hash": row.before_hash,
        }
    )


def fingerprint(document: object) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def broken_links(connection: sa.Connection) -> list[str]:
    """Return a plain sentence for every break of the chain; empty if it is whole."""
    broken: list[str] = []
    number, before_hash = 0, ""
    try:
        for row in rows(connection):
            number += 1
            if row.number != number:
                broken.append(_("Audit entry {number} is missing.").format(number=number))
                number = row.number
            elif row.before_hash != before_hash:
                broken.append(
                    _("Audit entry {number} does not follow the one before it.").format(
                        number=number
                    )
                )
            if hash_of(row) != row.hash:
                broken.append(
                    _("Audit entry {number} was altered after it was written.").format(
                        number=number
                    )
                )
            before_hash = row.hash
    except ValueError:  # its time cannot be parsed
        return [
            *broken,
            _("Audit entry {number} was altered and cannot be read.").format(number=number + 1),
        ]
    return broken + _end_problems(connection, number, before_hash)


def _end_problems(connection: sa.Connection, number: int, last_hash: str) -> list[str]:
    """Compare the last row with the recorded head."""
    head = connection.execute(sa.select(tables.audit_head)).one_or_none()
    if head is None:
        return [_("The note of the last audit entry is missing.")]
    if head.number > number:
        missing = head.number - number
        return [
            ngettext(
                "The last audit entry, {number}, is missing.",
                "The last {missing} audit entries are missing.",
                missing,
            ).format(number=head.number, missing=missing)
        ]
    if (head.number, head.hash) != (number, last_hash):
        return [_("The last audit entry is not the one that was written last.")]
    return []


def missing_guards(connection: sa.Connection) -> list[str]:
    """Return a sentence if triggers that refuse changes are missing."""
    query, guards = _GUARDS[connection.dialect.name]
    if guards <= set(connection.execute(sa.text(query)).scalars()):
        return []
    return [_("The database no longer refuses changes of the audit trail: its triggers are gone.")]


_GUARDS: Final[dict[str, tuple[str, frozenset[Any]]]] = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
        frozenset({"audit_no_update", "audit_no_delete", "audit_no_replace"}),
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND tgenabled <> 'D'",
        frozenset({"audit_no_change", "audit_no_truncate"}),
    ),
}


def altered_analyses(connection: sa.Connection) -> Iterator[str]:
    """Yield a sentence for every analysis that differs from what the trail says of it."""
    expected: dict[str, JsonObject] = {}
    for row in rows(connection):
        _replay(expected, row)
    columns = tables.analyses.c
    query = sa.select(columns.id, columns.automatic, columns.corrected, columns.signed_by)
    for stored in connection.execution_options(yield_per=100).execute(query):
        recorded = expected.pop(stored.id, None)
        if recorded is None:
            yield _("Analysis {id} is in the records, but the audit does not know it.").format(
                id=stored.id
            )
            continue
        if recorded["automatic"] != fingerprint(stored.automatic):
            yield _("Analysis {id}: the automatic result was altered.").format(id=stored.id)
        corrected = None if stored.corrected is None else fingerprint(stored.corrected)
        if recorded["corrected"] != corrected:
            yield _("Analysis {id}: the corrected result is not the one that was recorded.").format(
                id=stored.id
            )
        if recorded["signed_by"] != stored.signed_by:
            yield _("Analysis {id}: the sign-off is not the one that was recorded.").format(
                id=stored.id
            )
    for missing in expected:
        yield _("Analysis {missing} is missing from the records, though nobody erased it.").format(
            missing=missing
        )


def _replay(expected: dict[str, JsonObject], row: AuditRow) -> None:
    """Apply one audit row to the expected state of the analyses, by id."""
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
