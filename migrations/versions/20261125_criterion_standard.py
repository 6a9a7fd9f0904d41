"""From which measure on the facts give a criterion full points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "criterion_standard"
down_revision = "filing_draft"
branch_labels = None
depends_on = None

# What the national frame says (source: HD 42-HD/BTCTW, groups 1 and 2).
NATIONAL = {
    "G1": '{"from": 90, "combined": 120}',
    "G2": '{"from": 90, "all_excused": true}',
}


def upgrade() -> None:
    """Add the column and fill it for the set that came with the application."""
    op.add_column(
        "criterion",
        sa.Column("standard", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )
    op.execute(
        "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
    )
    for code, standard in NATIONAL.items():
        op.execute(
            sa.text(
                "UPDATE criterion SET standard = CAST(:standard AS jsonb) FROM criteria_set s"
                " WHERE s.id = criteria_set_id AND s.code = 'HD42-2025-NATIONAL'"
                " AND criterion.code = :code AND criterion.kind = 'AUTO'"
            ).bindparams(standard=standard, code=code)
        )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("criterion", "standard")
