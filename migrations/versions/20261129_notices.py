"""Notices by rules and by events, the e-mails that carry them, and what people want of these."""

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.engine import make_url

revision = "notices"
down_revision = "jobs"
branch_labels = None
depends_on = None

STAGES = (
    *("SCHEDULE", "MEETING", "RESULT", "SELF_SCORE", "VERIFICATION", "OFFICIAL"),
    *("ROLL_UP", "SUBMISSION"),
)
KINDS = ("SOON", "TODAY", "OVERDUE", "RETURNED", "RATED", "MORE_TIME")
TOLD = ("DOER", "SUPERIOR")
STATES = ("WAITING", "SENDING", "SENT", "UNSURE", "FAILED")
# What offices that are there already begin with: stage, who is told, days, by e-mail.
SHIPPED = (
    ("SCHEDULE", "DOER", -3, True),
    ("SCHEDULE", "DOER", 0, True),
    ("SCHEDULE", "DOER", 1, True),
    ("SCHEDULE", "SUPERIOR", 1, False),
    ("RESULT", "DOER", 0, True),
    ("RESULT", "DOER", 1, True),
    ("RESULT", "SUPERIOR", 1, False),
    ("SELF_SCORE", "DOER", 1, True),
    ("ROLL_UP", "DOER", -2, True),
    ("ROLL_UP", "DOER", 1, True),
)
WITHIN = (
    "unit_path >= current_setting('nep.scope_from', true)"
    " AND unit_path < current_setting('nep.scope_to', true)"
)
ABOVE = "starts_with(current_setting('nep.scope_from', true), unit_path)"
# The runner and the door of who wants no more e-mails: the whole tree, and nobody in particular.
SYSTEM = (
    "current_setting('nep.scope_from', true) = '/' AND current_setting('nep.scope_to', true) = '0'"
)
MINE = "account_id = nullif(current_setting('nep.account', true), '')::int"
# (table, who reads, who writes)
POLICIES = (
    ("notice_rule", f"({WITHIN}) OR {ABOVE}", WITHIN),
    ("notice", f"({WITHIN}) AND ({MINE} OR {SYSTEM})", f"({WITHIN}) AND ({MINE} OR {SYSTEM})"),
    ("notice_digest", f"{MINE} OR ({SYSTEM})", SYSTEM),
    ("notice_preference", f"{MINE} OR ({SYSTEM})", f"{MINE} OR ({SYSTEM})"),
    ("notice_plan", f"({WITHIN}) OR {ABOVE}", WITHIN),
)

# What happened and is to be told, found where it is written down anyway: whoever wrote it need
# not know. The job is put within the same transaction.
TELL = """
CREATE FUNCTION notices_of_audit() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE found bigint[];
BEGIN
    SELECT array_agg(a.id) INTO found FROM after_rows a
    WHERE (a.subject, a.action) IN (('meeting', 'return'), ('evaluation', 'reopen'),
          ('evaluation', 'make_official'), ('extension', 'give_time'))
      AND NOT EXISTS (SELECT FROM unit u WHERE u.id = a.unit_id AND u.is_practice);
    IF found IS NOT NULL THEN
        PERFORM jobs.put('notices.tell', jsonb_build_object('entries', found), NULL, NULL);
    END IF;
    RETURN NULL;
END
$$
"""


def _role() -> str:
    name = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).username
    return '"' + str(name).replace('"', '""') + '"'


def _enum(name, names):
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=20)


def _unit(table):
    return (
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_path"],
            ["unit.id", "unit.path"],
            name=op.f(f"fk_{table}_unit_id_unit_path_unit"),
            onupdate="CASCADE",
        ),
    )


def _numbered(table):
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _account(table):
    return (
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ab_user.id"], name=op.f(f"fk_{table}_account_id_ab_user")
        ),
    )


