"""How what was told stands by now: done, overtaken, or no longer to be said."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core.dated import holds_on
from app.core.db import db
from app.meetings.deferrals import Deferral, DeferralState
from app.notices.models import Notice
from app.notices.rules import OF_DAYS, OF_REPORTS, NoticeKind
from app.periods.models import Obligation
from app.periods.rules import OWED
from app.security.models import Assignment, AuditEntry

STEPS = (
    *("submit_report", "return_report", "accept_report"),
    *("submit", "return", "reopen"),
)
"""What the audit log calls the steps of a report, and of a result or score that comes back."""


def void(account_id: int, day: date) -> ColumnElement[bool]:
    """The clause: no longer to be said, for it is done or not so any more, or the account is
    nobody there any more."""
    still_there = select(Assignment.id).where(
        Assignment.account_id == account_id,
        func.starts_with(Notice.unit_path, Assignment.unit_path),
        holds_on(Assignment, day),
    )
    return or_(done(), overtaken(), ~still_there.exists())


def done() -> ColumnElement[bool]:
    """The clause: told because something was to be done, and done since."""
    still_owed = select(Obligation.id).where(
        Obligation.unit_id == Notice.unit_id,
        Obligation.month == Notice.month,
        Obligation.stage == Notice.stage,
        Obligation.state.in_(OWED),
    )
    return or_(
        and_(Notice.kind.in_(OF_DAYS), ~still_owed.exists()),
        and_(Notice.kind != NoticeKind.ACCEPTED, overtaken()),
    )


def overtaken() -> ColumnElement[bool]:
    """The clause: what was told of a report, a return or a request stands otherwise by now."""
    told, later = aliased(AuditEntry), aliased(AuditEntry)
    stepped = (
        select(later.id)
        .join(told, and_(told.subject == later.subject, told.subject_id == later.subject_id))
        .where(
            told.id == Notice.entry_id,
            later.id > told.id,
            later.action.in_(STEPS),
        )
    )
    asked = (
        select(Deferral.id)
        .join(told, told.detail["deferral"].as_integer() == Deferral.id)
        .where(told.id == Notice.entry_id, Deferral.state == DeferralState.ASKED)
    )
    # With an offset each notice is looked up; without, the whole log would be read and hashed.
    return or_(
        and_(Notice.kind.in_(OF_REPORTS), stepped.offset(0).exists()),
        and_(Notice.kind == NoticeKind.LEAVE_ASKED, ~asked.offset(0).exists()),
    )


def stepped_since(row: AuditEntry) -> bool:
    """Whether what the entry tells of has taken a further step since."""
    later = select(AuditEntry.id).where(
        AuditEntry.subject == row.subject,
        AuditEntry.subject_id == row.subject_id,
        AuditEntry.id > row.id,
        AuditEntry.action.in_(STEPS),
    )
    return db.session.scalar(later.limit(1)) is not None


def is_new() -> ColumnElement[bool]:
    """The clause: not read, and not done before it was."""
    return and_(Notice.read_at.is_(None), ~done())
