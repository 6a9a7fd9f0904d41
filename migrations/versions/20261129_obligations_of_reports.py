"""Rolling up and submitting are acts of their own: obligations follow the monthly report."""

from alembic import op

revision = "obligations_of_reports"
down_revision = "monthly_report"
branch_labels = None
depends_on = None

NOW = """
CREATE OR REPLACE FUNCTION obligations_now(wanted date, low text, high text, units int[])
RETURNS TABLE (unit_id int, unit_path text, stage varchar, rule_id bigint, counts_from date,
               due_on date, late_after date, state varchar, cause varchar, reason varchar,
               done_at timestamptz, done_on date)
LANGUAGE sql STABLE
AS $$
    WITH bound AS (
        SELECT (wanted + interval '1 month')::date - 1 AS last,
               (wanted + interval '1 month')::date + 9 AS latest
    ), head AS MATERIALIZED (
        -- Every head has one line for each stage and day: one of them is enough.
        SELECT d.unit_path FROM due_day d
        WHERE d.month = wanted AND d.met_on = wanted AND d.stage = 'SCHEDULE'
    ), who AS MATERIALIZED (
        SELECT u.id, u.path, k.is_cell, v.parent_id IS NOT NULL AS has_superior, b.last, b.latest,
               (SELECT max(h.unit_path) FROM head h WHERE starts_with(u.path, h.unit_path)) AS head
        FROM bound b
        JOIN unit u ON u.valid_from <= b.last AND (u.valid_to IS NULL OR u.valid_to > wanted)
        JOIN unit_version v ON v.unit_id = u.id
             AND v.valid_from <= least(b.last, u.valid_to - 1)
             AND (v.valid_to IS NULL OR v.valid_to > least(b.last, u.valid_to - 1))
        JOIN unit_kind k ON k.code = v.kind_code
        WHERE u.path >= low COLLATE "C" AND u.path < high COLLATE "C"
          AND (units IS NULL OR u.id = ANY (units)) AND NOT u.is_practice
          AND (k.is_cell OR EXISTS (
              SELECT FROM unit c
              WHERE c.path > u.path AND c.path < (left(u.path, -1) || '0') COLLATE "C"
                AND c.is_cell AND NOT c.is_practice
                AND c.valid_from <= b.last AND (c.valid_to IS NULL OR c.valid_to > wanted)))
    ), fact AS MATERIALIZED (
        SELECT w.*, m.id AS meeting_id, m.state AS plan, m.state_reason, m.result_state AS result,
               m.return_reason, m.registered_at, m.submitted_at,
               coalesce(m.started_at, m.planned_at) AS met_at,
               r.state AS report, r.return_reason AS report_reason, r.compiled_at,
               r.submitted_at AS handed_at,
               e.state AS score, e.remark, e.self_scored_at, e.verified_at, e.official_at,
               CASE WHEN m.id IS NULL THEN w.last
                    WHEN m.state = 'POSTPONED' THEN w.latest
                    ELSE least(greatest(coalesce(m.started_at, m.planned_at)::date, wanted),
                               w.latest) END AS met_on
        FROM who w
        LEFT JOIN meeting m ON w.is_cell AND m.unit_id = w.id AND m.month = wanted
             AND m.type IN ('REGULAR', 'COMBINED')
        LEFT JOIN evaluation e ON e.meeting_id = m.id
        LEFT JOIN monthly_report r ON NOT w.is_cell AND r.unit_id = w.id AND r.month = wanted
    ), more AS (
        SELECT DISTINCT ON (x.unit_id, x.stage) x.unit_id, x.stage, x.until
        FROM extension x WHERE x.month = wanted ORDER BY x.unit_id, x.stage, x.id DESC
    ), closed AS (
        SELECT c.unit_path FROM closed_month c WHERE c.month = wanted AND c.reopened_at IS NULL
    )
    SELECT f.id, f.path, d.stage, d.rule_id, d.counts_from,
           greatest(d.due_on, x.until,
                    CASE WHEN now.state = 'POSTPONED' THEN f.latest END),
           greatest(d.late_after, x.until,
                    CASE WHEN now.state = 'POSTPONED' THEN f.latest END),
           now.state::varchar, now.cause::varchar, now.reason::varchar,
           now.done_at, (now.done_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    FROM fact f
    JOIN due_day d ON d.unit_path = f.head AND d.month = wanted AND d.met_on = f.met_on
         AND CASE WHEN f.is_cell THEN d.stage NOT IN ('ROLL_UP', 'SUBMISSION')
                  ELSE d.stage = 'ROLL_UP' OR (d.stage = 'SUBMISSION' AND f.has_superior) END
    LEFT JOIN more x ON x.unit_id = f.id AND x.stage = d.stage
    LEFT JOIN LATERAL (
        SELECT count(*) AS times
        FROM closed c WHERE starts_with(f.path, c.unit_path) AND c.unit_path <> f.path
    ) shut ON NOT f.is_cell
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN d.stage = 'SCHEDULE' THEN
                CASE WHEN f.meeting_id IS NULL THEN 'OPEN' ELSE 'DONE' END
            WHEN NOT f.is_cell THEN
                CASE WHEN d.stage = 'ROLL_UP' AND f.compiled_at IS NOT NULL
                          OR d.stage = 'SUBMISSION' AND f.report IN ('SUBMITTED', 'ACCEPTED')
                          THEN 'DONE'
                     WHEN shut.times > 0 THEN 'WAIVED'
                     WHEN d.stage = 'SUBMISSION' AND f.report = 'RETURNED' THEN 'RETURNED'
                     ELSE 'OPEN' END
            WHEN d.stage = 'MEETING' AND f.plan = 'HELD'
                 OR d.stage = 'RESULT' AND f.result IN ('SUBMITTED', 'APPROVED', 'LOCKED')
                 OR d.stage = 'SELF_SCORE' AND f.score IN ('SELF_SCORED', 'VERIFIED', 'OFFICIAL')
                 OR d.stage = 'VERIFICATION' AND (f.score = 'VERIFIED'
                    OR f.score = 'OFFICIAL' AND f.verified_at IS NOT NULL)
                 OR d.stage = 'OFFICIAL' AND f.score = 'OFFICIAL' THEN 'DONE'
            WHEN d.stage = 'VERIFICATION' AND f.score = 'OFFICIAL' THEN 'WAIVED'
            WHEN f.plan = 'NOT_HELD' THEN 'EXCUSED'
            WHEN f.plan = 'POSTPONED' THEN 'POSTPONED'
            WHEN d.stage = 'RESULT' AND f.result = 'RETURNED'
                 OR d.stage = 'SELF_SCORE' AND f.score = 'DRAFT' AND f.remark IS NOT NULL
                 THEN 'RETURNED'
            ELSE 'OPEN' END AS state
    ) is_now
    CROSS JOIN LATERAL (
        SELECT is_now.state,
            CASE WHEN is_now.state = 'WAIVED' THEN
                CASE WHEN f.is_cell THEN 'NOT_VERIFIED' ELSE 'CLOSED_ABOVE' END END AS cause,
            CASE WHEN is_now.state IN ('EXCUSED', 'POSTPONED') THEN f.state_reason
                 WHEN is_now.state = 'RETURNED' AND d.stage = 'RESULT' THEN f.return_reason
                 WHEN is_now.state = 'RETURNED' AND NOT f.is_cell THEN f.report_reason
                 WHEN is_now.state = 'RETURNED' THEN left(f.remark, 500) END AS reason,
            CASE WHEN is_now.state = 'DONE' THEN
                CASE d.stage
                    WHEN 'SCHEDULE' THEN f.registered_at
                    WHEN 'MEETING' THEN f.met_at AT TIME ZONE 'Asia/Ho_Chi_Minh'
                    WHEN 'RESULT' THEN f.submitted_at
                    WHEN 'SELF_SCORE' THEN f.self_scored_at
                    WHEN 'VERIFICATION' THEN f.verified_at
                    WHEN 'OFFICIAL' THEN f.official_at
                    WHEN 'ROLL_UP' THEN f.compiled_at
                    ELSE f.handed_at END END AS done_at
    ) now
$$
"""

