"""Opened months and what they oblige units to do, kept in step with the facts by the database."""

import re

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "periods"
down_revision = "holiday"
branch_labels = None
depends_on = None

STAGES = (
    *("SCHEDULE", "MEETING", "RESULT", "SELF_SCORE", "VERIFICATION", "OFFICIAL"),
    *("ROLL_UP", "SUBMISSION"),
)
STATES = ("OPEN", "RETURNED", "DONE", "POSTPONED", "EXCUSED", "WAIVED", "WITHDRAWN")
CAUSES = ("NOT_VERIFIED", "CLOSED_ABOVE", "GONE")
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
ABOVE = "starts_with(current_setting('nep.scope_from', true), unit_path)"
TABLES = ("period", "due_day", "obligation", "extension")
READ_BELOW = ("period", "due_day")

# What a month obliges the units of a range of paths to do, from facts, days and extensions.
# It is the only place that says so: opening and the triggers both ask it. Units and facts are
# gathered first: joined to the days before the day of the meeting is known, each unit would meet
# all 41 of them in eight stages.
NOW = """
CREATE FUNCTION obligations_now(wanted date, low text, high text, units int[])
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

# What is not as it should be: rows to add, to change and to withdraw. Two marks say which half of
# a row differs, so that a change of the day never undoes a state written at the same moment.
DIFFERING = """
CREATE FUNCTION obligations_differing(wanted date, low text, high text, units int[])
RETURNS TABLE (kind text, id bigint, day_differs boolean, state_differs boolean,
               unit_id int, unit_path text, stage varchar, rule_id bigint, counts_from date,
               due_on date, late_after date, state varchar, cause varchar, reason varchar,
               done_at timestamptz, done_on date)
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN o.id IS NULL THEN 'added' WHEN n.unit_id IS NULL THEN 'withdrawn'
                ELSE 'changed' END,
           o.id,
           (o.rule_id, o.counts_from, o.due_on, o.late_after)
               IS DISTINCT FROM (n.rule_id, n.counts_from, n.due_on, n.late_after),
           (o.state, o.cause, o.reason, o.done_at, o.done_on)
               IS DISTINCT FROM (n.state, n.cause, n.reason, n.done_at, n.done_on),
           n.unit_id, n.unit_path, coalesce(n.stage, o.stage), n.rule_id, n.counts_from, n.due_on,
           n.late_after, n.state, n.cause, n.reason, n.done_at, n.done_on
    FROM obligations_now(wanted, low, high, units) n
    FULL JOIN (
        SELECT * FROM obligation
        WHERE obligation.month = wanted AND obligation.unit_path >= low COLLATE "C"
          AND obligation.unit_path < high COLLATE "C"
          AND (units IS NULL OR obligation.unit_id = ANY (units))
    ) o ON o.unit_id = n.unit_id AND o.stage = n.stage
    WHERE o.id IS NULL
       OR n.unit_id IS NULL AND o.state <> 'WITHDRAWN'
       OR n.unit_id IS NOT NULL
          AND (o.rule_id, o.counts_from, o.due_on, o.late_after,
               o.state, o.cause, o.reason, o.done_at, o.done_on)
              IS DISTINCT FROM (n.rule_id, n.counts_from, n.due_on, n.late_after,
               n.state, n.cause, n.reason, n.done_at, n.done_on)
