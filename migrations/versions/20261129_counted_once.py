"""A unit that stands in figures handed up is counted there, wherever it hangs afterwards."""

from alembic import op

revision = "counted_once"
down_revision = "events_told"
branch_labels = None
depends_on = None

# Reads beyond the scope on purpose, and no more than keys: that another committee has reported of a
# unit is out of the sight of the one to which it came.
INSIDE = 'u.path >= branch COLLATE "C" AND u.path < (left(branch, -1) || \'0\') COLLATE "C"'
HANDED = """m.month = wanted AND m.state IN ('SUBMITTED', 'ACCEPTED')"""
LATEST = """NOT EXISTS (
        SELECT FROM snapshot l WHERE l.report_id = s.report_id AND l.revision > s.revision)"""
OUTSIDE = "NOT starts_with(m.unit_path, branch) AND NOT starts_with(branch, m.unit_path)"
# Who hangs or hung in a branch, and stands in the figures that another one has handed up, is counted
# there. A whole office asks that of nobody: no branch is outside. Step by step: when the first month
# goes up, the tables look empty to the planner, which would read them once for every unit.
FROZEN = f"""
CREATE FUNCTION units_frozen(branch text, wanted date) RETURNS TABLE (unit_id int)
LANGUAGE sql STABLE
SET nep.scope_from = '/' SET nep.scope_to = '0'
AS $$
    WITH mine AS MATERIALIZED (
        SELECT u.id FROM unit u WHERE {INSIDE}
        UNION
        SELECT v.unit_id FROM unit u JOIN unit_version v ON v.parent_id = u.id WHERE {INSIDE}
    ), told AS MATERIALIZED (
        SELECT r.snapshot_id, r.of_unit_id FROM snapshot_row r
        WHERE r.of_unit_id = ANY (ARRAY(SELECT n.id FROM mine n))
          AND EXISTS (SELECT FROM monthly_report m WHERE {HANDED} AND {OUTSIDE})
    )
    SELECT DISTINCT t.of_unit_id
    FROM told t
    JOIN snapshot s ON s.id = t.snapshot_id AND s.unit_id <> t.of_unit_id AND s.month = wanted
    JOIN monthly_report m ON m.id = s.report_id AND {HANDED} AND {OUTSIDE}
    WHERE {LATEST}
$$
"""


def upgrade() -> None:
    """Add the function, and what it finds its rows by."""
    op.create_index("ix_snapshot_row_of_unit_id", "snapshot_row", ["of_unit_id"])
    op.create_index("ix_monthly_report_month", "monthly_report", ["month"])
    op.execute(FROZEN)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION units_frozen(text, date)")
    op.drop_index("ix_monthly_report_month", "monthly_report")
    op.drop_index("ix_snapshot_row_of_unit_id", "snapshot_row")
