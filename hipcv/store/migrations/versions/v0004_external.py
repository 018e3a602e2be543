"""The fourth version: whether external rotation is asked for as well, for each clip."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of clips that are there, it was not asked for."""
    column = sa.Column("external", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("clips", column)


def downgrade() -> None:
    """Refuse: what was asked for would be lost."""
    raise NotImplementedError("the fourth version cannot be undone")
