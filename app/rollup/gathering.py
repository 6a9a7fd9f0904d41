"""The one statement that says what a committee's month looks like, row by row.

The screen asks it, and so does freezing: what was seen is what is frozen.
"""

from app.rollup.rules import FIGURES, RATINGS, SUMS, Row

_ADDED = tuple(name for name in FIGURES if name not in RATINGS)
COLUMNS = tuple(name for name in Row.__dataclass_fields__)
"""The columns of a row, in the order in which they are stored."""

# The tree is walked as it was on the last day of the month. A committee that has submitted is one
# row with its frozen totals, and who stands in them is not counted again, wherever it hangs now,
# unless ``anew`` asks for that. Who is missing in them is a row of its own: it went elsewhere
# before they were frozen, or came when they were.
_TREE = """
WITH RECURSIVE handed AS MATERIALIZED (
    SELECT DISTINCT ON (s.unit_id) s.*
    FROM monthly_report r JOIN snapshot s ON s.report_id = r.id
    WHERE NOT :anew AND r.month = :month AND r.state IN ('SUBMITTED', 'ACCEPTED')
      AND r.unit_id <> :unit
      AND r.unit_path >= :low COLLATE "C" AND r.unit_path < :high COLLATE "C"
    ORDER BY s.unit_id, s.revision DESC
), frozen AS MATERIALIZED (
    SELECT r.of_unit_id AS unit_id
    FROM handed h JOIN snapshot_row r ON r.snapshot_id = h.id AND r.of_unit_id <> h.unit_id
    UNION
    SELECT f.unit_id FROM unit u, units_frozen(u.path, :month) f WHERE u.id = :unit AND NOT :anew
), tree AS (
    SELECT v.unit_id, v.id AS version_id, v.parent_id, u.code, v.name, v.kind_code, k.is_cell,
           u.member_count, u.is_practice, (u.code || '/') COLLATE "C" AS place, false AS is_handed,
           true AS is_kept
    FROM unit u
    JOIN unit_version v ON v.unit_id = u.id AND v.valid_from <= least(:last, u.valid_to - 1)
         AND (v.valid_to IS NULL OR v.valid_to > least(:last, u.valid_to - 1))
    JOIN unit_kind k ON k.code = v.kind_code
    WHERE u.id = :unit AND (u.valid_to IS NULL OR u.valid_to > :month)
    UNION ALL
    SELECT v.unit_id, v.id, v.parent_id, u.code, v.name, v.kind_code, k.is_cell,
           u.member_count, u.is_practice, t.place || u.code || '/',
           h.id IS NOT NULL, v.unit_id NOT IN (SELECT f.unit_id FROM frozen f)
    FROM tree t
    JOIN unit_version v ON v.parent_id = t.unit_id
    JOIN unit u ON u.id = v.unit_id AND u.is_practice = t.is_practice
         AND u.valid_from <= :last AND (u.valid_to IS NULL OR u.valid_to > :month)
         AND v.valid_from <= least(:last, u.valid_to - 1)
         AND (v.valid_to IS NULL OR v.valid_to > least(:last, u.valid_to - 1))
    JOIN unit_kind k ON k.code = v.kind_code
    LEFT JOIN handed h ON h.unit_id = v.unit_id
    WHERE NOT t.is_cell AND length(t.place) < 900
)"""

