"""The fifth version: salts for the hashes by which the audit trail fixes what each row holds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table; rows that are there get their salt with their next change."""
    op.create_table(
        "salts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("salt", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    """Refuse: rows could not be compared with the audit trail any more."""
    raise NotImplementedError("the fifth version cannot be undone")
