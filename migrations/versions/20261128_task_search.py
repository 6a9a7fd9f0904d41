"""What tasks are found by: their text and whom they are given to, folded."""

import sqlalchemy as sa
from alembic import op

revision = "task_search"
down_revision = "search_nearest"
branch_labels = None
depends_on = None

TEXT = (
    "nep_fold((((title)::text || ' '::text) || (COALESCE(assignee, ''::character varying))::text))"
)


def upgrade() -> None:
    """Keep the text beside each task."""
    made = sa.Computed(TEXT, persisted=True)
    op.add_column("task", sa.Column("search_text", sa.Text(), made, nullable=False))


def downgrade() -> None:
    """Keep it no longer."""
    op.drop_column("task", "search_text")