_FACTS = """
, fact AS (
    SELECT t.*, m.id AS meeting_id, m.type, m.state, m.state_reason, m.result_state,
           m.started_at, m.ended_at, m.speakers, m.submitted_at, m.planned_at, m.amended_at,
           m.attendance_policy_id, m.on_roll, m.due, m.attended, m.excused, m.unexcused, m.exempt,
           m.temp_in, m.temp_out, e.criteria_set_id, e.remark, e.state AS score,
           e.self_total, e.verified_total, e.official_total,
           e.self_rating_code, e.verified_rating_code, e.official_rating_code,
           o.late_days, o.state AS owed, o.late_after,
           CASE WHEN NOT t.is_cell THEN CASE WHEN t.is_handed THEN 'HANDED' ELSE 'COMMITTEE' END
                WHEN m.result_state IN ('APPROVED', 'LOCKED') THEN 'COUNTED'
                WHEN m.result_state = 'SUBMITTED' THEN 'WAITING'
                WHEN m.state IN ('NOT_HELD', 'POSTPONED') THEN m.state
                ELSE 'MISSING' END AS standing
    FROM tree t
    LEFT JOIN meeting m ON t.is_cell AND m.unit_id = t.unit_id AND m.month = :month
         AND m.type IN ('REGULAR', 'COMBINED')
    LEFT JOIN evaluation e ON e.meeting_id = m.id
    LEFT JOIN obligation o ON o.unit_id = t.unit_id AND o.month = :month AND o.stage = 'RESULT'
    WHERE t.is_kept
), seen AS (
    SELECT f.*, f.standing = 'COUNTED' AS counts,
           f.standing = 'COUNTED' AND f.score <> 'DRAFT' AS self_counts,
           f.standing = 'COUNTED' AND f.score = 'OFFICIAL' AS counts_officially,
           b.boards, b.boards_held, q.thematic, n.note
    FROM fact f
    LEFT JOIN LATERAL (
        SELECT count(*)::int AS boards, count(*) FILTER (WHERE b.state = 'HELD')::int AS boards_held
        FROM meeting b WHERE b.unit_id = f.unit_id AND b.month = :month
    ) b ON f.standing = 'COMMITTEE'
    LEFT JOIN LATERAL (
        SELECT count(*)::int AS thematic FROM (
            SELECT FROM meeting h WHERE h.unit_id = f.unit_id AND h.state = 'HELD'
              AND h.type IN ('THEMATIC', 'COMBINED') AND h.month >= :quarter AND h.month <= :month
            LIMIT 1) one
    ) q ON f.is_cell
    LEFT JOIN LATERAL (
        SELECT nullif(concat_ws('; ', nullif(f.remark, ''), string_agg(c.code || ': ' || s.note,
                      '; ' ORDER BY c.position)), '') AS note
        FROM score s JOIN criterion c ON c.id = s.criterion_id
        WHERE s.meeting_id = f.meeting_id AND s.note <> ''
    ) n ON f.meeting_id IS NOT NULL
)"""

_CELL = {
    "committees": "(NOT s.is_cell AND s.unit_id <> :unit)::int",
    "handed": "0",
    "cells": "s.is_cell::int",
    "counted": "s.counts::int",
    "waiting": "(s.standing = 'WAITING')::int",
    "not_held": "(s.standing = 'NOT_HELD')::int",
    "postponed": "(s.standing = 'POSTPONED')::int",
    "missing": "(s.standing = 'MISSING')::int",
    "moved": "(s.counts AND s.started_at::date <> s.planned_at::date)::int",
    "late": "(s.late_days > 0 OR s.owed IN ('OPEN', 'RETURNED', 'POSTPONED')"
    " AND s.late_after < :today)::int",
    "members": "CASE WHEN s.counts THEN s.on_roll WHEN s.is_cell THEN s.member_count END",
    **{
        name: f"CASE WHEN s.counts THEN s.{name} END"
        for name in ("due", "attended", "excused", "unexcused", "exempt", "temp_in", "temp_out")
    },
    "thematic": "s.thematic",
    "boards": "s.boards",
    "boards_held": "s.boards_held",
    "rate_cells": "(s.counts AND s.due > 0)::int",
    "rates": "CASE WHEN s.counts AND s.due > 0 THEN round(s.attended::numeric / s.due, 6) END",
    "self_cells": "(s.self_counts AND s.self_total IS NOT NULL)::int",
    "self_points": "CASE WHEN s.self_counts THEN s.self_total END",
    "official_cells": "(s.counts_officially AND s.official_total IS NOT NULL)::int",
    "official_points": "CASE WHEN s.counts_officially THEN s.official_total END",
}
_RATED = {
    "self_ratings": ("s.self_counts", "s.self_rating_code"),
    "official_ratings": ("s.counts_officially", "s.official_rating_code"),
}
_OWN = {
    "of_unit_id": "s.unit_id",
    "unit_version_id": "s.version_id",
    **{name: f"s.{name}" for name in ("parent_id", "code", "name", "kind_code", "is_cell")},
    **{name: f"s.{name}" for name in ("place", "standing", "meeting_id", "type", "state")},
    **{name: f"s.{name}" for name in ("state_reason", "result_state", "speakers", "note")},
    "part_id": "h.id",
    "met_on": "CASE WHEN s.counts THEN coalesce(s.started_at, s.planned_at)::date END",
    "minutes": "(extract(epoch FROM s.ended_at - s.started_at) / 60)::int",
    "own_self": "CASE WHEN s.self_counts THEN s.self_total END",
    "own_verified": "CASE WHEN s.self_counts THEN s.verified_total END",
    "own_official": "CASE WHEN s.counts_officially THEN s.official_total END",
    "self_rating": "CASE WHEN s.self_counts THEN s.self_rating_code END",
    "verified_rating": "CASE WHEN s.self_counts THEN s.verified_rating_code END",
    "official_rating": "CASE WHEN s.counts_officially THEN s.official_rating_code END",
    "sent_on": "(s.submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
    "in_time": "CASE WHEN s.owed = 'DONE' THEN s.late_days = 0 END",
    "amended": "s.amended_at IS NOT NULL",
    "attendance_policy_id": "CASE WHEN s.counts THEN s.attendance_policy_id END",
    "criteria_set_id": "CASE WHEN s.self_counts THEN s.criteria_set_id END",
}


