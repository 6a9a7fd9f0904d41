"""Monthly reports and requests to postpone are told, and a notice knows its entry of the log."""

import sqlalchemy as sa
from alembic import op

revision = "events_told"
down_revision = "obligation_due"
branch_labels = None
depends_on = None

EVERYTHING = "SELECT set_config('nep.scope_from', '/', true), set_config('nep.scope_to', '0', true)"
OLD_KINDS = ("SOON", "TODAY", "OVERDUE", "RETURNED", "RATED", "MORE_TIME")
NEW_KINDS = ("SUBMITTED", "ACCEPTED", "LEAVE_ASKED", "LEAVE_GIVEN", "LEAVE_REFUSED")
OLD_EVENTS = (
    ("meeting", "return"),
    ("evaluation", "reopen"),
    ("evaluation", "make_official"),
    ("extension", "give_time"),
)
NEW_EVENTS = (
    *(("monthly_report", f"{step}_report") for step in ("submit", "return", "accept")),
    *(("meeting", f"{step}postpone") for step in ("ask_", "", "refuse_")),
    *(("meeting", f"{step}not_held") for step in ("ask_", "", "refuse_")),
)
TELL = """
CREATE OR REPLACE FUNCTION notices_of_audit() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE found bigint[];
BEGIN
    SELECT array_agg(a.id) INTO found FROM after_rows a
    WHERE (a.subject, a.action) IN ({events})
      AND NOT EXISTS (SELECT FROM unit u WHERE u.id = a.unit_id AND u.is_practice);
    IF found IS NOT NULL THEN
        PERFORM jobs.put('notices.tell', jsonb_build_object('entries', found), NULL, NULL);
    END IF;
    RETURN NULL;
END
$$
"""


def _listed(names):
    return ", ".join(f"'{name}'" for name in names)


def _tell_of(events):
    op.execute(TELL.format(events=", ".join(f"({_listed(one)})" for one in events)))


def _kinds_are(kinds):
    name = op.f("ck_notice_NoticeKind")
    op.drop_constraint(name, "notice", type_="check")
    op.create_check_constraint(name, "notice", f"kind IN ({_listed(kinds)})")


def upgrade() -> None:
    """Widen what is told; notices that are there learn which entry they tell of."""
    op.execute(EVERYTHING)
    _kinds_are((*OLD_KINDS, *NEW_KINDS))
    op.add_column("notice", sa.Column("entry_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notice_entry_id_audit_entry"), "notice", "audit_entry", ["entry_id"], ["id"]
    )
    op.execute(
        "UPDATE notice SET entry_id = a.id FROM audit_entry a WHERE notice.event = 'audit:' || a.id"
    )
    _tell_of((*OLD_EVENTS, *NEW_EVENTS))


def downgrade() -> None:
    """Tell of the first four alone; what was told of the others is gone."""
    op.execute(EVERYTHING)
    _tell_of(OLD_EVENTS)
    op.execute(f"DELETE FROM notice WHERE kind IN ({_listed(NEW_KINDS)})")
    op.drop_column("notice", "entry_id")
    _kinds_are(OLD_KINDS)
