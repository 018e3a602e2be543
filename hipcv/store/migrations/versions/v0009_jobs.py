"""The ninth version: how long each clip is, and clips of which the analysis was cancelled."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

STATES: Final = "state IN ('waiting', 'analysing', 'ready', 'refused', 'failed', 'cancelled')"
SIDES: Final = "side IN ('left', 'right')"


def upgrade() -> None:
    """Add the column, unknown of clips that are there, and the state."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_sqlite_table()
        return
    op.add_column("clips", sa.Column("duration_s", sa.Float))
    op.drop_constraint("known_state", "clips", type_="check")
    op.create_check_constraint("known_state", "clips", STATES)


def downgrade() -> None:
    """Refuse: cancelled clips would have no state."""
    raise NotImplementedError("the ninth version cannot be undone")


def _rebuild_sqlite_table() -> None:
    """Copy the rows into a new table: SQLite cannot change a constraint."""
    op.execute("PRAGMA defer_foreign_keys = ON")  # references are whole again at the end
    op.execute("CREATE TABLE clips_copy AS SELECT * FROM clips")
    op.drop_table("clips")
    columns: list[sa.Column[Any]] = [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visits.id")),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("suffix", sa.String(16), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("mirrored", sa.Boolean, nullable=False),
        sa.Column("external", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("side", sa.String(5)),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analysis_id", sa.String(36)),
        sa.Column("answers", sa.Text),
        sa.Column("start_s", sa.Float, nullable=False, server_default="0"),
    ]
    names = ", ".join(column.name for column in columns)
    op.create_table(
        "clips",
        *columns,
        sa.Column("duration_s", sa.Float),
        sa.UniqueConstraint("visit_id", "sha256", name="content_once_a_visit"),
        sa.CheckConstraint(STATES, name="known_state"),
        sa.CheckConstraint(SIDES, name="known_side"),
    )
    op.execute(f"INSERT INTO clips ({names}) SELECT {names} FROM clips_copy")  # noqa: S608 - names above
    op.drop_table("clips_copy")
    op.create_index("clips_by_state", "clips", ["state", "added_at"])
    op.create_index("clips_by_content", "clips", ["sha256"])
