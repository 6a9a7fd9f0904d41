"""Who verifies scores and who decides them."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "decider"
down_revision = "deferral"
branch_labels = None
depends_on = None

LAYERS = ("SELF", "VERIFIED", "OFFICIAL")
LEVELS = ("ANY", "DIRECT", "UPPER")
ROLES = (
    *("Administrator", "Analyst", "DutyClerk", "Leader", "Supervisor", "Secretary"),
    *("MinuteTaker", "Inspector"),
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


def _enum(name, names):
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Add the table and its policies."""
    op.create_table(
        "decider",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("layer", _enum("Layer", LAYERS), nullable=False),
        sa.Column("level", _enum("Level", LEVELS), nullable=False),
        sa.Column("role", _enum("RoleName", ROLES), nullable=True),
        sa.Column("attended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("legal_basis", sa.String(length=250), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.CheckConstraint("layer <> 'SELF'", name=op.f("ck_decider_above")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_decider_validity")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_decider_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decider")),
    )
    op.create_index("ix_decider_unit_path", "decider", ["unit_path"])
    op.execute("ALTER TABLE decider ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE decider FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON decider FOR SELECT USING ({SEES})")
    op.execute(f"CREATE POLICY adds ON decider FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON decider FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON decider FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON decider TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("decider")
