"""Monthly reports of committees, their frozen figures, and amendments of what was submitted."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url

revision = "monthly_report"
down_revision = "notices"
branch_labels = None
depends_on = None

STATES = ("DRAFT", "SUBMITTED", "RETURNED", "ACCEPTED")
STANDINGS = (
    *("COUNTED", "WAITING", "NOT_HELD", "POSTPONED", "MISSING"),
    *("COMMITTEE", "HANDED"),
)
TYPES = ("REGULAR", "THEMATIC", "COMBINED", "EXTRAORDINARY", "COMMITTEE")
COUNTS = (
    *("committees", "handed", "cells", "counted", "waiting", "not_held", "postponed", "missing"),
    *("moved", "late", "members", "due", "attended", "excused", "unexcused", "exempt", "temp_in"),
    *("temp_out", "thematic", "boards", "boards_held", "rate_cells", "self_cells"),
    "official_cells",
)
SUMS = {"rates": (14, 6), "self_points": (12, 1), "official_points": (12, 1)}
RATINGS = ("self_ratings", "official_ratings")
LAYERS = ("self", "verified", "official")
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
# Who was handed figures keeps the right to read them.
HANDED_UP = "EXISTS (SELECT FROM snapshot_part p WHERE p.part_id = {key} AND {within})"
FROZEN = ("snapshot", "snapshot_row", "snapshot_part")
TABLES = ("monthly_report", *FROZEN, "amendment")

# Nothing frozen is changed or removed. A branch that moves takes its path along, no more.
KEEP = """
CREATE FUNCTION keep_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(OLD) - 'unit_path' = to_jsonb(NEW) - 'unit_path' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is frozen in % never changes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""
_OWN = ", ".join(f"s.{name}" for name in (*COUNTS, *SUMS))
_ADDED = ", ".join(f"coalesce(sum(r.{name}), 0)" for name in (*COUNTS, *SUMS))
_TALLY = """
       s.{name} = coalesce((
           SELECT jsonb_object_agg(t.code, t.number) FROM (
               SELECT e.key AS code, sum(e.value::int) AS number
               FROM snapshot_row r, jsonb_each_text(r.{name}) e
               WHERE r.snapshot_id = s.id GROUP BY e.key) t), '{{}}')"""
# What a report says in total is what its rows add up to.
EQUAL = f"""
CREATE FUNCTION snapshot_adds_up(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT ({_OWN}) = (SELECT {_ADDED} FROM snapshot_row r WHERE r.snapshot_id = s.id)
       AND {_TALLY.format(name=RATINGS[0])} AND {_TALLY.format(name=RATINGS[1])}
    FROM snapshot s WHERE s.id = asked
$$
"""
CHECK = """
CREATE FUNCTION snapshot_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT snapshot_adds_up(NEW.id) THEN
        RAISE EXCEPTION 'the totals of snapshot % are not what its rows add up to', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""
# Rows added to a whole one later would be found out here.
CHECK_ROWS = """
CREATE FUNCTION snapshot_rows_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one bigint;
BEGIN
    FOR one IN SELECT DISTINCT snapshot_id FROM added LOOP
        IF NOT snapshot_adds_up(one) THEN
            RAISE EXCEPTION 'the totals of snapshot % are not what its rows add up to', one
                USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
