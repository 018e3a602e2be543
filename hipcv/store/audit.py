"""The audit trail: who did what, when and why. Rows are only ever added.

Triggers of the database refuse to alter or delete a row. Should someone get past them, the chain
of hashes shows it: each row's hash covers its content and the hash of the row before.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv.store import tables
from hipcv.store.models import AuditRow, JsonObject

_HEAD: Final = 1  # the id of the one row of `audit_head`


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written down; number, time and hashes come with the writing."""

    who: str
    what: str
    subject_kind: str
    subject_id: str
    why: str
    detail: JsonObject


def hold(connection: sa.Connection) -> None:
    """Wait for every other writer; call it first in a transaction that writes."""
    head = sa.select(tables.audit_head.c.number).where(tables.audit_head.c.id == _HEAD)
    connection.execute(head.with_for_update())


def append(connection: sa.Connection, note: Note) -> AuditRow:
    """Write one row, within the transaction of what it tells about."""
    head = connection.execute(sa.select(tables.audit_head)).one()
    row = AuditRow(
        number=head.number + 1,
        at=datetime.now(UTC),
        who=note.who,
        what=note.what,
        subject_kind=note.subject_kind,
        subject_id=note.subject_id,
        why=note.why,
        detail=note.detail,
        before_hash=head.hash,
        hash="",
    )
    row = replace(row, hash=hash_of(row))
    connection.execute(sa.insert(tables.audit).values(asdict(row)))
    connection.execute(sa.update(tables.audit_head).values(number=row.number, hash=row.hash))
    return row


def rows(connection: sa.Connection, subject_id: str | None = None) -> Iterator[AuditRow]:
    """Rows in their order; of everything, or of one subject."""
    wanted = sa.select(tables.audit).order_by(tables.audit.c.number)
    if subject_id is not None:
        wanted = wanted.where(tables.audit.c.subject_id == subject_id)
    for row in connection.execution_options(yield_per=500).execute(wanted):
        yield AuditRow(**row._mapping)  # noqa: SLF001 - its public name


def hash_of(row: AuditRow) -> str:
    """The hash a row must have: SHA-256 over everything else it says."""
    said = {
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": row.who,
        "what": row.what,
        "subject": [row.subject_kind, row.subject_id],
        "why": row.why,
        "detail": row.detail,
        "before_hash": row.before_hash,
    }
    return fingerprint(said)


def fingerprint(document: object) -> str:
    """SHA-256 of the one way a document can be written as JSON."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def broken_links(connection: sa.Connection) -> list[str]:
    """Where the chain is broken, in plain sentences; nothing where it is whole."""
    broken: list[str] = []
    number, before_hash = 0, ""
    try:
        for row in rows(connection):
            number += 1
            if row.number != number:
                broken.append(f"Audit entry {number} is missing.")
                number = row.number
            elif row.before_hash != before_hash:
                broken.append(f"Audit entry {number} does not follow the one before it.")
            if hash_of(row) != row.hash:
                broken.append(f"Audit entry {number} was altered after it was written.")
            before_hash = row.hash
    except ValueError:  # its time is none
        return [*broken, f"Audit entry {number + 1} was altered and cannot be read."]
    return broken + _end(connection, number, before_hash)


def _end(connection: sa.Connection, number: int, last_hash: str) -> list[str]:
    """Whether the last row is the one that was written last."""
    head = connection.execute(sa.select(tables.audit_head)).one_or_none()
    if head is None:
        return ["The note of the last audit entry is missing."]
    if head.number > number:
        missing = head.number - number
        return [f"The last {missing} audit entries are missing." if missing > 1
                else f"The last audit entry, {head.number}, is missing."]  # fmt: skip
    if (head.number, head.hash) != (number, last_hash):
        return ["The last audit entry is not the one that was written last."]
    return []


def missing_guards(connection: sa.Connection) -> list[str]:
    """Whether the triggers that refuse changes still stand."""
    asked, guards = _GUARDS[connection.dialect.name]
    standing = set(connection.execute(sa.text(asked)).scalars())
    if guards <= standing:
        return []
    return ["The database no longer refuses changes of the audit trail: its triggers are gone."]


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
