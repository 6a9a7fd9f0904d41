"""From which numbers on a month is an exception for its reviewer."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "review_rule"
down_revision = "obligations_of_reports"
branch_labels = None
depends_on = None

KINDS = (
    *("LATE", "NOT_HELD", "PUT_OFF", "GATE", "GAP", "FULL_WITHOUT_FACTS", "SHORT"),
    *("LOW_ATTENDANCE", "COPIED", "SAME_SCORE", "EARLY", "ALL_PRESENT"),
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
        "review_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *KINDS, name="ReviewKind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("legal_basis", sa.String(length=250), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 1000", name=op.f("ck_review_rule_number")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_review_rule_validity")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_review_rule_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rule")),
    )
    op.create_index("ix_review_rule_unit_path", "review_rule", ["unit_path"])
    op.execute("ALTER TABLE review_rule ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE review_rule FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON review_rule FOR SELECT USING ({SEES})")
    op.execute(f"CREATE POLICY adds ON review_rule FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON review_rule FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON review_rule FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON review_rule TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("review_rule")
