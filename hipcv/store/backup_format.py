"""Format of a backup: a ZIP file with the rows of every table, all stored files, and a manifest.

Rows are JSON lines, one file for each table, so that records of SQLite can be restored into
Postgres and the other way round. The manifest is the last entry; it names every other one with its
SHA-256, and has a checksum of its own.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Self

import sqlalchemy as sa

from hipcv.core.errors import UnreadableBackup
from hipcv.language import N_, _
from hipcv.result_schema import CHECKSUM, fingerprint
from hipcv.store import row_hashes, tables
from hipcv.store.files import ANALYSES, CLIPS, PINS
from hipcv.store.models import JsonObject

SCHEMA: Final = "hipcv.backup/1"
MANIFEST: Final = "manifest.json"
RECORDS: Final = "records"

TABLES: Final = tuple(
    table for table in tables.metadata.sorted_tables if table is not tables.leftovers
)
"""Tables of a backup, parents first; the others are about files that a backup does not hold."""

_UUID: Final = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PART: Final = r"(?!\.)[^/\\:\x00-\x1f]{1,200}"  # of a path; none begins with a dot
_NAMES: Final = re.compile(
    rf"{re.escape(PINS)}|{RECORDS}/[a-z_]{{1,40}}\.jsonl"
    rf"|{CLIPS}/[0-9a-f]{{2}}/[0-9a-f]{{64}}(\.[a-z0-9]{{1,15}}|\.session\.json)?"
    rf"|{ANALYSES}/{_UUID}(/{_PART}){{1,4}}"
)
"""Names of entries other than the manifest: no name leads out of the data folder."""

ROWS_AT_ONCE: Final = 500

ALTERED: Final = N_(
    "{name}: this backup is damaged or was altered ({entry}). Use another copy of it."
)
FOREIGN: Final = N_("{name}: this is not a whole backup of a desk. Use another copy of it.")

Progress = Callable[[float], None]
"""Takes the share that is done, 0..1."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Content of a backup."""

    version: str  # of hipcv
    revision: str  # of the tables
    made_at: str  # ISO 8601, UTC
    anchor: str  # of the audit trail
    entries: Mapping[str, Entry]  # by name

    def to_json(self) -> str:
        """Return the manifest as JSON, with its checksum."""
        document = {"schema": SCHEMA, **asdict(self)}
        return json.dumps(document | {CHECKSUM: fingerprint(document)}, indent=1)

    @classmethod
    def parse(cls, text: bytes, name: str) -> Self:
        """Return the manifest of a backup with this file name.

        Raises:
            UnreadableBackup: it is none, of a later version, damaged, or names what may not be in a
                backup.
        """
        document = _parsed(text, name)
        if document.get("schema") != SCHEMA:
            text_ = _("{name}: this backup was made by another hipcv. Restore it with that one.")
            raise UnreadableBackup(text_.format(name=name))
        checksum = document.pop(CHECKSUM, None)
        if checksum != fingerprint(document):
            raise altered(name, MANIFEST)
        del document["schema"]
        try:
            named = {key: Entry(**value) for key, value in document.pop("entries").items()}
            manifest = cls(**document, entries=named)
        except (KeyError, TypeError, AttributeError) as error:
            raise altered(name, MANIFEST) from error
        for entry in named:
            if not is_entry_name(entry):
                raise altered(name, entry)
        return manifest


def is_entry_name(name: str) -> bool:
    """Return True where an entry may have a name: that of rows or of a file of the data folder."""
    return _NAMES.fullmatch(name) is not None


def altered(name: str, entry: str) -> UnreadableBackup:
    """Return the error on an entry of a backup that is not as it was written."""
    return UnreadableBackup(_(ALTERED).format(name=name, entry=entry))


def rows_name(table: sa.Table) -> str:
    """Return the name of the entry with the rows of a table."""
    return f"{RECORDS}/{table.name}.jsonl"


def dump_rows(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Yield the rows of a table as lines of JSON, by their keys."""
    stored = _stored(table)
    query = sa.select(stored).order_by(*(stored.c[key.name] for key in table.primary_key))
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
        values = {name: row_hashes.plain(stored.c[name], value) for name, value in row.items()}
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def load_rows(connection: sa.Connection, table: sa.Table, lines: Iterable[bytes]) -> None:
    """Add rows from lines of JSON.

    Raises:
        ValueError, TypeError, KeyError, sqlalchemy.exc.SQLAlchemyError: they are not of the table.
    """
    stored, rows = _stored(table), list[JsonObject]()
    for line in lines:
        values = json.loads(line)
        rows.append({name: _value(stored.c[name], value) for name, value in values.items()})
        if len(rows) >= ROWS_AT_ONCE:
            connection.execute(sa.insert(stored), rows)
            rows.clear()
    if rows:
        connection.execute(sa.insert(stored), rows)


def _stored(table: sa.Table) -> sa.TableClause:
    """Return the table with its documents as the text that is stored."""
    return sa.table(
        table.name,
        *(
            sa.column(one.name, sa.Text() if isinstance(one.type, tables.Json) else one.type)
            for one in table.c
        ),
    )


def _value(column: Any, value: Any) -> Any:  # noqa: ANN401 - a value of any column
    if value is None:
        return None
    if isinstance(column.type, tables.UtcTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value


def _parsed(text: bytes, name: str) -> JsonObject:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise altered(name, MANIFEST) from error
    if not isinstance(document, dict):
        raise altered(name, MANIFEST)
    return document
