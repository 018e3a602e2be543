"""The second version: without `events` and the columns that nothing read.

Times of repetitions are in the result documents; who added a patient and when, in the audit.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

UNREAD: Final = {"patients": "created_at", "visits": "note"}


def upgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("events")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_sqlite_tables()
    else:
        for table, column in UNREAD.items():
            op.drop_column(table, column)


def downgrade() -> None:
    """Refuse: the dropped content is gone."""
    raise NotImplementedError("the second version cannot be undone")


def _rebuild_sqlite_tables() -> None:
    """Copy the other columns into new tables: SQLite before 3.35 cannot drop a column."""
    op.execute("PRAGMA defer_foreign_keys = ON")  # references are whole again at the end
    for table in UNREAD:
        op.execute(f"CREATE TABLE {table}_copy AS SELECT * FROM {table}")  # noqa: S608 - names above
        op.drop_table(table)
    patients = op.create_table(
        "patients",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("pseudonym", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("consent_on", sa.Date),
        sa.Column("keep_until", sa.Date),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
    )
    op.create_index(
        "one_living_patient_a_pseudonym",
        "patients",
        ["pseudonym"],
        unique=True,
        sqlite_where=sa.text("erased_at IS NULL"),
    )
    visits = op.create_table(
        "visits",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.UniqueConstraint("patient_id", "on", name="one_visit_a_day"),
    )
    for new in (patients, visits):
        columns = ", ".join(f'"{column.name}"' for column in new.columns)
        op.execute(f"INSERT INTO {new.name} ({columns}) SELECT {columns} FROM {new.name}_copy")  # noqa: S608 - names above
        op.drop_table(f"{new.name}_copy")