$$
"""

SETTLE = """
CREATE FUNCTION settle_obligations(wanted date, low text, high text, units int[])
RETURNS TABLE (of_stage varchar, what text, number bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET work_mem = '96MB' SET jit = off
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH differing AS MATERIALIZED (
        SELECT * FROM obligations_differing(wanted, low, high, units)
    ), added AS (
        INSERT INTO obligation (unit_id, unit_path, month, stage, rule_id, counts_from, due_on,
                                late_after, state, cause, reason, done_at, done_on)
        SELECT unit_id, unit_path, wanted, stage, rule_id, counts_from, due_on, late_after,
               state, cause, reason, done_at, done_on
        FROM differing WHERE kind = 'added'
        -- In the order of the tree, so that neighbours lie together in every index.
        ORDER BY unit_path, stage
        ON CONFLICT (unit_id, month, stage) DO NOTHING
    ), changed AS (
        UPDATE obligation o SET
            rule_id = CASE WHEN d.day_differs THEN d.rule_id ELSE o.rule_id END,
            counts_from = CASE WHEN d.day_differs THEN d.counts_from ELSE o.counts_from END,
            due_on = CASE WHEN d.day_differs THEN d.due_on ELSE o.due_on END,
            late_after = CASE WHEN d.day_differs THEN d.late_after ELSE o.late_after END,
            state = CASE WHEN d.state_differs THEN d.state ELSE o.state END,
            cause = CASE WHEN d.state_differs THEN d.cause ELSE o.cause END,
            reason = CASE WHEN d.state_differs THEN d.reason ELSE o.reason END,
            done_at = CASE WHEN d.state_differs THEN d.done_at ELSE o.done_at END,
            done_on = CASE WHEN d.state_differs THEN d.done_on ELSE o.done_on END
        FROM differing d WHERE d.kind = 'changed' AND o.id = d.id
    ), withdrawn AS (
        UPDATE obligation o SET state = 'WITHDRAWN', cause = 'GONE', reason = NULL
        FROM differing d WHERE d.kind = 'withdrawn' AND o.id = d.id
    )
    SELECT d.stage, d.kind, count(*) FROM differing d GROUP BY d.stage, d.kind;
END
$$
"""

# A writer of facts waits for an opening of his month, and an opening for the writers under way:
# neither can miss what the other has not committed yet.
FOLLOW = """
CREATE FUNCTION obligations_follow(wanted date, touched int[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(80, wanted - date '2000-01-01');
    PERFORM settle_obligations(wanted, '/', '0', touched);
END
$$
"""

MEANS = (
    "(unit_id, month, type IN ('REGULAR', 'COMBINED'), state, state_reason, planned_at,"
    " started_at, registered_at, submitted_at, return_reason, result_state = 'RETURNED',"
    " result_state IN ('SUBMITTED', 'APPROVED', 'LOCKED'))"
)
SCORES = "(state, remark, self_scored_at, verified_at, official_at)"


def _of(alias, columns):
    """The same row of columns, each said to be of ``alias``."""
    names = (
        *("unit_id", "month", "type", "state", "state_reason", "planned_at", "started_at"),
        *("registered_at", "submitted_at", "return_reason", "result_state"),
        *("remark", "self_scored_at", "verified_at", "official_at"),
    )
    pattern = re.compile(r"\b(" + "|".join(sorted(names, key=len, reverse=True)) + r")\b")
    return pattern.sub(rf"{alias}.\1", columns)


def _touched():
    """By table and event: the pairs of unit and month whose facts a statement changed."""
    meeting = "SELECT unit_id, month FROM {rows}"
    score = "SELECT m.unit_id, m.month FROM {rows} r JOIN meeting m ON m.id = r.meeting_id"
    yield "meeting", "INSERT", meeting.format(rows="after_rows")
    yield "meeting", "DELETE", meeting.format(rows="before_rows")
    changed = (
        "FROM before_rows b JOIN after_rows a ON a.id = b.id"
        f" WHERE {_of('a', MEANS)} IS DISTINCT FROM {_of('b', MEANS)}"
    )
    yield (
        "meeting",
        "UPDATE",
        f"SELECT b.unit_id, b.month {changed} UNION SELECT a.unit_id, a.month {changed}",
    )
    yield "evaluation", "INSERT", score.format(rows="after_rows")
    yield "evaluation", "DELETE", score.format(rows="before_rows")
    yield (
        "evaluation",
        "UPDATE",
        "SELECT m.unit_id, m.month FROM before_rows b"
        " JOIN after_rows a ON a.meeting_id = b.meeting_id"
        " JOIN meeting m ON m.id = a.meeting_id"
        f" WHERE {_of('a', SCORES)} IS DISTINCT FROM {_of('b', SCORES)}",
    )
    # A closed month is a fact of committees alone.
    yield (
        "closed_month",
        "INSERT",
        "SELECT u.id AS unit_id, r.month FROM after_rows r JOIN unit u"
        " ON u.path >= r.unit_path AND u.path < (left(r.unit_path, -1) || '0') COLLATE \"C\""
        " AND NOT u.is_cell",
    )
    yield "extension", "INSERT", "SELECT unit_id, month FROM after_rows"


def _name(table, event):
    return f"obligations_of_{table}_{event.lower()}"


def _trigger(table, event, touched):
    rows = {
        "INSERT": "NEW TABLE AS after_rows",
        "DELETE": "OLD TABLE AS before_rows",
        "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS after_rows",
    }[event]
    op.execute(
        f"""
        CREATE FUNCTION {_name(table, event)}() RETURNS trigger
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
    op.execute(
        f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} REFERENCING {rows}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_name(table, event)}()"
    )


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _enum(name, names):
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=20)