OLD = """
CREATE OR REPLACE FUNCTION obligations_now(wanted date, low text, high text, units int[])
RETURNS TABLE (unit_id int, unit_path text, stage varchar, rule_id bigint, counts_from date,
               due_on date, late_after date, state varchar, cause varchar, reason varchar,
               done_at timestamptz, done_on date)
LANGUAGE sql STABLE
AS $$
    WITH bound AS (
        SELECT (wanted + interval '1 month')::date - 1 AS last,
               (wanted + interval '1 month')::date + 9 AS latest
    ), head AS MATERIALIZED (
        -- Every head has one line for each stage and day: one of them is enough.
        SELECT d.unit_path FROM due_day d
        WHERE d.month = wanted AND d.met_on = wanted AND d.stage = 'SCHEDULE'
    ), who AS MATERIALIZED (
        SELECT u.id, u.path, k.is_cell, v.parent_id IS NOT NULL AS has_superior, b.last, b.latest,
               (SELECT max(h.unit_path) FROM head h WHERE starts_with(u.path, h.unit_path)) AS head
        FROM bound b
        JOIN unit u ON u.valid_from <= b.last AND (u.valid_to IS NULL OR u.valid_to > wanted)
        JOIN unit_version v ON v.unit_id = u.id
             AND v.valid_from <= least(b.last, u.valid_to - 1)
             AND (v.valid_to IS NULL OR v.valid_to > least(b.last, u.valid_to - 1))
        JOIN unit_kind k ON k.code = v.kind_code
        WHERE u.path >= low COLLATE "C" AND u.path < high COLLATE "C"
          AND (units IS NULL OR u.id = ANY (units)) AND NOT u.is_practice
          AND (k.is_cell OR EXISTS (
              SELECT FROM unit c
              WHERE c.path > u.path AND c.path < (left(u.path, -1) || '0') COLLATE "C"
                AND c.is_cell AND NOT c.is_practice
                AND c.valid_from <= b.last AND (c.valid_to IS NULL OR c.valid_to > wanted)))
    ), fact AS MATERIALIZED (
        SELECT w.*, m.id AS meeting_id, m.state AS plan, m.state_reason, m.result_state AS result,
               m.return_reason, m.registered_at, m.submitted_at,
               coalesce(m.started_at, m.planned_at) AS met_at,
               e.state AS score, e.remark, e.self_scored_at, e.verified_at, e.official_at,
               CASE WHEN m.id IS NULL THEN w.last
                    WHEN m.state = 'POSTPONED' THEN w.latest
                    ELSE least(greatest(coalesce(m.started_at, m.planned_at)::date, wanted),
                               w.latest) END AS met_on
        FROM who w
        LEFT JOIN meeting m ON w.is_cell AND m.unit_id = w.id AND m.month = wanted
             AND m.type IN ('REGULAR', 'COMBINED')
        LEFT JOIN evaluation e ON e.meeting_id = m.id
    ), more AS (
        SELECT DISTINCT ON (x.unit_id, x.stage) x.unit_id, x.stage, x.until
        FROM extension x WHERE x.month = wanted ORDER BY x.unit_id, x.stage, x.id DESC
    ), closed AS (
        SELECT c.unit_path, c.closed_at FROM closed_month c WHERE c.month = wanted
    )
    SELECT f.id, f.path, d.stage, d.rule_id, d.counts_from,
           greatest(d.due_on, x.until,
                    CASE WHEN now.state = 'POSTPONED' THEN f.latest END),
           greatest(d.late_after, x.until,
                    CASE WHEN now.state = 'POSTPONED' THEN f.latest END),
           now.state::varchar, now.cause::varchar, now.reason::varchar,
           now.done_at, (now.done_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
    FROM fact f
    JOIN due_day d ON d.unit_path = f.head AND d.month = wanted AND d.met_on = f.met_on
         AND CASE WHEN f.is_cell THEN d.stage NOT IN ('ROLL_UP', 'SUBMISSION')
                  ELSE d.stage = 'ROLL_UP' OR (d.stage = 'SUBMISSION' AND f.has_superior) END
    LEFT JOIN more x ON x.unit_id = f.id AND x.stage = d.stage
    LEFT JOIN LATERAL (
        SELECT min(c.closed_at) FILTER (WHERE c.unit_path = f.path) AS own,
               count(*) AS times
        FROM closed c WHERE NOT f.is_cell AND starts_with(f.path, c.unit_path)
    ) shut ON NOT f.is_cell
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN d.stage = 'SCHEDULE' THEN
                CASE WHEN f.meeting_id IS NULL THEN 'OPEN' ELSE 'DONE' END
            WHEN NOT f.is_cell THEN
                CASE WHEN shut.own IS NOT NULL THEN 'DONE'
                     WHEN shut.times > 0 THEN 'WAIVED' ELSE 'OPEN' END
            WHEN d.stage = 'MEETING' AND f.plan = 'HELD'
                 OR d.stage = 'RESULT' AND f.result IN ('SUBMITTED', 'APPROVED', 'LOCKED')
                 OR d.stage = 'SELF_SCORE' AND f.score IN ('SELF_SCORED', 'VERIFIED', 'OFFICIAL')
                 OR d.stage = 'VERIFICATION' AND (f.score = 'VERIFIED'
                    OR f.score = 'OFFICIAL' AND f.verified_at IS NOT NULL)
                 OR d.stage = 'OFFICIAL' AND f.score = 'OFFICIAL' THEN 'DONE'
            WHEN d.stage = 'VERIFICATION' AND f.score = 'OFFICIAL' THEN 'WAIVED'
            WHEN f.plan = 'NOT_HELD' THEN 'EXCUSED'
            WHEN f.plan = 'POSTPONED' THEN 'POSTPONED'
            WHEN d.stage = 'RESULT' AND f.result = 'RETURNED'
                 OR d.stage = 'SELF_SCORE' AND f.score = 'DRAFT' AND f.remark IS NOT NULL
                 THEN 'RETURNED'
            ELSE 'OPEN' END AS state
    ) is_now
    CROSS JOIN LATERAL (
        SELECT is_now.state,
            CASE WHEN is_now.state = 'WAIVED' THEN
                CASE WHEN f.is_cell THEN 'NOT_VERIFIED' ELSE 'CLOSED_ABOVE' END END AS cause,
            CASE WHEN is_now.state IN ('EXCUSED', 'POSTPONED') THEN f.state_reason
                 WHEN is_now.state = 'RETURNED' AND d.stage = 'RESULT' THEN f.return_reason
                 WHEN is_now.state = 'RETURNED' THEN left(f.remark, 500) END AS reason,
            CASE WHEN is_now.state = 'DONE' THEN
                CASE d.stage
                    WHEN 'SCHEDULE' THEN f.registered_at
                    WHEN 'MEETING' THEN f.met_at AT TIME ZONE 'Asia/Ho_Chi_Minh'
                    WHEN 'RESULT' THEN f.submitted_at
                    WHEN 'SELF_SCORE' THEN f.self_scored_at
                    WHEN 'VERIFICATION' THEN f.verified_at
                    WHEN 'OFFICIAL' THEN f.official_at
                    ELSE shut.own END END AS done_at
    ) now
$$
"""

