"""Who has leave to meet later, and who was founded after the last day, is not late."""

from alembic import op

revision = "put_off_with_leave"
down_revision = "told_elsewhere"
branch_labels = None
depends_on = None

FACT = "               e.state AS score,"
WITH_LEAVE = """               EXISTS (SELECT FROM deferral q WHERE q.meeting_id = m.id
                       AND q.state = 'AGREED' AND q.wanted = 'POSTPONED') AS has_leave,
"""
DAY = "                    CASE WHEN now.state = 'POSTPONED' THEN f.latest END)"
NEW_DAY = (
    "                    CASE WHEN now.state = 'POSTPONED' THEN f.latest\n"
    "                         WHEN d.stage = 'SCHEDULE' AND f.valid_from > d.due_on THEN f.last\n"
    "                         WHEN d.stage = 'MEETING' AND f.has_leave THEN f.met_on END)"
)


UNIT = "v.parent_id IS NOT NULL AS has_superior,"


def _rewrite(*changes):
    """Put other pieces into the function as it stands, each as often as it is said to occur."""
    connection = op.get_bind()
    asked = "SELECT pg_get_functiondef('obligations_now(date,text,text,int[])'::regprocedure)"
    text = connection.exec_driver_sql(asked).scalar_one()
    for old, new, times in changes:
        if text.count(old) != times:
            raise RuntimeError(f"Not what was expected in obligations_now: {old}")
        text = text.replace(old, new)
    connection.exec_driver_sql(text)


def upgrade() -> None:
    """A meeting put off with leave is due on its new day, the schedule of a new unit at the end."""
    _rewrite((FACT, WITH_LEAVE + FACT, 1), (DAY, NEW_DAY, 2), (UNIT, f"{UNIT} u.valid_from,", 1))


def downgrade() -> None:
    """By the rules alone."""
    _rewrite((WITH_LEAVE, "", 1), (NEW_DAY, DAY, 2), (f"{UNIT} u.valid_from,", UNIT, 1))
