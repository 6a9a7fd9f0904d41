"""Which account has been shown around its desk, in which role."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "tours"
down_revision = "practice"
branch_labels = None
depends_on = None

MINE = "account_id = nullif(current_setting('nep.account', true), '')::int"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Add the table; an account sees and writes its own rows only."""
    op.create_table(
        "tour",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_tour_account_id_ab_user")
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_tour")),
    )
    op.execute("ALTER TABLE tour ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tour FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON tour FOR SELECT USING ({MINE})")
    op.execute(f"CREATE POLICY adds ON tour FOR INSERT WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY changes ON tour FOR UPDATE USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON tour TO {_role()}")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("tour")
