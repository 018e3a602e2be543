"""Hashes of the columns of records, by which the audit trail fixes what each row holds.

The trail is never erased, so it must not reveal what a row held. Each hash therefore covers a
random salt, which is stored apart and deleted together with its row.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv.store import tables

HASHED: Final = {
    table.name: table
    for table in (
        tables.patients, tables.visits, tables.clips, tables.analyses, tables.corrections,
        tables.notes,
    )
}  # fmt: skip
"""The tables whose rows the trail fixes, by name; parents come before what refers to them."""

_SALT_BYTES: Final = 16
_HASH_LENGTH: Final = 32  # hexadecimal digits: 128 bits

ColumnHashes = dict[str, str]
"""Hashes of the columns of one row, by the name of the column."""


def salt_of(connection: sa.Connection, row_id: str) -> str:
    """Return the salt of a row, which gets one if it has none."""
    query = sa.select(tables.salts.c.salt).where(tables.salts.c.id == row_id)
    salt = connection.execute(query).scalar()
    return str(salt) if salt is not None else new_salt(connection, row_id)


def new_salt(connection: sa.Connection, row_id: str) -> str:
    """Give a row another salt, and return it; what was hashed with the earlier one is sealed."""
    delete_salts(connection, [row_id])
    salt = secrets.token_hex(_SALT_BYTES)
    connection.execute(sa.insert(tables.salts).values(id=row_id, salt=salt))
    return salt


def delete_salts(connection: sa.Connection, row_ids: Sequence[str]) -> None:
    """Delete the salts of rows."""
    connection.execute(sa.delete(tables.salts).where(tables.salts.c.id.in_(row_ids)))


def hash_columns(salt: str, table: sa.Table, values: Mapping[str, Any]) -> ColumnHashes:
    """Return the hash of each value; columns the table does not have are left out."""
    return {
        name: _hash(salt, name, plain(table.c[name], value))
        for name, value in values.items()
        if name in table.c
    }


def plain(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401 - a value of any column
    """Return a column's value as JSON; a document as the text that is stored."""
    if isinstance(column.type, tables.Json) and not isinstance(value, str | None):
        return column.type.text_of(value)
    if isinstance(column.type, sa.Float) and isinstance(value, int):
        return float(value)  # as the database returns it
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def stored_rows(
    connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    """Yield rows by id: documents as the text that is stored, and so a time that is no time.

    Tables and columns that an earlier version does not have are left out.
    """
    if not sa.inspect(connection).has_table(table.name):
        return
    present = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    sqlite = connection.dialect.name == "sqlite"
    query = sa.select(
        *(
            sa.type_coerce(column, sa.Text).label(column.name)
            if isinstance(column.type, tables.Json) or (sqlite and _is_time(column))
            else column
            for column in table.c
            if column.name in present
        )
    )
    ordered = query.where(*where).order_by(table.c.id).execution_options(yield_per=100)
    for row in connection.execute(ordered).mappings():
        yield {name: _parsed(table.c[name], value) for name, value in row.items()}


def _is_time(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.Date | tables.UtcTime)


def _parsed(column: sa.Column[Any], value: Any) -> Any:  # noqa: ANN401 - a value of any column
    """Return a day or time from its text; any other value, and text that is neither, as it is."""
    if not (_is_time(column) and isinstance(value, str)):
        return value
    try:
        if isinstance(column.type, sa.Date):
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        return value


def _hash(salt: str, name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    text = json.dumps([salt, name, value], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_HASH_LENGTH]