def _figure(name: str) -> str:
    if name in _RATED:
        counts, code = _RATED[name]
        own = f"CASE WHEN {counts} AND {code} IS NOT NULL THEN jsonb_build_object({code}, 1) END"
        return f"coalesce(h.{name}, {own}, '{{}}') AS {name}"
    # A committee that has submitted counts itself beside those below it.
    more = {"committees": "h.committees + 1", "handed": "h.handed + 1"}.get(name, f"h.{name}")
    return f"coalesce({more}, {_CELL[name]}, 0) AS {name}"


_SELECTED = ", ".join(
    _figure(name) if name in FIGURES else f"{_OWN[name]} AS {name}" for name in COLUMNS
)
ROWS = f"""{_TREE}{_FACTS}
, found AS MATERIALIZED (
    SELECT {_SELECTED}
    FROM seen s LEFT JOIN handed h ON h.unit_id = s.unit_id AND s.is_handed
)"""
"""Begins every statement about a month: a table ``found`` with ``COLUMNS``."""


def _tallied(name: str) -> str:
    return (
        "coalesce((SELECT jsonb_object_agg(t.code, t.number) FROM ("
        "SELECT e.key AS code, sum(e.value::int) AS number"
        f" FROM found r, jsonb_each_text(r.{name}) e GROUP BY e.key) t), '{{}}')"
    )


ELSEWHERE = """
, elsewhere AS (
    SELECT e.* FROM unit u, units_told_elsewhere(u.path, :month) e
    WHERE u.id = :unit
      AND NOT EXISTS (SELECT FROM found r WHERE r.of_unit_id = e.unit_id)
      AND NOT EXISTS (
          SELECT FROM snapshot_row s WHERE s.of_unit_id = e.unit_id AND s.snapshot_id IN (
              SELECT r.part_id FROM found r
              UNION ALL
              SELECT n.part_id FROM snapshot_part n JOIN found r ON r.part_id = n.snapshot_id))
)"""
"""Goes on after ``ROWS``: a table ``elsewhere`` of units that others tell of, as ``Elsewhere``."""
SUMMED = ", ".join(
    f"coalesce(sum(r.{name}), 0){'' if name in SUMS else '::int'} AS {name}" for name in _ADDED
)
"""What the rows ``r`` add up to, each under its name."""
TOTALS = ", ".join(f"t.{name}" if name in _ADDED else _tallied(name) for name in FIGURES)
"""The totals in the order of ``FIGURES``, where ``t`` holds what ``SUMMED`` gives."""
