"""Meetings of a unit by month: without it a search by the unit's name reads every meeting."""

from alembic import op

revision = "meeting_of_unit"
down_revision = "path_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_meeting_unit_id_month", "meeting", ["unit_id", "month"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_meeting_unit_id_month", "meeting")
