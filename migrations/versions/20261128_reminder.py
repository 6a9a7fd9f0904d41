"""The log of reminders: who was reminded of a month, when, by whom, in which words."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "reminder"
down_revision = "periods"
branch_labels = None
depends_on = None

WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Add the table and its policies; entries are only ever added."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_by", sa.String(length=128), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_reminder_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index("ix_reminder_unit_id", "reminder", ["unit_id", "month", "reminded_at"])
    op.create_index("ix_reminder_unit_path", "reminder", ["unit_path", "reminded_at"])
    op.execute("ALTER TABLE reminder ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE reminder FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON reminder FOR SELECT USING ({WITHIN})")
    op.execute(f"CREATE POLICY adds ON reminder FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON reminder FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON reminder FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT ON reminder TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("reminder")
