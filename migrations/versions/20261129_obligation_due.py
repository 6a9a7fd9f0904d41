"""Obligations by their last day, as their list shows them."""

from alembic import op

revision = "obligation_due"
down_revision = "decider"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_obligation_due_on", "obligation", ["due_on", "id"])


def downgrade():
    op.drop_index("ix_obligation_due_on", "obligation")
