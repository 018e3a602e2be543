"""Transactions over the records: what is read together, and what is written with its audit."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from hipcv.core.errors import BadRequest, NotFound
from hipcv.store import audit, database, tables
from hipcv.store.models import AuditRow, JsonObject

MASK: Final = "[patient]"
"""What stands in the audit trail, which is for ever, where someone typed a pseudonym."""

_SENT: Final = {"before", "after"}
_WHO_LENGTH: Final = 80
_TEXT_LENGTH: Final = 20_000

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Writing:
    """One transaction that writes, for one person and one reason."""

    connection: sa.Connection
    by: str
    why: str

    def note(self, what: str, kind: str, subject_id: str, /, **detail: Any) -> AuditRow:  # noqa: ANN401
        """Append to the audit; free text loses any pseudonym on the way.

        Free text is `why`, and what people sent as a document: `before` and `after`.
        """
        why = _masked(self.why, self._pseudonyms)
        sent = {name: _masked(detail[name], self._pseudonyms) for name in _SENT & set(detail)}
        note = audit.Note(self.by, what, kind, subject_id, why, {**detail, **sent})
        return audit.append(self.connection, note)

    def insert(self, table: sa.Table, row: JsonObject) -> None:
        """Add a row."""
        self.connection.execute(sa.insert(table).values(row))

    def update(self, table: sa.Table, subject_id: str, **fields: Any) -> None:  # noqa: ANN401
        """Change a row."""
        self.connection.execute(sa.update(table).where(table.c.id == subject_id).values(fields))

    def _pseudonyms(self) -> list[str]:
        living = tables.patients.c.erased_at.is_(None)
        named = sa.select(tables.patients.c.pseudonym).where(living)
        return list(self.connection.execute(named).scalars())


class Ledger:
    """A database, and the two ways into it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with database.faults_told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _writing(self, by: str, why: str) -> Iterator[Writing]:
        who = checked_text("by", by, _WHO_LENGTH).strip()
        if not who:
            raise BadRequest("Say who makes this change: initials will do.")
        reason = checked_text("why", why, _TEXT_LENGTH).strip()
        with database.faults_told(), database.writing(self._engine) as connection:
            audit.hold(connection)
            yield Writing(connection, who, reason)


def fetch(connection: sa.Connection, kind: type[Entry], wanted: sa.Select[Any]) -> list[Entry]:
    """Rows as values of this kind."""
    found = connection.execute(wanted)
    return [kind(**row._mapping) for row in found]  # noqa: SLF001 - its public name


def fetch_one(
    connection: sa.Connection, kind: type[Entry], table: sa.Table, subject_id: str
) -> Entry:
    """The row with this id.

    Raises:
        NotFound: there is none.
    """
    wanted = sa.select(table).where(table.c.id == subject_id)
    found = fetch(connection, kind, wanted) if _storable(subject_id) else []
    if not found:
        raise NotFound(f"No {kind.__name__.lower()} with the id {subject_id} in the records.")
    return found[0]


def checked_text(name: str, text: object, limit: int = _TEXT_LENGTH) -> str:
    """The text, if it is one that every database can keep.

    Raises:
        BadRequest: it is no text, too long, or holds a NUL character.
    """
    if not isinstance(text, str):
        raise BadRequest(f"{name}: expected a text.")
    if len(text) > limit:
        raise BadRequest(f"{name}: longer than {limit} characters.")
    if not _storable(text):
        raise BadRequest(f"{name}: holds a character that is no text.")
    return text


def _storable(text: str) -> bool:
    """Whether a database takes it; half a character, as odd file names have, it does not."""
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text


def without(text: str, pseudonym: str) -> str:
    """The text with the pseudonym masked wherever it stands as a word of its own."""
    return re.sub(rf"(?<!\w){re.escape(pseudonym)}(?!\w)", MASK, text, flags=re.IGNORECASE)


def _masked(sent: Any, pseudonyms: Callable[[], list[str]]) -> Any:  # noqa: ANN401 - JSON
    """The same with every pseudonym masked, in texts however deep; keys are left."""
    if isinstance(sent, dict):
        return {key: _masked(value, pseudonyms) for key, value in sent.items()}
    if isinstance(sent, list):
        return [_masked(value, pseudonyms) for value in sent]
    if not isinstance(sent, str) or not sent:
        return sent
    for pseudonym in sorted(pseudonyms(), key=len, reverse=True):
        sent = without(sent, pseudonym)
    return sent
