"""The third version: age and sex of patients, and the answers after a test with its clip."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns, empty for what is there."""
    op.add_column("patients", sa.Column("age_years", sa.Integer))
    op.add_column("patients", sa.Column("age_noted_on", sa.Date))
    op.add_column("patients", sa.Column("sex", sa.String(6)))
    op.add_column("clips", sa.Column("answers", sa.Text))


def downgrade() -> None:
    """Refuse: what was noted would be lost."""
    raise NotImplementedError("the third version cannot be undone")
