"""Reasons that people typed for changes, apart from the audit trail, so that they can be erased.

The trail itself, which is never erased, holds a salted hash of each: the salt goes with the reason.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from hipcv.language import _
from hipcv.store import tables
from hipcv.store.models import AuditRow

HASH: Final = "why_hash"
"""Detail of an audit row: the hash of its reason."""

ERASED: Final = "reasons"
"""Detail of an erasure: the numbers of the audit rows whose reasons it deleted."""

_PARENTS: Final = {"add_visit": "patient", "delete_clip": "visit", "add_analysis": "clip"}
"""The detail that names what a subject belongs to, by the action of the audit row."""

_SALT_BYTES: Final = 16


def store(connection: sa.Connection, number: int, why: str) -> str:
    """Store the reason of the audit row with this number, and return its hash."""
    salt = secrets.token_hex(_SALT_BYTES)
    connection.execute(sa.insert(tables.reasons).values(number=number, salt=salt, why=why))
    return _hash(salt, why)


def erase_with_parts(connection: sa.Connection, subject_ids: Collection[str]) -> list[int]:
    """Erase as `erase`, also of all that ever belonged to these subjects, deleted or not."""
    columns = tables.audit.c
    query = sa.select(columns.subject_id, columns.what, columns.detail)
    rows = connection.execute(query.where(columns.what.in_(_PARENTS)))
    parents = {row.subject_id: row.detail.get(_PARENTS[row.what]) for row in rows}
    found = set(subject_ids)
    for _level in _PARENTS:
        found |= {part for part, parent in parents.items() if parent in found}
    return erase(connection, found)


def erase(connection: sa.Connection, subject_ids: Collection[str]) -> list[int]:
    """Delete the reasons of all changes of these subjects, and return the audit rows' numbers."""
    number = tables.reasons.c.number
    of_subjects = sa.select(tables.audit.c.number).where(tables.audit.c.subject_id.in_(subject_ids))
    numbers = list(connection.execute(sa.select(number).where(number.in_(of_subjects))).scalars())
    connection.execute(sa.delete(tables.reasons).where(number.in_(numbers)))
    return sorted(numbers)


def restored(
    connection: sa.Connection, rows: Iterable[AuditRow], numbers: tuple[int, int] | None = None
) -> Iterator[AuditRow]:
    """Yield audit rows with their reasons; without those that were erased.

    `numbers` are those of the first and the last row, where not all are wanted.
    """
    stored = _stored(connection, numbers)
    reasons = {number: why for number, (_salt, why) in stored.items()}
    for row in rows:
        yield replace(row, why=reasons.get(row.number, row.why))


def altered(connection: sa.Connection, rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield a sentence for every reason that is not as the trail fixes it."""
    stored, hashes, erased = _stored(connection), dict[int, str](), set[int]()
    for row in rows:
        if HASH in row.detail:
            hashes[row.number] = row.detail[HASH]
        erased.update(row.detail.get(ERASED, ()))
    for number in sorted(hashes.keys() | stored.keys()):
        if number not in stored and number not in erased:
            text = _("The reason of audit entry {number} is missing, though nobody erased it.")
            yield text.format(number=number)
        elif number in stored and _hash(*stored[number]) != hashes.get(number):
            text = _("The reason of audit entry {number} is not as the audit recorded it.")
            yield text.format(number=number)


def _stored(
    connection: sa.Connection, numbers: tuple[int, int] | None = None
) -> dict[int, tuple[str, str]]:
    """Return salt and reason by number; none from tables of an earlier version."""
    if not sa.inspect(connection).has_table(tables.reasons.name):
        return {}
    query = sa.select(tables.reasons)
    if numbers is not None:
        query = query.where(tables.reasons.c.number.between(*numbers))
    rows = connection.execute(query)
    return {row.number: (row.salt, row.why) for row in rows}


def _hash(salt: str, why: str) -> str:
    return hashlib.sha256(f"{salt} {why}".encode()).hexdigest()