def _mine(table, *rest):
    """A scoped table of ours: key and unit, tied to the unit's path."""
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *rest,
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f(f"fk_{table}_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _days():
    return [
        sa.Column(name, sa.Date(), nullable=False)
        for name in ("counts_from", "due_on", "late_after")
    ]


def _tables():
    stamp = sa.DateTime(timezone=True)
    _mine(
        "period",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("opened_at", stamp, nullable=False),
        sa.Column("opened_by", sa.String(length=128), nullable=False),
        sa.Column("touched_at", stamp, nullable=False),
        sa.Column("touched_by", sa.String(length=128), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_period_first_day")),
    )
    op.create_unique_constraint(op.f("uq_period_unit_id_month"), "period", ["unit_id", "month"])
    _mine(
        "due_day",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("stage", _enum("Stage", STAGES), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        *_days(),
    )
    op.create_unique_constraint(
        op.f("uq_due_day_unit_path_month_stage_met_on"),
        "due_day",
        ["unit_path", "month", "stage", "met_on"],
    )
    op.create_index("ix_due_day_month", "due_day", ["month", "met_on", "stage"])
    _mine(
        "obligation",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("stage", _enum("Stage", STAGES), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        *_days(),
        sa.Column("state", _enum("State", STATES), nullable=False),
        sa.Column("cause", _enum("Cause", CAUSES), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("done_at", stamp, nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column(
            "late_days",
            sa.Integer(),
            sa.Computed(
                "CASE WHEN (state)::text = 'DONE'::text THEN"
                " CASE WHEN done_on > late_after THEN done_on - due_on ELSE 0 END END",
                persisted=True,
            ),
            nullable=True,
        ),
    )
    op.create_unique_constraint(
        op.f("uq_obligation_unit_id_month_stage"), "obligation", ["unit_id", "month", "stage"]
    )
    op.create_index("ix_obligation_unit_path", "obligation", ["unit_path", "month"])
    _mine(
        "extension",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("stage", _enum("Stage", STAGES), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("granted_at", stamp, nullable=False),
        sa.Column("granted_by", sa.String(length=128), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_extension_obligation"),
        "extension",
        "obligation",
        ["unit_id", "month", "stage"],
        ["unit_id", "month", "stage"],
    )
    op.create_index("ix_extension_unit_id", "extension", ["unit_id", "month", "stage"])
    op.create_index("ix_extension_unit_path", "extension", ["unit_path", "month"])


def upgrade() -> None:
    """Add the tables with their policies, and what keeps obligations in step."""
    _tables()
    role = _role()
    for table in TABLES:
        reads = f"({WITHIN}) OR {ABOVE}" if table in READ_BELOW else WITHIN
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sees ON {table} FOR SELECT USING ({reads})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({WITHIN})")
        op.execute(
            f"CREATE POLICY changes ON {table} FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
        )
        op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({WITHIN})")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN unit_path SET STATISTICS 1000")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {role}")
    op.execute(f"REVOKE UPDATE ON extension FROM {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for function in (NOW, DIFFERING, SETTLE, FOLLOW):
        op.execute(function)
    for table, event, touched in _touched():
        _trigger(table, event, touched)


def downgrade() -> None:
    """Take it all away; obligations can be made again from the facts, extensions cannot."""
    for table, event, _pairs in _touched():
        op.execute(f"DROP TRIGGER {_name(table, event)} ON {table}")
        op.execute(f"DROP FUNCTION {_name(table, event)}()")
    op.execute("DROP FUNCTION obligations_follow(date, int[])")
    for function in ("settle_obligations", "obligations_differing", "obligations_now"):
        op.execute(f"DROP FUNCTION {function}(date, text, text, int[])")
    for table in reversed(TABLES):
        op.drop_table(table)
