"""Practice cells: an account's own, in a tree of its own that no branch reaches."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "practice"
down_revision = "meeting_of_unit"
branch_labels = None
depends_on = None

WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
MINE = "account_id = nullif(current_setting('nep.account', true), '')::int"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def upgrade() -> None:
    """Add the table, its policies, and the function that login asks."""
    op.create_table(
        "practice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f("fk_practice_account_id_ab_user")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_practice_unit_id_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_index("ix_practice_unit_path", "practice", ["unit_path"])
    op.create_index(
        "uq_practice_account_id",
        "practice",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute("ALTER TABLE practice ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE practice FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON practice FOR SELECT USING (({WITHIN}) OR {MINE})")
    # Only the system's scope reaches a new tree: no session opens one to itself.
    op.execute(f"CREATE POLICY adds ON practice FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON practice FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON practice FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON practice TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")
    # Reads beyond the scope, as login does; answers nothing but a practice tree of its own.
    op.execute(
        """
        CREATE FUNCTION practice_of(wanted int, on_day date)
        RETURNS TABLE (unit_id int, unit_path text, unit_name varchar,
                       superior_id int, superior_path text, superior_name varchar, valid_to date)
        LANGUAGE sql STABLE
        SET nep.scope_from = '/' SET nep.scope_to = '0'
        AS $$
            SELECT cell.id, cell.path, cell.name, above.id, above.path, above.name, p.valid_to
            FROM practice p
            JOIN unit cell ON cell.id = p.unit_id AND cell.is_practice
            JOIN unit above ON above.id = cell.parent_id AND above.is_practice
                           AND above.parent_id IS NULL
            WHERE p.account_id = wanted AND p.ended_at IS NULL AND p.valid_to > on_day
        $$
        """
    )


def downgrade() -> None:
    """Drop the function and the table."""
    op.execute("DROP FUNCTION practice_of(int, date)")
    op.drop_table("practice")
