"""What a reviewer writes beside the fields of a result that he returns."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "remark"
down_revision = "review_rule"
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
        "remark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=128), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id", "unit_id"],
            ["meeting.id", "meeting.unit_id"],
            name=op.f("fk_remark_meeting_id_unit_id_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_remark_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("ix_remark_meeting_id", "remark", ["meeting_id"])
    op.create_index("ix_remark_unit_path", "remark", ["unit_path"])
    op.execute("ALTER TABLE remark ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE remark FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON remark FOR SELECT USING ({WITHIN})")
    op.execute(f"CREATE POLICY adds ON remark FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(f"CREATE POLICY changes ON remark FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})")
    op.execute(f"CREATE POLICY removes ON remark FOR DELETE USING ({WITHIN})")
    # Never deleted: what was said is history once it is mended.
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON remark TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("remark")
