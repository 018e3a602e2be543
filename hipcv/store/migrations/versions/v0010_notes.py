"""The tenth version: notes on clips and visits."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "notes",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visits.id")),
        sa.Column("clip_id", sa.String(36), sa.ForeignKey("clips.id")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text),
        sa.Column("changed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("(visit_id IS NULL) <> (clip_id IS NULL)", name="note_on_one_subject"),
    )
    op.create_index("ix_notes_visit_id", "notes", ["visit_id"])
    op.create_index("ix_notes_clip_id", "notes", ["clip_id"])


def downgrade() -> None:
    """Refuse: what was noted would be lost."""
    raise NotImplementedError("the tenth version cannot be undone")