"""


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


def _within(table, column, parent):
    return sa.ForeignKeyConstraint(
        [column, "unit_id"],
        [f"{parent}.id", f"{parent}.unit_id"],
        name=f"fk_{table}_{column}_{parent}",
    )


def _figures():
    none = sa.text("0")
    yield from (sa.Column(n, sa.Integer(), nullable=False, server_default=none) for n in COUNTS)
    for name, size in SUMS.items():
        yield sa.Column(name, sa.Numeric(*size), nullable=False, server_default=none)
    for name in RATINGS:
        yield sa.Column(name, postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))


def _text(name, length=None, nullable=True):
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=nullable)


def _stamps(*names):
    for name in names:
        yield sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True)
        yield sa.Column(f"{name}_by", sa.String(length=128), nullable=True)


def _report():
    _mine(
        "monthly_report",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", _enum("ReportState", STATES), nullable=False),
        _text("comments"),
        _text("tasks_next"),
        _text("return_reason", 500),
        *_stamps("compiled", "submitted", "decided"),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_monthly_report_first_day")),
        sa.CheckConstraint(
            "state = 'DRAFT' OR submitted_at IS NOT NULL", name=op.f("ck_monthly_report_submitted")
        ),
        sa.CheckConstraint(
            "state <> 'RETURNED' OR return_reason IS NOT NULL",
            name=op.f("ck_monthly_report_returned"),
        ),
        sa.UniqueConstraint("unit_id", "month", name=op.f("uq_monthly_report_unit_id_month")),
        sa.UniqueConstraint("id", "unit_id", name=op.f("uq_monthly_report_id_unit_id")),
    )
    op.create_index("ix_monthly_report_unit_path", "monthly_report", ["unit_path", "month"])


def _snapshot():
    held = postgresql.JSONB()
    _mine(
        "snapshot",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        _text("taken_by", 128, False),
        _text("unit_name", 250, False),
        _text("unit_code", 40, False),
        _text("superior_name", 250, False),
        _text("comments"),
        _text("tasks_next"),
        *(sa.Column(name, held, nullable=False) for name in ("scale", "policies", "criteria")),
        *_figures(),
        _within("snapshot", "report_id", "monthly_report"),
        sa.UniqueConstraint("report_id", "revision", name=op.f("uq_snapshot_report_id_revision")),
        sa.UniqueConstraint("id", "unit_id", name=op.f("uq_snapshot_id_unit_id")),
    )
    op.create_index("ix_snapshot_unit_path", "snapshot", ["unit_path", "month"])


def _row():
    points = sa.Numeric(5, 1)
    _mine(
        "snapshot_row",
        sa.Column("snapshot_id", sa.BigInteger(), nullable=False),
        sa.Column("of_unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_version_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        _text("code", 40, False),
        _text("name", 250, False),
        _text("kind_code", 30, False),
        sa.Column("is_cell", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Text(collation="C"), nullable=False),
        sa.Column("standing", _enum("Standing", STANDINGS), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=True),
        sa.Column("meeting_id", sa.BigInteger(), nullable=True),
        _text("type", 20),
        _text("state", 20),
        _text("state_reason", 250),
        _text("result_state", 20),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("speakers", sa.Integer(), nullable=True),
        *(sa.Column(f"own_{name}", points, nullable=True) for name in LAYERS),
        *(_text(f"{name}_rating", 20) for name in LAYERS),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("amended", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _text("note"),
        sa.Column("attendance_policy_id", sa.BigInteger(), nullable=True),
        sa.Column("criteria_set_id", sa.BigInteger(), nullable=True),
        *_figures(),
        _within("snapshot_row", "snapshot_id", "snapshot"),
        sa.ForeignKeyConstraint(
            ["of_unit_id"], ["unit.id"], name=op.f("fk_snapshot_row_of_unit_id_unit")
        ),
        sa.UniqueConstraint(
            "snapshot_id", "of_unit_id", name=op.f("uq_snapshot_row_snapshot_id_of_unit_id")
        ),
    )
    op.create_index("ix_snapshot_row_unit_path", "snapshot_row", ["unit_path"])


def _part():
    _mine(
        "snapshot_part",
        sa.Column("snapshot_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        _within("snapshot_part", "snapshot_id", "snapshot"),
        sa.ForeignKeyConstraint(
            ["part_id"], ["snapshot.id"], name=op.f("fk_snapshot_part_part_id_snapshot")
        ),
        sa.UniqueConstraint(
            "snapshot_id", "part_id", name=op.f("uq_snapshot_part_snapshot_id_part_id")
        ),
    )
    op.create_index("ix_snapshot_part_part_id", "snapshot_part", ["part_id"])
    op.create_index("ix_snapshot_part_unit_path", "snapshot_part", ["unit_path"])


def _amendment():
    _mine(
        "amendment",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), nullable=True),
        _text("subject", 30, False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        _text("field", 60, False),
        _text("old_value"),
        _text("new_value"),
        _text("reason", 500, False),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=False),
        _text("amended_by", 128, False),
        _within("amendment", "meeting_id", "meeting"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_amendment_snapshot_id_snapshot")
        ),
        sa.CheckConstraint(
            "old_value IS DISTINCT FROM new_value", name=op.f("ck_amendment_changes")
        ),
    )
    op.create_index("ix_amendment_unit_path", "amendment", ["unit_path", "month"])
    op.create_index("ix_amendment_meeting_id", "amendment", ["meeting_id"])


def _guard(table, reads):
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON {table} FOR SELECT USING ({reads})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({WITHIN})")
    op.execute(
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({WITHIN}) WITH CHECK ({WITHIN})"
    )
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({WITHIN})")
    op.execute(f"ALTER TABLE {table} ALTER COLUMN unit_path SET STATISTICS 1000")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {_role()}")


def _types(names):
    op.drop_constraint(op.f("ck_meeting_MeetingType"), "meeting", type_="check")
    listed = ", ".join(f"'{one}'" for one in names)
    op.create_check_constraint(op.f("ck_meeting_MeetingType"), "meeting", f"type IN ({listed})")


def upgrade() -> None:
    """Add the tables; a closed month can be opened again; meetings say that they were amended."""
    _types((*TYPES, "BOARD"))
    op.add_column("meeting", sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True))
    for column in _stamps("reopened"):
        op.add_column("closed_month", column)
    op.drop_constraint(op.f("uq_closed_month_unit_id_month"), "closed_month", type_="unique")
    op.create_index(
        "uq_closed_month_unit_month",
        "closed_month",
        ["unit_id", "month"],
        unique=True,
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_index("ix_unit_version_parent_id", "unit_version", ["parent_id"])
    for make in (_report, _snapshot, _row, _part, _amendment):
        make()
    within = WITHIN.replace("unit_path", "p.unit_path")
    for table in TABLES:
        key = {"snapshot": "snapshot.id", "snapshot_row": "snapshot_row.snapshot_id"}.get(table)
        reads = f"({WITHIN}) OR {HANDED_UP.format(key=key, within=within)}" if key else WITHIN
        _guard(table, reads)
    op.execute(f"GRANT UPDATE ON monthly_report TO {_role()}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_role()}")
    for function in (KEEP, EQUAL, CHECK, CHECK_ROWS):
        op.execute(function)
    for table in (*FROZEN, "amendment"):
        op.execute(
            f"CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION keep_frozen()"
        )
    op.execute(
        "CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON snapshot DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION snapshot_is_whole()"
    )
    op.execute(
        "CREATE TRIGGER whole AFTER INSERT ON snapshot_row REFERENCING NEW TABLE AS added"
        " FOR EACH STATEMENT EXECUTE FUNCTION snapshot_rows_are_whole()"
    )
    # A month closed before counted as rolled up and submitted: the report says so, without
    # figures that nobody had frozen.
    op.execute(
        """
        INSERT INTO monthly_report (unit_id, unit_path, month, state, compiled_at, compiled_by,
                                    submitted_at, submitted_by, decided_at, decided_by)
        SELECT c.unit_id, c.unit_path, c.month, 'ACCEPTED', c.closed_at, c.closed_by,
               c.closed_at, c.closed_by, c.closed_at, c.closed_by
        FROM closed_month c JOIN unit u ON u.id = c.unit_id WHERE NOT u.is_cell
        """
    )


def downgrade() -> None:
    """Take it away; months that were opened again are no longer closed."""
    for table in ("snapshot", "snapshot_row"):
        op.execute(f"DROP POLICY sees ON {table}")
    for table in reversed(TABLES):
        op.drop_table(table)
    for function in ("snapshot_rows_are_whole()", "snapshot_is_whole()", "keep_frozen()"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP FUNCTION snapshot_adds_up(bigint)")
    op.drop_index("ix_unit_version_parent_id", table_name="unit_version")
    op.drop_index("uq_closed_month_unit_month", table_name="closed_month")
    op.execute("DELETE FROM closed_month WHERE reopened_at IS NOT NULL")
    op.create_unique_constraint(
        op.f("uq_closed_month_unit_id_month"), "closed_month", ["unit_id", "month"]
    )
    for name in ("reopened_at", "reopened_by"):
        op.drop_column("closed_month", name)
    op.drop_column("meeting", "amended_at")
    # What the older version has no word for comes nearest to this one.
    op.execute("UPDATE meeting SET type = 'COMMITTEE' WHERE type = 'BOARD'")
    _types(TYPES)
