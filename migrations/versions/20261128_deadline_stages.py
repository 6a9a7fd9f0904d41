"""Deadlines by stage: a day of a month or days after the meeting, with shift and grace."""

import sqlalchemy as sa
from alembic import op

revision = "deadline_stages"
down_revision = "list_order"
branch_labels = None
depends_on = None

STAGES = (
    *("SCHEDULE", "MEETING", "RESULT", "SELF_SCORE", "VERIFICATION", "OFFICIAL"),
    *("ROLL_UP", "SUBMISSION"),
)
SHIFTS = ("NONE", "NEXT", "PREVIOUS")
CHECKS = (
    ("day_of_month", "day_of_month BETWEEN 1 AND 31"),
    ("offset_days", "offset_days BETWEEN 0 AND 60"),
    ("either", "num_nonnulls(day_of_month, offset_days) = 1"),
    ("month_offset", "month_offset BETWEEN -12 AND 12"),
    ("grace_days", "grace_days BETWEEN 0 AND 60"),
)
OLD_CHECKS = (
    ("schedule_day", "schedule_day BETWEEN 1 AND 31"),
    ("result_days", "result_days BETWEEN 0 AND 60"),
)


def upgrade() -> None:
    """Each old row keeps its key as the rule of the schedule; the result gets a row of its own."""
    for name in ("schedule_day", "result_days"):
        op.drop_constraint(op.f(f"ck_deadline_rule_{name}"), "deadline_rule", type_="check")
    op.add_column(
        "deadline_rule",
        sa.Column(
            "stage",
            sa.Enum(*STAGES, name="Stage", native_enum=False, length=20),
            server_default="SCHEDULE",
            nullable=False,
        ),
    )
    op.alter_column("deadline_rule", "stage", server_default=None)
    op.alter_column("deadline_rule", "schedule_day", new_column_name="day_of_month", nullable=True)
    op.alter_column("deadline_rule", "result_days", new_column_name="offset_days", nullable=True)
    for name in ("month_offset", "grace_days"):
        op.add_column(
            "deadline_rule",
            sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False),
        )
    op.add_column(
        "deadline_rule",
        sa.Column(
            "shift",
            sa.Enum(*SHIFTS, name="Shift", native_enum=False, length=20),
            server_default=sa.text("'NONE'"),
            nullable=False,
        ),
    )
    op.execute(
        "INSERT INTO deadline_rule (stage, offset_days, legal_basis, valid_from, valid_to, unit_id,"
        " unit_path) SELECT 'RESULT', offset_days, legal_basis, valid_from, valid_to, unit_id,"
        " unit_path FROM deadline_rule ORDER BY id"
    )
    op.execute(
        "UPDATE deadline_rule SET offset_days = NULL, month_offset = -1 WHERE stage = 'SCHEDULE'"
    )
    for name, names in (("Stage", STAGES), ("Shift", SHIFTS)):
        listed = ", ".join(f"'{one}'" for one in names)
        op.create_check_constraint(
            op.f(f"ck_deadline_rule_{name}"), "deadline_rule", f"{name.lower()} IN ({listed})"
        )
    for name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_deadline_rule_{name}"), "deadline_rule", rule)


def downgrade() -> None:
    """Back to rows of both; what they cannot say (other stages, shift, grace) is given up.

    A row of one stage alone takes over what held for the other when it began.
    """
    for name in (*dict(CHECKS), "Stage", "Shift"):
        op.drop_constraint(op.f(f"ck_deadline_rule_{name}"), "deadline_rule", type_="check")
    plain = (
        "stage = 'SCHEDULE' AND day_of_month IS NOT NULL AND month_offset = -1",
        "stage = 'RESULT' AND offset_days IS NOT NULL",
    )
    op.execute(f"DELETE FROM deadline_rule WHERE NOT (({plain[0]}) OR ({plain[1]}))")
    for stage, mine, other, usual in (
        ("SCHEDULE", "offset_days", "RESULT", 2),
        ("RESULT", "day_of_month", "SCHEDULE", 25),
    ):
        op.execute(
            f"""
            UPDATE deadline_rule d SET {mine} = coalesce(
                (SELECT o.{mine} FROM deadline_rule o
                 WHERE o.stage = '{other}' AND o.{mine} IS NOT NULL
                   AND starts_with(d.unit_path, o.unit_path) AND o.valid_from <= d.valid_from
                   AND (o.valid_to IS NULL OR o.valid_to > d.valid_from)
                 ORDER BY length(o.unit_path) DESC, o.valid_from DESC, o.id DESC LIMIT 1),
                {usual})
            WHERE d.stage = '{stage}'
            """
        )
    # A pair of the same owner, time and source was one row.
    op.execute(
        """
        DELETE FROM deadline_rule r USING deadline_rule s
        WHERE r.stage = 'RESULT' AND s.stage = 'SCHEDULE' AND r.unit_id = s.unit_id
          AND r.valid_from = s.valid_from AND r.valid_to IS NOT DISTINCT FROM s.valid_to
          AND r.legal_basis IS NOT DISTINCT FROM s.legal_basis
          AND r.offset_days = s.offset_days
        """
    )
    for name in ("shift", "grace_days", "month_offset", "stage"):
        op.drop_column("deadline_rule", name)
    op.alter_column("deadline_rule", "day_of_month", new_column_name="schedule_day", nullable=False)
    op.alter_column("deadline_rule", "offset_days", new_column_name="result_days", nullable=False)
    for name, rule in OLD_CHECKS:
        op.create_check_constraint(op.f(f"ck_deadline_rule_{name}"), "deadline_rule", rule)
