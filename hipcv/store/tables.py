"""The tables in their newest version; `migrations/` brings a database to it.

JSON is stored as text, so that SQLite and Postgres return the same document to the last digit and
in the same order.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from hipcv.result_schema import parse_result, seal, unreadable_result, without_checksum

metadata: Final = sa.MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite itself drops the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time without a zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the zone that SQLite drops."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[dict[str, Any]]):
    """A JSON document as text; NaN is refused."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Serialize."""
        del dialect
        return None if value is None else self.text_of(value)

    def text_of(self, value: Any) -> str:  # noqa: ANN401 - JSON
        """Return the text that is stored."""
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:  # noqa: ANN401 - JSON
        """Parse; text that is no JSON is returned under the key "unreadable"."""
        del dialect
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return {"unreadable": value}


class ResultText(Json):
    """A result document as text; one that was altered or damaged is read as a refusal."""

    cache_ok = True

    def text_of(self, value: Any) -> str:  # noqa: ANN401 - JSON
        """Return the text that is stored, with the checksum of the content."""
        return super().text_of(seal(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any | None:  # noqa: ANN401 - JSON
        """Parse and check."""
        del dialect
        try:
            return None if value is None else without_checksum(parse_result(value))
        except ValueError:
            return unreadable_result()


def _key() -> sa.Column[str]:
    return sa.Column("id", sa.String(36), primary_key=True)


def _of(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id")


patients: Final = sa.Table(
    "patients",
    metadata,
    _key(),
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, nullable=False),
    sa.Column("consent_on", sa.Date),
    sa.Column("keep_until", sa.Date),
    sa.Column("erased_at", UtcTime),
    sa.Column("age_years", sa.Integer),
    sa.Column("age_noted_on", sa.Date),
    sa.Column("sex", sa.String(6)),
)
sa.Index(
    "one_living_patient_a_pseudonym",
    patients.c.pseudonym,
    unique=True,
    sqlite_where=patients.c.erased_at.is_(None),
    postgresql_where=patients.c.erased_at.is_(None),
)

visits: Final = sa.Table(
    "visits",
    metadata,
    _key(),
    sa.Column("patient_id", sa.String(36), _of("patients"), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.UniqueConstraint("patient_id", "on", name="one_visit_a_day"),
)

clips: Final = sa.Table(
    "clips",
    metadata,
    _key(),
    sa.Column("visit_id", sa.String(36), _of("visits")),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("suffix", sa.String(16), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("mirrored", sa.Boolean, nullable=False),
    sa.Column("external", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("side", sa.String(5)),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("analysis_id", sa.String(36)),  # no foreign key: it would be circular
    sa.Column("answers", Json),
    sa.Column("start_s", sa.Float, nullable=False, server_default="0"),
    sa.Column("duration_s", sa.Float),
    sa.UniqueConstraint("visit_id", "sha256", name="content_once_a_visit"),
)
sa.Index("clips_by_state", clips.c.state, clips.c.added_at)
sa.Index("clips_by_content", clips.c.sha256)

analyses: Final = sa.Table(
    "analyses",
    metadata,
    _key(),
    sa.Column("clip_id", sa.String(36), _of("clips"), nullable=False, index=True),
    sa.Column("method", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("automatic", ResultText, nullable=False),
    sa.Column("corrected", ResultText),
    sa.Column("signed_by", sa.Text),
    sa.Column("signed_at", UtcTime),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("amended", sa.Boolean, nullable=False),
)

corrections: Final = sa.Table(
    "corrections",
    metadata,
    _key(),
    sa.Column("analysis_id", sa.String(36), _of("analyses"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("side", sa.String(5)),
    sa.Column("rep", sa.Integer),
    sa.Column("before", Json, nullable=False),
    sa.Column("after", Json, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.UniqueConstraint("analysis_id", "number", name="corrections_are_numbered"),
)

notes: Final = sa.Table(  # each of a clip or of a visit
    "notes",
    metadata,
    _key(),
    sa.Column("visit_id", sa.String(36), _of("visits"), index=True),
    sa.Column("clip_id", sa.String(36), _of("clips"), index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("payload", Json),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.Column("changed_by", sa.Text),
    sa.Column("changed_at", UtcTime),
)

summaries: Final = sa.Table(  # derived from the current document of each analysis, for lists
    "summaries",
    metadata,
    sa.Column("analysis_id", sa.String(36), primary_key=True),
    sa.Column("quality", sa.Float),
    sa.Column("refusal", Json),
)

side_summaries: Final = sa.Table(  # one row for each side that was measured
    "side_summaries",
    metadata,
    sa.Column("analysis_id", sa.String(36), primary_key=True),
    sa.Column("side", sa.String(5), primary_key=True),
    sa.Column("status", sa.String(16)),
    sa.Column("result_deg", sa.Float),
    sa.Column("low_deg", sa.Float),
    sa.Column("high_deg", sa.Float),
    sa.Column("basis", sa.Text),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("rotation_deg", sa.Float),
    sa.Column("category", sa.Text),
    sa.Column("quality", sa.Float),
    sa.Column("yaw_deg", sa.Float),
    sa.Column("not_counted", sa.Text, nullable=False),  # codes of the reasons, with spaces
    sa.Column("reached_deg", sa.Float),
)

audit: Final = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject_kind", sa.Text, nullable=False),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("detail", Json, nullable=False),
    sa.Column("before_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

audit_head: Final = sa.Table(  # one row: reveals that the last rows were deleted
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

reasons: Final = sa.Table(  # typed for the audit row of this number; erased with its subject
    "reasons",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)

salts: Final = sa.Table(  # of `row_hashes`; the salt of a row is deleted with it
    "salts",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
)

leftovers: Final = sa.Table(  # files of erased patients that may still be on the disk
    "leftovers",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
)
