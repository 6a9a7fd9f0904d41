"""The statement that freezes a month: totals, rows and the parts they came from, all at once."""

from sqlalchemy import text

from app.rollup.gathering import COLUMNS, ELSEWHERE, ROWS, SUMMED, TOTALS
from app.rollup.rules import FIGURES

_STAMPED = (
    *("unit_id", "unit_path", "report_id", "revision", "month", "taken_at", "taken_by"),
    *("unit_name", "unit_code", "superior_name", "comments", "tasks_next"),
)


def _used(table: str, column: str, held: str) -> str:
    """The versions by which was counted, here and in the parts, as a list of names."""
    return f"""coalesce((
        SELECT jsonb_agg(v.one ORDER BY v.one ->> 'name', v.one ->> 'id') FROM (
            SELECT jsonb_build_object('id', p.id, 'name', p.name || ' (v' || p.revision || ')')
                   AS one
            FROM {table} p WHERE p.id IN (SELECT r.{column} FROM found r)
            UNION
            SELECT jsonb_array_elements(h.{held}) FROM handed h
            WHERE h.id IN (SELECT r.part_id FROM found r)) v), '[]')"""


_HELD = ("scale", "policies", "criteria", "elsewhere")
FREEZE = text(
    f"""{ROWS}{ELSEWHERE}
, made AS (
    INSERT INTO snapshot ({", ".join((*_STAMPED, *_HELD, *FIGURES))})
    SELECT {", ".join(f":{name}" for name in _STAMPED)},
           (SELECT jsonb_agg(jsonb_build_object('code', g.code, 'name', g.name,
                                                'name_en', g.name_en) ORDER BY g.rank DESC)
            FROM rating g),
           {_used("attendance_policy", "attendance_policy_id", "policies")},
           {_used("criteria_set", "criteria_set_id", "criteria")},
           coalesce((SELECT jsonb_agg(to_jsonb(e) ORDER BY e.moved_on, e.code)
                     FROM elsewhere e), '[]'),
           {TOTALS}
    FROM (SELECT {SUMMED} FROM found r) t
    RETURNING id
), kept AS (
    INSERT INTO snapshot_row (snapshot_id, unit_id, unit_path, {", ".join(COLUMNS)})
    SELECT made.id, :unit_id, :unit_path, {", ".join(f"r.{name}" for name in COLUMNS)}
    FROM found r, made ORDER BY r.place
), parts AS (
    INSERT INTO snapshot_part (snapshot_id, unit_id, unit_path, part_id)
    SELECT DISTINCT made.id, CAST(:unit_id AS int), :unit_path, used.id
    FROM made, (
        SELECT r.part_id AS id FROM found r WHERE r.part_id IS NOT NULL
        UNION
        SELECT p.part_id FROM snapshot_part p JOIN found r ON r.part_id = p.snapshot_id
    ) used
)
SELECT id FROM made
"""
)
"""Gives the key of the new snapshot."""
