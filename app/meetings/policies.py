"""Writes of what holds for a branch: attendance policies, closed months."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from app.core import clock, months
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings.models import AttendancePolicy, ClosedMonth, Meeting
from app.meetings.queries import closed_by_anyone, lock_month
from app.meetings.rules import ResultState
from app.security.commands import record
from app.units import branches
from app.units.checks import existed_in


def add_policy(policy: AttendancePolicy, *, by: Acting) -> None:
    """Publish a way of counting attendance in a branch; the same code makes the next revision."""
    branches.own(policy, by=by)
    with db.session.no_autoflush:
        latest = select(func.max(AttendancePolicy.revision)).where(
            AttendancePolicy.unit_id == policy.unit_id, AttendancePolicy.code == policy.code
        )
        policy.revision = (db.session.scalar(latest) or 0) + 1
    branches.publish(policy, by=by)


def close_month(closed: ClosedMonth, *, by: Acting, at: datetime | None = None) -> None:
    """Close a finished month for a unit and all below it; approved results are locked.

    Raises ``RuleBroken`` for a month that is not over, is closed already, or in which there was
    no such unit.
    """
    moment = at or clock.now()
    branches.own(closed, by=by)
    closed.month = months.first_of(closed.month)
    existed_in(closed.unit, closed.month)
    if closed.month >= months.first_of(moment.astimezone(clock.OFFICE)):
        raise RuleBroken(_("Only a month that is over can be closed."), "month")
    lock_month(closed.month)
    with db.session.no_autoflush:
        same = select(ClosedMonth.id).where(
            ClosedMonth.unit_id == closed.unit_id,
            ClosedMonth.month == closed.month,
            ClosedMonth.reopened_at.is_(None),
        )
        if db.session.scalar(same):
            raise RuleBroken(_("This month is closed already."), "month")
    closed.closed_at, closed.closed_by = moment, by.username
    db.session.add(closed)
    record(closed, "close_month", by=by, detail={"locked": _lock_results(closed, by, moment)})


def reopen_month(closed: ClosedMonth, *, by: Acting, at: datetime) -> None:
    """Open a closed month again: what its closing locked is approved as before.

    Also where a unit hangs elsewhere by now, unless a superior of it has closed the month there.
    """
    closed.reopened_at, closed.reopened_by = at, by.username
    freed: Any = db.session.execute(
        update(Meeting)
        .where(
            Meeting.month == closed.month,
            Meeting.result_state == ResultState.LOCKED,
            # What somebody else had locked before stays so.
            Meeting.decided_at == closed.closed_at,
            Meeting.decided_by == closed.closed_by,
            ~closed_by_anyone(Meeting.unit_path, closed.month),
        )
        .values(result_state=ResultState.APPROVED, version=Meeting.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    record(closed, "reopen_month", by=by, detail={"freed": int(freed.rowcount)})


def _lock_results(closed: ClosedMonth, by: Acting, moment: datetime) -> int:
    """Lock the branch's approved results of the month; how many there were."""
    done: Any = db.session.execute(
        update(Meeting)
        .where(
            Meeting.month == closed.month,
            Meeting.unit_path.startswith(closed.unit_path, autoescape=True),
            Meeting.result_state == ResultState.APPROVED,
        )
        .values(
            result_state=ResultState.LOCKED,
            decided_at=moment,
            decided_by=by.username,
            version=Meeting.version + 1,
        )
        .execution_options(synchronize_session="fetch")
    )
    return int(done.rowcount)
