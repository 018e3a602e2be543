"""The first version: patients, visits, clips, analyses, events, corrections, audit.

A published migration is never edited.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

STATES: Final = "state IN ('waiting', 'analysing', 'ready', 'refused', 'failed')"
SIDES: Final = "side IN ('left', 'right')"

SQLITE_GUARDS: Final = (
    (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN"
        " SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN"
        " SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit"
        " WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number) BEGIN"
        " SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    ),
)

POSTGRES_GUARDS: Final = (
    (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    ),
    (
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    ),
)


def upgrade() -> None:
    """Create every table."""
    _people()
    _clips()
    _analyses()
    _audit()


def downgrade() -> None:
    """Refuse: there is no earlier version."""
    raise NotImplementedError("the first version cannot be undone")


def _people() -> None:
    op.create_table(
        "patients",
        _key(),
        _text("pseudonym"),
        _text("notes"),
        sa.Column("consent_on", sa.Date),
        sa.Column("keep_until", sa.Date),
        _moment("created_at"),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
    )
    living = sa.text("erased_at IS NULL")
    op.create_index(
        "one_living_patient_a_pseudonym",
        "patients",
        ["pseudonym"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )
    op.create_table(
        "visits",
        _key(),
        _reference("patient_id", "patients"),
        sa.Column("on", sa.Date, nullable=False),
        _text("note"),
        sa.UniqueConstraint("patient_id", "on", name="one_visit_a_day"),
    )
    op.create_table(
        "leftovers",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
    )


def _clips() -> None:
    op.create_table(
        "clips",
        _key(),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visits.id")),
        sa.Column("sha256", sa.String(64), nullable=False),
        _text("name"),
        sa.Column("suffix", sa.String(16), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("mirrored", sa.Boolean, nullable=False),
        sa.Column("side", sa.String(5)),
        sa.Column("state", sa.String(9), nullable=False),
        _text("said"),
        _moment("added_at"),
        sa.Column("analysis_id", sa.String(36)),
        sa.UniqueConstraint("visit_id", "sha256", name="content_once_a_visit"),
        sa.CheckConstraint(STATES, name="known_state"),
        sa.CheckConstraint(SIDES, name="known_side"),
    )
    op.create_index("clips_by_state", "clips", ["state", "added_at"])
    op.create_index("clips_by_content", "clips", ["sha256"])


def _analyses() -> None:
    op.create_table(
        "analyses",
        _key(),
        _reference("clip_id", "clips"),
        sa.Column("method", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _text("automatic"),
        sa.Column("corrected", sa.Text),
        sa.Column("signed_by", sa.Text),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        _moment("made_at"),
        sa.Column("amended", sa.Boolean, nullable=False),
    )
    op.create_index("ix_analyses_clip_id", "analyses", ["clip_id"])
    op.create_table(
        "events",
        sa.Column("analysis_id", sa.String(36), sa.ForeignKey("analyses.id"), primary_key=True),
        sa.Column("side", sa.String(5), primary_key=True),
        sa.Column("rep", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("from_s", sa.Double, nullable=False),
        sa.Column("to_s", sa.Double, nullable=False),
    )
    op.create_table(
        "corrections",
        _key(),
        _reference("analysis_id", "analyses"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("side", sa.String(5)),
        sa.Column("rep", sa.Integer),
        _text("before"),
        _text("after"),
        _text("why"),
        _text("by"),
        _moment("at"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.UniqueConstraint("analysis_id", "number", name="corrections_are_numbered"),
        sa.CheckConstraint(SIDES, name="known_side"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        _moment("at"),
        _text("who"),
        _text("what"),
        _text("subject_kind"),
        sa.Column("subject_id", sa.String(36), nullable=False),
        _text("why"),
        _text("detail"),
        sa.Column("before_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_subject_id", "audit", ["subject_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.execute("INSERT INTO audit_head (id, number, hash) VALUES (1, 0, '')")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def _key() -> sa.Column[str]:
    return sa.Column("id", sa.String(36), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _reference(name: str, table: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(f"{table}.id"), nullable=False)
