"""The office's calendar: days off, and days of rest that are worked in exchange."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "holiday"
down_revision = "deadline_stages"
branch_labels = None
depends_on = None

WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
ABOVE = "starts_with(current_setting('nep.scope_from', true), unit_path)"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Add the table; units below read it, only the owner's branch writes it."""
    op.create_table(
        "holiday",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("works", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("legal_basis", sa.String(length=250), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_holiday_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("unit_id", "day", name=op.f("uq_holiday_unit_id_day")),
    )
    op.execute("ALTER TABLE holiday ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE holiday FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON holiday FOR SELECT USING (({WITHIN}) OR {ABOVE})")
    op.execute(f"CREATE POLICY adds ON holiday FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON holiday FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON holiday FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON holiday TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("holiday")
