"""Row scope: every session sees and writes the rows of one branch only."""

from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "row_scope"
down_revision = "tables"
branch_labels = None
depends_on = None

SCOPED = (
    "unit_version",
    "assignment",
    "audit_entry",
    "member",
    "activity_spell",
    "meeting",
    "absence",
    "task",
    "evaluation",
    "score",
)
PUBLISHED = (
    "attendance_policy",
    "closed_month",
    "deadline_rule",
    "criteria_set",
    "criterion",
    "rating_band",
)
"""A superior's rules: the units below read them, only the owner's branch writes them."""

CODES = ("unit_kind", "cell_type", "rating")
KEPT = ("unit", "ab_user", *SCOPED, *PUBLISHED)

RANGE = (
    "{path} >= current_setting('nep.scope_from', true)"
    " AND {path} < current_setting('nep.scope_to', true)"
)
ABOVE = "starts_with(current_setting('nep.scope_from', true), {path})"
MINE = "{account} = nullif(current_setting('nep.account', true), '')::int"


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _guard(table: str, reads: str, writes: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sees ON {table} FOR SELECT USING ({reads})")
    op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writes})")
    op.execute(
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writes}) WITH CHECK ({writes})"
    )
    op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({writes})")


def upgrade() -> None:
    """Guard the tables, grant the application's role no more than it needs."""
    role = _role()
    _guard("unit", RANGE.format(path="path"), RANGE.format(path="path"))
    for table in SCOPED:
        if table != "assignment":
            _guard(table, RANGE.format(path="unit_path"), RANGE.format(path="unit_path"))
    for table in PUBLISHED:
        within = RANGE.format(path="unit_path")
        _guard(table, f"({within}) OR {ABOVE.format(path='unit_path')}", within)
    within = RANGE.format(path="unit_path")
    own = f"({within}) OR {MINE.format(account='id')}"
    _guard("ab_user", own, own)
    _guard("assignment", f"({within}) OR {MINE.format(account='account_id')}", within)

    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in (*CODES, *KEPT):
        op.execute(f"GRANT INSERT, UPDATE ON {table} TO {role}")
    op.execute(f"REVOKE UPDATE ON audit_entry FROM {role}")
    # What is part of a draft may be taken back; all else is never deleted.
    for table in ("absence", "task", "score"):
        op.execute(f"GRANT DELETE ON {table} TO {role}")

    # Both read beyond the scope on purpose, and no more than names and places.
    op.execute(
        """
        CREATE FUNCTION assignments_from(wanted int, on_day date)
        RETURNS TABLE (id bigint, role varchar, unit_id int, unit_path text, unit_name varchar,
                       valid_from date)
        LANGUAGE sql STABLE
        SET nep.scope_from = '/' SET nep.scope_to = '0'
        AS $$
            SELECT a.id, a.role, a.unit_id, a.unit_path, u.name, a.valid_from
            FROM assignment a JOIN unit u ON u.id = a.unit_id
            WHERE a.account_id = wanted
              AND (a.valid_to IS NULL OR a.valid_to > on_day)
              AND (u.valid_to IS NULL OR u.valid_to > on_day)
            ORDER BY a.id
        $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION units_above(wanted text)
        RETURNS TABLE (id int, path text, name varchar, short_name varchar, kind_code varchar)
        LANGUAGE sql STABLE
        SET nep.scope_from = '/' SET nep.scope_to = '0'
        AS $$
            SELECT u.id, u.path, u.name, u.short_name, u.kind_code
            FROM unit u
            WHERE u.id = ANY (string_to_array(trim(both '/' from wanted), '/')::int[])
              AND u.path <> wanted
            ORDER BY length(u.path)
        $$
        """
    )


def downgrade() -> None:
    """Take the guards away."""
    role = _role()
    op.execute("DROP FUNCTION units_above(text)")
    op.execute("DROP FUNCTION assignments_from(int, date)")
    for table in KEPT:
        for policy in ("sees", "adds", "changes", "removes"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}")
    op.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")
