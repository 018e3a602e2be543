"""The eighth version: what lists show of each analysis, in columns."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the tables; `store.summaries.complete` fills them from the documents."""
    op.create_table(
        "summaries",
        _of_analysis(),
        sa.Column("quality", sa.Float),
        sa.Column("refusal", sa.Text),
    )
    op.create_table(
        "side_summaries",
        _of_analysis(),
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
        sa.Column("not_counted", sa.Text, nullable=False),
        sa.Column("reached_deg", sa.Float),
    )


def _of_analysis() -> sa.Column[str]:
    return sa.Column("analysis_id", sa.String(36), primary_key=True)


def downgrade() -> None:
    """Delete what can be derived again."""
    op.drop_table("side_summaries")
    op.drop_table("summaries")
