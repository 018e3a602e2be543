"""Triggers that refuse changes of the audit trail, compared with those a migration made."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from hipcv.language import _
from hipcv.store import tables
from hipcv.store.migrations.versions.v0001_first import POSTGRES_GUARDS, SQLITE_GUARDS

_SQLITE: Final = sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")

_POSTGRES: Final = sa.text(
    "SELECT t.tgname AS name, c.relname AS tbl_name,"
    " concat_ws(' ', t.tgtype, t.tgenabled, t.tgqual IS NULL, p.proname, p.prosrc) AS sql"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)
"""Kind, whether it is enabled, whether it has no condition, and the function that it calls."""

_BODY: Final = POSTGRES_GUARDS[0].split("$$")[1]
_POSTGRES_KINDS: Final = {"audit_no_change": 1 + 2 + 8 + 16, "audit_no_truncate": 2 + 32}
"""Bits of `pg_trigger.tgtype`: for each row 1, before 2, delete 8, update 16, truncate 32."""

_EXPECTED: Final[dict[str, dict[str, str]]] = {
    "sqlite": {sql.split()[2]: sql for sql in SQLITE_GUARDS},
    "postgresql": {
        name: f"{kind} O t audit_is_append_only {_BODY}" for name, kind in _POSTGRES_KINDS.items()
    },
}
"""Definition of each trigger, by the name of the database's dialect."""


def altered_guards(connection: sa.Connection) -> Iterator[str]:
    """Yield a sentence for each trigger that is missing, altered, or not of hipcv."""
    dialect = connection.dialect.name
    query = _SQLITE if dialect == "sqlite" else _POSTGRES
    found = {row.name: row for row in connection.execute(query)}
    for name, expected in _EXPECTED[dialect].items():
        trigger = found.pop(name, None)
        if trigger is None:
            yield _(
                "The database no longer refuses every change of the audit trail: its trigger "
                "{name} is missing."
            ).format(name=name)
        elif (trigger.tbl_name, trigger.sql) != (tables.audit.name, expected):
            yield _(
                "The database no longer refuses every change of the audit trail: its trigger "
                "{name} was altered or disabled."
            ).format(name=name)
    yield from (_foreign(row) for row in found.values() if row.tbl_name in tables.metadata.tables)


def _foreign(trigger: sa.Row[Any]) -> str:
    return _("The database has a trigger that hipcv did not make: {name} on {table}.").format(
        name=trigger.name, table=trigger.tbl_name
    )
