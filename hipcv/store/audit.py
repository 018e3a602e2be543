"""The audit trail: who did what, when and why. Rows are only ever added.

Triggers of the database refuse to alter or delete a row. A chain of hashes reveals a change made
past them: each row's hash covers its content and the hash of the row before.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

import sqlalchemy as sa

from hipcv.core.errors import BadRequest
from hipcv.language import _, ngettext
from hipcv.result_schema import fingerprint
from hipcv.store import reasons, tables
from hipcv.store.models import AuditRow

_HEAD: Final = 1  # the id of the one row of `audit_head`


ANCHOR_DIGITS: Final = 16
"""Fewest digits of the hash by which an anchor may be checked."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Number and hash of an audit row: it fixes this row and every earlier one.

    It is printed in signed reports, so that a trail that was replaced as a whole is found too.
    """

    number: int
    hash: str  # 64 hexadecimal digits, or the first of them

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the anchor of a printed text, in which there may be spaces.

        Raises:
            BadRequest: it is none, or too short to mean one row alone.
        """
        pattern = rf"([1-9][0-9]{{0,17}}):([0-9a-f]{{{ANCHOR_DIGITS},64}})"
        match = re.fullmatch(pattern, "".join(text.split()).lower())
        if match is None:
            raise BadRequest(
                _(
                    "{anchor}: not the anchor of a report. Give its number, a colon, and at least "
                    "the first {digits} digits and letters of the hash."
                ).format(anchor=text, digits=ANCHOR_DIGITS)
            )
        return cls(int(match[1]), match[2])


def lock_head(connection: sa.Connection) -> None:
    """Wait for every other writer; to be called first in a transaction that writes."""
    head = sa.select(tables.audit_head.c.number).where(tables.audit_head.c.id == _HEAD)
    connection.execute(head.with_for_update())


def append(connection: sa.Connection, who: str, /, **fields: Any) -> None:  # noqa: ANN401
    """Add one row, within the transaction of the change it records; its reason lies apart.

    Args:
        connection: the transaction.
        who: the actor.
        fields: what, subject_kind, subject_id, why and detail of `AuditRow`.
    """
    head = connection.execute(sa.select(tables.audit_head)).one()
    if why := fields.pop("why"):
        why_hash = reasons.store(connection, head.number + 1, why)
        fields["detail"] = {**fields["detail"], reasons.HASH: why_hash}
    row = AuditRow(
        number=head.number + 1,
        at=datetime.now(UTC),
        who=who,
        before_hash=head.hash,
        hash="",
        why="",
        **fields,
    )
    row = replace(row, hash=hash_of(row))
    connection.execute(sa.insert(tables.audit).values(asdict(row)))
    connection.execute(sa.update(tables.audit_head).values(number=row.number, hash=row.hash))


def rows(connection: sa.Connection, subject_id: str | None = None) -> Iterator[AuditRow]:
    """Yield rows in their order, without the reasons that lie apart; all, or of one subject."""
    query = sa.select(tables.audit).order_by(tables.audit.c.number)
    if subject_id is not None:
        query = query.where(tables.audit.c.subject_id == subject_id)
    for row in connection.execution_options(yield_per=500).execute(query):
        yield AuditRow(**row._mapping)  # noqa: SLF001 - its public name


def page(
    connection: sa.Connection, subject_id: str | None, *, before: int | None, length: int
) -> list[AuditRow]:
    """Return the last rows before the one with this number, in their order; as `rows`."""
    number = tables.audit.c.number
    query = sa.select(tables.audit).order_by(number.desc()).limit(length)
    if before is not None:
        query = query.where(number < before)
    if subject_id is not None:
        query = query.where(tables.audit.c.subject_id == subject_id)
    found = [AuditRow(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - public
    return found[::-1]


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


def head(connection: sa.Connection) -> Anchor:
    """Return the last row's number and hash."""
    row = connection.execute(sa.select(tables.audit_head)).one()
    return Anchor(row.number, row.hash)


def check_anchor(connection: sa.Connection, anchor: Anchor) -> str:
    """Return a sentence on what is wrong with an anchor; "" where the trail holds its row."""
    column = tables.audit.c
    query = sa.select(column.hash).where(column.number == anchor.number)
    found = connection.execute(query).scalar()
    if found is None:
        return _("The audit trail has no entry {number}: it was shortened or replaced.").format(
            number=anchor.number
        )
    if not str(found).startswith(anchor.hash):
        return _("Entry {number} of the audit trail is not the one of the anchor.").format(
            number=anchor.number
        )
    return ""
