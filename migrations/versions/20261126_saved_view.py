"""Saved views of lists, each seen by its own account only."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "saved_view"
down_revision = "criterion_standard"
branch_labels = None
depends_on = None

MINE = "account_id = nullif(current_setting('nep.account', true), '')::int"


def upgrade() -> None:
    """Make the table and guard it."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("screen", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["ab_user.id"],
            name="fk_saved_view_account_id_ab_user",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_saved_view_name",
        "saved_view",
        ["account_id", "screen", sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["account_id", "screen"],
        unique=True,
        postgresql_where=sa.text("is_default AND removed_at IS NULL"),
    )
    op.execute("ALTER TABLE saved_view ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE saved_view FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own ON saved_view USING ({MINE}) WITH CHECK ({MINE})")
    name = str(make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username)
    role = '"' + name.replace('"', '""') + '"'
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def downgrade() -> None:
    """Drop the table; the views are gone."""
    op.drop_table("saved_view")
