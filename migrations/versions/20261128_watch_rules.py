"""From which numbers on the watch lists name somebody."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "watch_rules"
down_revision = "reminder"
branch_labels = None
depends_on = None

KINDS = (
    "UNEXCUSED_YEAR",
    "UNEXCUSED_RUNNING",
    "UNEXCUSED_RECENT",
    "EXCUSED_RUNNING",
    "EXEMPTION_ENDING",
    "TEMPORARY_OVERDUE",
    "NO_THEMATIC",
)
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
# A superior's rules: the units below read them, only the owner's branch writes them.
SEES = f"({WITHIN}) OR starts_with(current_setting('nep.scope_from', true), unit_path)"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Add the table and its policies."""
    op.create_table(
        "watch_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="WatchKind", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=True),
        sa.Column("legal_basis", sa.String(length=250), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 366", name=op.f("ck_watch_rule_number")),
        sa.CheckConstraint("within BETWEEN number AND 24", name=op.f("ck_watch_rule_within")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_watch_rule_validity")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_watch_rule_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_rule")),
    )
    op.create_index("ix_watch_rule_unit_path", "watch_rule", ["unit_path"])
    op.execute("ALTER TABLE watch_rule ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE watch_rule FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON watch_rule FOR SELECT USING ({SEES})")
    op.execute(f"CREATE POLICY adds ON watch_rule FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON watch_rule FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON watch_rule FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON watch_rule TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("watch_rule")
