"""Requests to put a meeting off or not to hold it, and their answers."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "deferral"
down_revision = "remark"
branch_labels = None
depends_on = None

WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
EVERYTHING = "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
SCHEDULE_STATES = ("REGISTERED", "CONFIRMED", "HELD", "POSTPONED", "NOT_HELD")
STATES = ("ASKED", "AGREED", "REFUSED", "WITHDRAWN")


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _enum(name, names):
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Add the table and its policies; what is put off already was agreed to."""
    stamp = sa.DateTime(timezone=True)
    op.create_table(
        "deferral",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("wanted", _enum("ScheduleState", SCHEDULE_STATES), nullable=False),
        sa.Column("reason", sa.String(length=250), nullable=False),
        sa.Column("state", _enum("DeferralState", STATES), nullable=False),
        sa.Column("asked_at", stamp, nullable=False),
        sa.Column("asked_by", sa.String(length=128), nullable=False),
        sa.Column("answer", sa.String(length=250), nullable=True),
        sa.Column("answered_at", stamp, nullable=True),
        sa.Column("answered_by", sa.String(length=128), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.CheckConstraint("wanted IN ('POSTPONED', 'NOT_HELD')", name=op.f("ck_deferral_wanted")),
        sa.ForeignKeyConstraint(
            ["meeting_id", "unit_id"],
            ["meeting.id", "meeting.unit_id"],
            name=op.f("fk_deferral_meeting_id_unit_id_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_deferral_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
    )
    op.create_index("ix_deferral_meeting_id", "deferral", ["meeting_id"])
    op.create_index("ix_deferral_unit_path", "deferral", ["unit_path"])
    op.create_index(
        "uq_deferral_asked",
        "deferral",
        ["meeting_id"],
        unique=True,
        postgresql_where=sa.text("state = 'ASKED'"),
    )
    op.execute(EVERYTHING)
    op.execute(
        "INSERT INTO deferral (meeting_id, unit_id, unit_path, wanted, reason, state, asked_at,"
        " asked_by, answered_at, answered_by)"
        " SELECT id, unit_id, unit_path, state, coalesce(nullif(state_reason, ''), '—'), 'AGREED',"
        " registered_at, registered_by, registered_at, registered_by FROM meeting"
        " WHERE state IN ('POSTPONED', 'NOT_HELD')"
    )
    op.execute("ALTER TABLE deferral ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE deferral FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON deferral FOR SELECT USING ({WITHIN})")
    op.execute(f"CREATE POLICY adds ON deferral FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON deferral FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON deferral FOR DELETE USING ({WITHIN})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON deferral TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")


def downgrade() -> None:
    """Drop the table; what was agreed to stays in the meetings."""
    op.drop_table("deferral")