# A report is a fact of the committee whose it is; to begin or to accept one changes nothing owed.
MEANS = (
    "(r.unit_id, r.month, r.state IN ('SUBMITTED', 'ACCEPTED'), r.state = 'RETURNED',"
    " r.compiled_at, r.submitted_at, r.return_reason)"
)
REPORTS = {
    "INSERT": "SELECT r.unit_id, r.month FROM after_rows r"
    " WHERE r.state <> 'DRAFT' OR r.compiled_at IS NOT NULL",
    "UPDATE": "SELECT a.unit_id, a.month FROM before_rows b JOIN after_rows a ON a.id = b.id"
    f" WHERE {MEANS.replace('r.', 'a.')} IS DISTINCT FROM {MEANS.replace('r.', 'b.')}",
}
# A closed month is a fact of the committees below; what one's own asks, the report says.
BRANCH = (
    "SELECT u.id AS unit_id, r.month FROM after_rows r JOIN unit u"
    " ON u.path >= r.unit_path AND u.path < (left(r.unit_path, -1) || '0') COLLATE \"C\""
    " AND NOT u.is_cell"
)
BELOW = f"{BRANCH} AND u.id <> r.unit_id"
ROWS = {
    "INSERT": "NEW TABLE AS after_rows",
    "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
}


