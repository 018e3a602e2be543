"""The sixth version: the seconds that are left out at the beginning of each clip."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; of clips that are there, nothing was left out."""
    column = sa.Column("start_s", sa.Float, nullable=False, server_default="0")
    op.add_column("clips", column)


def downgrade() -> None:
    """Refuse: what was asked for would be lost."""
    raise NotImplementedError("the sixth version cannot be undone")