def _rules():
    op.create_table(
        "notice_rule",
        *_numbered("notice_rule"),
        sa.Column("stage", _enum("Stage", STAGES), nullable=False),
        sa.Column("told", _enum("Told", TOLD), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *_unit("notice_rule"),
        sa.CheckConstraint(
            "offset_days BETWEEN -60 AND 60", name=op.f("ck_notice_rule_offset_days")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_notice_rule_validity")
        ),
    )
    op.create_index("ix_notice_rule_unit_path", "notice_rule", ["unit_path"])


def _digests():
    stamp = sa.DateTime(timezone=True)
    op.create_table(
        "notice_digest",
        *_numbered("notice_digest"),
        *_account("notice_digest"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", _enum("DigestState", STATES), nullable=False),
        sa.Column("made_at", stamp, nullable=False),
        sa.Column("sent_at", stamp, nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.UniqueConstraint("account_id", "day", name=op.f("uq_notice_digest_account_id_day")),
    )
    op.create_index(
        "ix_notice_digest_waiting",
        "notice_digest",
        ["account_id"],
        postgresql_where=sa.text("state IN ('WAITING', 'SENDING')"),
    )
    op.create_table(
        "notice_preference",
        *_account("notice_preference"),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("changed_at", stamp, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_preference")),
    )


def _notices():
    stamp = sa.DateTime(timezone=True)
    op.create_table(
        "notice",
        *_numbered("notice"),
        *_account("notice"),
        sa.Column("kind", _enum("NoticeKind", KINDS), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("stage", _enum("Stage", STAGES), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("told", _enum("Told", TOLD), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("said", sa.String(length=500), nullable=True),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("created_at", stamp, nullable=False),
        sa.Column("read_at", stamp, nullable=True),
        sa.Column("digest_id", sa.BigInteger(), nullable=True),
        *_unit("notice"),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["notice_digest.id"], name=op.f("fk_notice_digest_id_notice_digest")
        ),
        sa.UniqueConstraint(
            *("account_id", "unit_id", "month", "stage", "event"),
            name=op.f("uq_notice_account_id_unit_id_month_stage_event"),
        ),
    )
    op.create_index("ix_notice_account_id", "notice", ["account_id", "id"])
    for name, where in (("unread", "read_at IS NULL"), ("unmailed", "by_mail")):
        op.create_index(
            f"ix_notice_{name}", "notice", ["account_id"], postgresql_where=sa.text(where)
        )
    op.create_index("ix_notice_digest_id", "notice", ["digest_id"])
    op.create_index("ix_notice_unit_id", "notice", ["unit_id"])
    op.create_table(
        "notice_plan",
        *_numbered("notice_plan"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("planned_at", stamp, nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        *_unit("notice_plan"),
        sa.UniqueConstraint("unit_id", "day", name=op.f("uq_notice_plan_unit_id_day")),
    )


def upgrade() -> None:
    """Add the tables with their policies, the shipped rules, and what notices an event."""
    _rules()
    _digests()
    _notices()
    role = _role()
    for stage, told, days, by_mail in SHIPPED:
        op.execute(
            "INSERT INTO notice_rule (unit_id, unit_path, stage, told, offset_days, by_mail,"
            " active, valid_from)"
            f" SELECT id, path, '{stage}', '{told}', {days}, {by_mail}, true, valid_from"
            " FROM unit WHERE parent_id IS NULL AND NOT is_practice"
        )
    for table, reads, writes in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sees ON {table} FOR SELECT USING ({reads})")
        op.execute(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({writes})")
        op.execute(
            f"CREATE POLICY changes ON {table} FOR UPDATE USING ({writes}) WITH CHECK ({writes})"
        )
        op.execute(f"CREATE POLICY removes ON {table} FOR DELETE USING ({writes})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {role}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    op.execute(TELL)
    op.execute(
        "CREATE TRIGGER notices_of_audit AFTER INSERT ON audit_entry"
        " REFERENCING NEW TABLE AS after_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION notices_of_audit()"
    )


def downgrade() -> None:
    """Drop it all; what was told and read is gone."""
    op.execute("DROP TRIGGER notices_of_audit ON audit_entry")
    op.execute("DROP FUNCTION notices_of_audit()")
    for table in ("notice_plan", "notice", "notice_preference", "notice_digest", "notice_rule"):
        op.drop_table(table)
