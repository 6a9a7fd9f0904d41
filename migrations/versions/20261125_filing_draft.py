"""What a half-filled result holds that its tables cannot take yet."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "filing_draft"
down_revision = "search"
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
    """Add the table and its policies."""
    op.create_table(
        "filing_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tasks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("acks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("updated_by", sa.String(length=128), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id", "unit_id"],
            ["meeting.id", "meeting.unit_id"],
            name=op.f("fk_filing_draft_meeting_id_unit_id_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_filing_draft_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_draft")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_filing_draft_meeting_id")),
    )
    op.create_index("ix_filing_draft_unit_path", "filing_draft", ["unit_path"])
    op.execute("ALTER TABLE filing_draft ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE filing_draft FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON filing_draft FOR SELECT USING ({WITHIN})")
    op.execute(f"CREATE POLICY adds ON filing_draft FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON filing_draft FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON filing_draft FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON filing_draft TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("filing_draft")