def _function(table, event, touched):
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION obligations_of_{table}_{event.lower()}() RETURNS trigger
        LANGUAGE plpgsql
        AS $$
        DECLARE one record;
        BEGIN
            -- A month that nobody has opened obliges nobody.
            FOR one IN
                SELECT t.month, array_agg(DISTINCT t.unit_id) AS units FROM ({touched}) t
                WHERE EXISTS (SELECT FROM due_day d WHERE d.month = t.month)
                GROUP BY t.month ORDER BY t.month
            LOOP
                PERFORM obligations_follow(one.month, one.units);
            END LOOP;
            RETURN NULL;
        END
        $$
        """
    )


NEW = (
    ("monthly_report", "INSERT", REPORTS["INSERT"]),
    ("monthly_report", "UPDATE", REPORTS["UPDATE"]),
    ("closed_month", "UPDATE", BELOW),
)


def upgrade() -> None:
    """Ask the reports; opening a month again brings what was opened before up to date."""
    op.execute(NOW)
    _function("closed_month", "INSERT", BELOW)
    for table, event, touched in NEW:
        _function(table, event, touched)
        name = f"obligations_of_{table}_{event.lower()}"
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {ROWS[event]}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    """Ask the closed months, as before."""
    for table, event, _touched in NEW:
        op.execute(f"DROP TRIGGER obligations_of_{table}_{event.lower()} ON {table}")
        op.execute(f"DROP FUNCTION obligations_of_{table}_{event.lower()}()")
    _function("closed_month", "INSERT", BRANCH)
    op.execute(OLD)
