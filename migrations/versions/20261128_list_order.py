"""Lists in the order in which they open: thousands of rows share a month, or a day."""

from alembic import op

revision = "list_order"
down_revision = "task_search"
branch_labels = None
depends_on = None

ORDERS = {
    "ix_meeting_month_id": ("meeting", ["month", "id", "unit_path"]),
    "ix_unit_version_valid_from_id": ("unit_version", ["valid_from", "id", "unit_path"]),
}


def upgrade() -> None:
    """The branch stands in the index, too: rows of others are passed over without a look."""
    for name, (table, columns) in ORDERS.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Whole months are put in order again."""
    for name, (table, _) in ORDERS.items():
        op.drop_index(name, table)
