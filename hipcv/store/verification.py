"""Comparison of the records with what the audit trail implies of them."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from hipcv import language
from hipcv.language import N_, Translated
from hipcv.result_schema import fingerprint, without_checksum
from hipcv.store import audit, row_hashes, tables
from hipcv.store.replay import (
    ORIGIN,
    SAME_EVENT,
    Document,
    Expected,
    Hashed,
    Near,
    Row,
    correction_key,
    replay,
)

COMPARED: Final = (
    N_("each entry of the audit trail with its hash, and with the entry before it"),
    N_("the reason of each entry with its hash, unless it was erased with its patient"),
    N_("the triggers of the database that refuse changes of the trail, with those hipcv made"),
    N_(
        "every patient, visit, clip, analysis, correction and note, every time and every "
        "signature, with what the trail says; where an earlier version recorded them, as far as "
        "the trail says it"
    ),
    N_("the numbers that the lists of clips and patients show, with the results themselves"),
)
"""Comparisons that `Records.verify_audit` makes."""

NOT_CHECKED: Final = N_(
    "Whoever can write to the database could write a new trail for altered records. The anchor in "
    "a signed report finds that, for everything up to that report."
)

_ALTERED: Final = Translated(
    {
        "patients": N_("Patient {id} is not as the audit recorded it: {columns}."),
        "visits": N_("Visit {id} is not as the audit recorded it: {columns}."),
        "clips": N_("Clip {id} is not as the audit recorded it: {columns}."),
        "analyses": N_("Analysis {id} is not as the audit recorded it: {columns}."),
        "corrections": N_("Correction {id} is not as the audit recorded it: {columns}."),
        "notes": N_("Note {id} is not as the audit recorded it: {columns}."),
    }
)
_ADDED: Final = Translated(
    {
        "patients": N_("Patient {id} is in the records, but the audit does not know it."),
        "visits": N_("Visit {id} is in the records, but the audit does not know it."),
        "clips": N_("Clip {id} is in the records, but the audit does not know it."),
        "analyses": N_("Analysis {id} is in the records, but the audit does not know it."),
        "corrections": N_("Correction {id} is in the records, but the audit does not know it."),
        "notes": N_("Note {id} is in the records, but the audit does not know it."),
    }
)
_MISSING: Final = Translated(
    {
        "patients": N_("Patient {id} is missing from the records, though nobody erased them."),
        "visits": N_("Visit {id} is missing from the records, though nobody erased it."),
        "clips": N_("Clip {id} is missing from the records, though nobody erased it."),
        "analyses": N_("Analysis {id} is missing from the records, though nobody erased it."),
        "corrections": N_("Correction {id} is missing from the records, though nobody erased it."),
        "notes": N_("Note {id} is missing from the records, though nobody erased it."),
    }
)
"""Sentences by the name of the table."""

COLUMNS: Final = Translated(
    {
        "pseudonym": N_("pseudonym"),
        "notes": N_("notes"),
        "consent_on": N_("day of consent"),
        "keep_until": N_("day until which it is stored"),
        "erased_at": N_("time of erasure"),
        "age_years": N_("age"),
        "age_noted_on": N_("day on which the age was noted"),
        "sex": N_("sex"),
        "patient_id": N_("patient"),
        "on": N_("day of the visit"),
        "visit_id": N_("visit"),
        "sha256": N_("hash of the recording"),
        "name": N_("name of the file"),
        "suffix": N_("suffix of the file"),
        "size_bytes": N_("size of the file"),
        "mirrored": N_("mirrored or not"),
        "external": N_("external rotation asked for or not"),
        "side": N_("side"),
        "start_s": N_("seconds left out at the beginning"),
        "duration_s": N_("declared length"),
        "state": N_("state"),
        "said": N_("explanation of the state"),
        "added_at": N_("time at which it was added"),
        "analysis_id": N_("analysis"),
        "answers": N_("answers after the test"),
        "clip_id": N_("clip"),
        "method": N_("method"),
        "version": N_("version"),
        "automatic": N_("automatic result"),
        "corrected": N_("corrected result"),
        "signed_by": N_("name in the sign-off"),
        "signed_at": N_("time of the sign-off"),
        "made_at": N_("time of the analysis"),
        "amended": N_("amended or not"),
        "number": N_("number"),
        "kind": N_("kind"),
        "rep": N_("repetition"),
        "before": N_("value before"),
        "after": N_("value after"),
        "why": N_("reason"),
        "by": N_("person"),
        "at": N_("time"),
        "withdrawn": N_("withdrawn or not"),
        "text": N_("text"),
        "payload": N_("reading"),
        "added_by": N_("author"),
        "changed_by": N_("author of the last change"),
        "changed_at": N_("time of the last change"),
    }
)
"""Words for the columns in which a row differs; others go by their own name."""


def altered_rows(connection: sa.Connection) -> Iterator[str]:
    """Yield a sentence for every row that was altered, added or deleted behind the trail."""
    expected = replay(audit.rows(connection))
    salts: dict[str, str] = {}
    if sa.inspect(connection).has_table(tables.salts.name):  # not in tables of an earlier version
        salts = {row.id: row.salt for row in connection.execute(sa.select(tables.salts))}
    for table in row_hashes.HASHED.values():
        yield from _altered_rows_of(connection, table, expected, salts)


def _altered_rows_of(
    connection: sa.Connection, table: sa.Table, expected: Expected, salts: Mapping[str, str]
) -> Iterator[str]:
    rows = expected[table.name]
    for stored in row_hashes.stored_rows(connection, table):
        row_id = stored["id"]
        implied = _implied(rows, table, stored)
        if implied is None:
            yield _ADDED[table.name].format(id=row_id)
            continue
        salt = salts.get(row_id, "")
        differing = [
            COLUMNS.get(column, column)
            for column, value in implied.items()
            if column in stored and not _agrees(table.c[column], stored[column], value, salt)
        ]
        if differing:
            columns = language.join(differing)
            yield _ALTERED[table.name].format(id=row_id, columns=columns)
    for row_id in rows:
        yield _MISSING[table.name].format(id=row_id)


def _implied(rows: dict[str, Row], table: sa.Table, stored: Row) -> Row | None:
    """Take what is implied of a stored row out of `rows`; None: nothing is."""
    hashed = rows.pop(stored["id"], None)
    if table is not tables.corrections:
        return hashed
    earlier = rows.pop(correction_key(stored["analysis_id"], stored["number"]), None)
    if earlier is None and ORIGIN not in (hashed or {}):
        return None
    return {**(earlier or {}), **(hashed or {})}


def _agrees(column: sa.Column[Any], stored: Any, implied: Any, salt: str) -> bool:  # noqa: ANN401
    """Return True if a stored value is the one that the trail implies."""
    if isinstance(implied, Hashed):
        hashes = row_hashes.hash_columns(salt, column.table, {column.name: stored})
        return hashes[column.name] == implied.hash
    if isinstance(implied, Document):
        return stored is not None and _fingerprint(stored) == implied.fingerprint
    if isinstance(implied, Near):
        return isinstance(stored, datetime) and abs(stored - implied.at) <= SAME_EVENT
    return bool(row_hashes.plain(column, stored) == implied)


def _fingerprint(text: str) -> str:
    """Return the fingerprint of a stored document, as the trail has it; "" where it is no JSON."""
    try:
        document = json.loads(text)
        if isinstance(document, dict):
            document = without_checksum(document)  # earlier versions did not store it
        return fingerprint(document)
    except ValueError:
        return ""
