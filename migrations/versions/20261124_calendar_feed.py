"""Addresses of calendars, read and written by their own account only."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "calendar_feed"
down_revision = "engagements"
branch_labels = None
depends_on = None

MINE = "account_id = nullif(current_setting('nep.account', true), '')::int"
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
# A calendar program shows nothing but the address: only the system itself can look it up.
SYSTEM = (
    "(current_setting('nep.scope_from', true) = '/'"
    " AND current_setting('nep.scope_to', true) = '0')"
)


def upgrade() -> None:
    """Make the table and guard it."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("password_epoch", sa.Integer(), nullable=False),
        sa.Column("only_attending", sa.Boolean(), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_read_at", moment, nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("changed_at", moment, nullable=True),
        sa.Column("revoked_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_feed"),
        sa.UniqueConstraint("secret_hash", name="uq_calendar_feed_secret_hash"),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name="fk_calendar_feed_unit_id_unit_path_unit",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name="fk_calendar_feed_account_id_ab_user"
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name="fk_calendar_feed_assignment_id_assignment"
        ),
    )
    op.create_index("ix_calendar_feed_unit_path", "calendar_feed", ["unit_path"])
    op.create_index("ix_calendar_feed_account_id", "calendar_feed", ["account_id"])
    op.create_index(
        "uq_calendar_feed_open",
        "calendar_feed",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.execute("ALTER TABLE calendar_feed ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE calendar_feed FORCE ROW LEVEL SECURITY")
    either = f"{MINE} OR {SYSTEM}"
    op.execute(f"CREATE POLICY sees ON calendar_feed FOR SELECT USING ({either})")
    op.execute(f"CREATE POLICY adds ON calendar_feed FOR INSERT WITH CHECK ({MINE} AND {WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON calendar_feed FOR UPDATE USING ({either}) WITH CHECK ({either})"
    )
    name = str(make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username)
    role = '"' + name.replace('"', '""') + '"'
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON calendar_feed TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def downgrade() -> None:
    """Drop the table; every address stops."""
    op.drop_table("calendar_feed")
