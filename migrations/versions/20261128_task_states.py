"""Tasks are finished, in progress or given up, and every meeting says so of those before it."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "task_states"
down_revision = "watch_rules"
branch_labels = None
depends_on = None

STATES = ("OPEN", "DONE", "NOT_DONE")
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
EVERYTHING = "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
# All tasks done is what a resolution asks for; how much less is worth, a person judges.
STANDARD = '{"from": 100}'
OF_THE_NATIONAL_SET = (
    " FROM criteria_set s WHERE s.id = criteria_set_id AND s.code = 'HD42-2025-NATIONAL'"
    " AND criterion.metric = 'task_completion'"
)


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _state() -> sa.Enum:
    return sa.Enum(*STATES, name="TaskState", native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    """Turn what is done into a state, and add the table of what meetings said."""
    op.execute(EVERYTHING)
    op.add_column("task", sa.Column("note", sa.String(length=500), nullable=True))
    op.add_column(
        "task", sa.Column("state", _state(), server_default=sa.text("'OPEN'"), nullable=False)
    )
    op.execute("UPDATE task SET state = 'DONE' WHERE done")
    op.drop_column("task", "done")
    op.create_unique_constraint(op.f("uq_task_id_unit_id"), "task", ["id", "unit_id"])
    op.create_index("ix_task_unit_id_state", "task", ["unit_id", "state"])
    op.create_table(
        "task_status",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("state", _state(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id", "unit_id"],
            ["task.id", "task.unit_id"],
            name=op.f("fk_task_status_task_id_unit_id_task"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "unit_id"],
            ["meeting.id", "meeting.unit_id"],
            name=op.f("fk_task_status_meeting_id_unit_id_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f("fk_task_status_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_status")),
        sa.UniqueConstraint(
            "task_id", "meeting_id", name=op.f("uq_task_status_task_id_meeting_id")
        ),
    )
    op.create_index("ix_task_status_meeting_id", "task_status", ["meeting_id"])
    op.create_index("ix_task_status_unit_path", "task_status", ["unit_path"])
    op.execute("ALTER TABLE task_status ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE task_status FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON task_status FOR SELECT USING ({WITHIN})")
    op.execute(f"CREATE POLICY adds ON task_status FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON task_status FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON task_status FOR DELETE USING ({WITHIN})")
    # Never deleted: what a meeting said can be said otherwise until the result is sent.
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON task_status TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")
    op.execute(
        f"UPDATE criterion SET standard = '{STANDARD}'::jsonb{OF_THE_NATIONAL_SET}"
        " AND coalesce(criterion.standard, 'null') = 'null'"
        " AND coalesce(criterion.choices, 'null') = 'null'"
    )


def downgrade() -> None:
    """Keep only what is done and what is not."""
    op.execute(EVERYTHING)
    op.execute(
        f"UPDATE criterion SET standard = NULL{OF_THE_NATIONAL_SET}"
        f" AND criterion.standard = '{STANDARD}'::jsonb"
    )
    op.drop_table("task_status")
    op.drop_index("ix_task_unit_id_state", "task")
    op.drop_constraint(op.f("uq_task_id_unit_id"), "task", type_="unique")
    op.add_column(
        "task", sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE task SET done = (state = 'DONE')")
    op.alter_column("task", "done", server_default=None)
    op.drop_column("task", "state")
    op.drop_column("task", "note")
