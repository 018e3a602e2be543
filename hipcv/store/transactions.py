"""Transactions over the records: every write is audited in the same transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from hipcv.core.errors import BadRequest, NotFound, Stale
from hipcv.core.text import LINE_BREAKS, mask, refuse_unsafe
from hipcv.language import N_, Translated, _
from hipcv.store import audit, database, row_hashes, tables
from hipcv.store.models import Analysis, JsonObject, Note

MASK: Final = "[patient]"
"""Replaces a typed pseudonym in the audit trail, which is never erased."""

_DOCUMENTS: Final = {"before", "after"}  # details that people sent, with free text in them
_NOT_FOUND: Final = Translated(
    {
        "Patient": N_("No patient with the id {id} in the records."),
        "Visit": N_("No visit with the id {id} in the records."),
        "Clip": N_("No clip with the id {id} in the records."),
        "Analysis": N_("No analysis with the id {id} in the records."),
        "Note": N_("No note with the id {id} in the records."),
    }
)
"""By the name of the record's type."""

_STALE: Final = Translated(
    {
        "Analysis": N_(
            "Somebody else changed this analysis in the meantime. Look at it as it "
            "is now, and make your change again if it is still needed."
        ),
        "Note": N_(
            "Somebody else changed this note in the meantime. Read it as it is now, and "
            "change it again if that is still needed."
        ),
        "Answers": N_(
            "Somebody else changed these answers in the meantime. Read them as they are now, and "
            "change them again if that is still needed."
        ),
    }
)
"""By the name of the record's type."""

_WHO_LENGTH: Final = 80
_TEXT_LENGTH: Final = 20_000

Record = TypeVar("Record")
Versioned = TypeVar("Versioned", Analysis, Note)


@dataclass(frozen=True, slots=True)
class WriteTransaction:
    """One transaction that writes, for one actor and one reason.

    Rows are added, changed and deleted by these methods alone: the audit row fixes by hashes what
    each of them holds afterwards.
    """

    connection: sa.Connection
    by: str
    why: str
    entries: list[JsonObject] = field(default_factory=list)  # arguments of `audit.append`
    changed: dict[str, dict[str, row_hashes.ColumnHashes | None]] = field(default_factory=dict)
    """By table and id; None: deleted."""

    def audit(self, what: str, kind: str, subject_id: str, /, **detail: Any) -> None:  # noqa: ANN401
        """Append to the audit trail, with pseudonyms masked in `why`, `before` and `after`."""
        for name in _DOCUMENTS & set(detail):
            detail[name] = _mask_pseudonyms(detail[name], self._pseudonyms)
        self.entries.append(
            {
                "what": what,
                "subject_kind": kind,
                "subject_id": subject_id,
                "why": _mask_pseudonyms(self.why, self._pseudonyms),
                "detail": detail,
            }
        )

    def insert(self, table: sa.Table, row: JsonObject) -> None:
        """Add a row."""
        self.connection.execute(sa.insert(table).values(row))
        self._note(table, row["id"], row)

    def update(self, table: sa.Table, subject_id: str, **fields: Any) -> None:  # noqa: ANN401
        """Change the row with this id."""
        self.connection.execute(sa.update(table).where(table.c.id == subject_id).values(fields))
        self._note(table, subject_id, fields)

    def delete(self, table: sa.Table, ids: Sequence[str]) -> None:
        """Delete rows together with the salts of their hashes."""
        self.connection.execute(sa.delete(table).where(table.c.id.in_(ids)))
        row_hashes.delete_salts(self.connection, ids)
        for row_id in ids:
            self.changed.setdefault(table.name, {})[row_id] = None

    def reseal(self, table: sa.Table, subject_id: str) -> None:
        """Hash a whole row with another salt, so that earlier hashes no longer reveal anything."""
        row_hashes.new_salt(self.connection, subject_id)
        for row in row_hashes.stored_rows(self.connection, table, table.c.id == subject_id):
            self._note(table, subject_id, row)

    def finish(self) -> None:
        """Write the audit rows; the last one fixes every row that was changed."""
        if self.changed:
            if not self.entries:
                raise RuntimeError("records were changed without an audit row")
            self.entries[-1]["detail"]["rows"] = self.changed
        for entry in self.entries:
            audit.append(self.connection, self.by, **entry)

    def _note(self, table: sa.Table, subject_id: str, values: JsonObject) -> None:
        salt = row_hashes.salt_of(self.connection, subject_id)
        hashes = self.changed.setdefault(table.name, {}).setdefault(subject_id, {})
        if hashes is not None:
            hashes.update(row_hashes.hash_columns(salt, table, values))

    def _pseudonyms(self) -> list[str]:
        not_erased = tables.patients.c.erased_at.is_(None)
        query = sa.select(tables.patients.c.pseudonym).where(not_erased)
        return list(self.connection.execute(query).scalars())


class Transactions:
    """A database with its read and write transactions."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with database.translate_errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _write(self, by: str, why: str) -> Iterator[WriteTransaction]:
        who = validated_text("by", by, _WHO_LENGTH).strip()
        if not who:
            raise BadRequest(_("Say who makes this change: initials will do."))
        reason = validated_text("why", why, _TEXT_LENGTH).strip()
        with database.translate_errors(), database.write(self._engine) as connection:
            audit.lock_head(connection)
            transaction = WriteTransaction(connection, who, reason)
            yield transaction
            transaction.finish()


def fetch(connection: sa.Connection, record: type[Record], query: sa.Select[Any]) -> list[Record]:
    """Return the rows of a query as values of a record type."""
    return [record(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - public


def fetch_one(
    connection: sa.Connection, record: type[Record], table: sa.Table, subject_id: str
) -> Record:
    """Return the row with this id.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(table).where(table.c.id == subject_id)
    rows = fetch(connection, record, query) if _is_storable(subject_id) else []
    if not rows:
        raise NotFound(_NOT_FOUND[record.__name__].format(id=subject_id))
    return rows[0]


def fetch_unchanged(
    connection: sa.Connection,
    record: type[Versioned],
    table: sa.Table,
    subject_id: str,
    *,
    version: int,
) -> Versioned:
    """Return the row with this id in the version that was shown.

    Raises:
        NotFound: there is none.
        Stale: it was changed by another user since.
    """
    found = fetch_one(connection, record, table, subject_id)
    if found.version != version:
        raise stale(record)
    return found


def stale(changed: type) -> Stale:
    """Return the error of a change to what another user changed since it was shown."""
    return Stale(_STALE[changed.__name__])


def validated_text(name: str, text: object, limit: int = _TEXT_LENGTH) -> str:
    """Return the text if every database can store it.

    Raises:
        BadRequest: it is no string, too long, or has unsafe signs.
    """
    if not isinstance(text, str):
        raise BadRequest(_("{name}: expected a text.").format(name=name))
    if len(text) > limit:
        raise BadRequest(
            _("{name}: longer than {limit} characters.").format(name=name, limit=limit)
        )
    return refuse_unsafe(name, text, LINE_BREAKS)


def _is_storable(text: str) -> bool:
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text


def _mask_pseudonyms(value: Any, pseudonyms: Callable[[], list[str]]) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value with every pseudonym masked in its strings; keys are left."""
    if isinstance(value, dict):
        return {key: _mask_pseudonyms(item, pseudonyms) for key, item in value.items()}
    if isinstance(value, list):
        return [_mask_pseudonyms(item, pseudonyms) for item in value]
    if not isinstance(value, str) or not value:
        return value
    for pseudonym in sorted(pseudonyms(), key=len, reverse=True):
        value = mask(value, pseudonym, MASK)
    return value
