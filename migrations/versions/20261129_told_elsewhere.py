"""Reports name the units that moved, so that another committee tells of their month."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "told_elsewhere"
down_revision = "counted_once"
branch_labels = None
depends_on = None

# Reads beyond the scope on purpose, and no more than names: where a unit went, and who reports of
# it, is out of the sight of the committee that it left.
HANDED = """m.month = wanted AND m.state IN ('SUBMITTED', 'ACCEPTED')"""
LATEST = """NOT EXISTS (
        SELECT FROM snapshot l WHERE l.report_id = s.report_id AND l.revision > s.revision)"""
OUTSIDE = "NOT starts_with(m.unit_path, branch) AND NOT starts_with(branch, m.unit_path)"
INSIDE = 'u.path >= branch COLLATE "C" AND u.path < (left(branch, -1) || \'0\') COLLATE "C"'
# Away: hung in the branch in that month, and is not there at its end, or not there now. Here: came
# into the branch, where another committee had handed its month up already.
ELSEWHERE = f"""
CREATE FUNCTION units_told_elsewhere(branch text, wanted date)
RETURNS TABLE (unit_id int, code varchar, name varchar, moved_on date, decision_no varchar,
               now_under varchar, told_by varchar)
LANGUAGE sql STABLE
SET nep.scope_from = '/' SET nep.scope_to = '0'
AS $$
    WITH RECURSIVE bound AS (SELECT (wanted + interval '1 month')::date - 1 AS last),
    below AS (
        SELECT u.id FROM unit u WHERE u.path = branch
        UNION
        SELECT v.unit_id
        FROM below b CROSS JOIN bound d
        JOIN unit_version v ON v.parent_id = b.id
             AND v.valid_from <= d.last AND (v.valid_to IS NULL OR v.valid_to > d.last)
        JOIN unit u ON u.id = v.unit_id AND NOT u.is_cell AND {INSIDE}
    ), moved AS MATERIALIZED (
        SELECT DISTINCT ON (v.unit_id) v.unit_id, w.valid_from AS moved_on, w.decision_no,
               v.parent_id
        FROM below b
        JOIN unit_version v ON v.parent_id = b.id AND v.valid_to > wanted
        JOIN unit_version w ON w.unit_id = v.unit_id AND w.valid_from = v.valid_to
             AND w.parent_id IS DISTINCT FROM v.parent_id
        CROSS JOIN bound d
        WHERE v.valid_from <= d.last
        ORDER BY v.unit_id, w.valid_from DESC
    ), away AS (
        SELECT m.unit_id, m.moved_on, m.decision_no, coalesce(e.parent_id, m.parent_id) AS then_id
        FROM moved m CROSS JOIN bound d
        JOIN unit u ON u.id = m.unit_id AND NOT u.is_practice
        LEFT JOIN unit_version e ON e.unit_id = m.unit_id
             AND e.valid_from <= d.last AND (e.valid_to IS NULL OR e.valid_to > d.last)
        WHERE NOT ({INSIDE} AND e.parent_id IN (SELECT b.id FROM below b))
    ), here AS MATERIALIZED (
        SELECT e.unit_id, e.valid_from, e.decision_no
        FROM below b CROSS JOIN bound d
        JOIN unit_version e ON e.parent_id = b.id
             AND e.valid_from <= d.last AND (e.valid_to IS NULL OR e.valid_to > d.last)
        JOIN unit u ON u.id = e.unit_id AND {INSIDE}
    ), told AS MATERIALIZED (
        SELECT r.snapshot_id, r.of_unit_id FROM snapshot_row r
        WHERE r.of_unit_id = ANY (ARRAY(SELECT h.unit_id FROM here h))
          AND EXISTS (SELECT FROM monthly_report m WHERE {HANDED} AND {OUTSIDE})
    )
    SELECT u.id, u.code, u.name, a.moved_on, a.decision_no, n.name, t.name
    FROM away a
    JOIN unit u ON u.id = a.unit_id
    LEFT JOIN unit n ON n.id = u.parent_id
    JOIN unit p ON p.id = a.then_id
    LEFT JOIN LATERAL (
        -- The lowest that was above it then and is above it now.
        SELECT o.name FROM unit o
        WHERE o.id = ANY (string_to_array(trim(both '/' from p.path), '/')::int[])
          AND starts_with(u.path, o.path)
        ORDER BY length(o.path) DESC LIMIT 1
    ) t ON true
    UNION ALL
    SELECT u.id, u.code, u.name, h.valid_from, h.decision_no, n.name, o.name
    FROM told t
    JOIN snapshot s ON s.id = t.snapshot_id AND s.unit_id <> t.of_unit_id AND s.month = wanted
    JOIN monthly_report m ON m.id = s.report_id AND {HANDED} AND {OUTSIDE}
    JOIN here h ON h.unit_id = t.of_unit_id
    JOIN unit u ON u.id = h.unit_id
    JOIN unit o ON o.id = s.unit_id
    LEFT JOIN unit n ON n.id = u.parent_id
    WHERE {LATEST}
$$
"""


def upgrade() -> None:
    """Add what says it; figures frozen before name nobody."""
    op.add_column(
        "snapshot",
        sa.Column("elsewhere", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
    )
    op.execute(ELSEWHERE)


def downgrade() -> None:
    """Take it away."""
    op.execute("DROP FUNCTION units_told_elsewhere(text, date)")
    op.drop_column("snapshot", "elsewhere")
