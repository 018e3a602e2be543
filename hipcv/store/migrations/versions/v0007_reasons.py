"""The seventh version: reasons of changes apart from the audit trail, to be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table; reasons that are in the trail stay there."""
    op.create_table(
        "reasons",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Refuse: reasons would be lost."""
    raise NotImplementedError("the seventh version cannot be undone")
