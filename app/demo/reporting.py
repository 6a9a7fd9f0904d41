"""The last closed month of the demo, reported by every committee and frozen; older ones closed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from app.core.acting import Acting
from app.core.clock import OFFICE
from app.core.db import db
from app.demo import fates, seasons
from app.meetings.models import ClosedMonth
from app.rollup import commands
from app.rollup.models import MonthlyReport
from app.rollup.rules import ReportState
from app.units.models import Unit
from app.units.queries import at_work

WORDS = (
    "Một số chi bộ còn ít ý kiến phát biểu; đề nghị cấp trên gửi sớm tài liệu thông tin nội bộ.",
    "Sinh hoạt chuyên đề quý; rà soát đảng viên được miễn sinh hoạt.",
)
CLERK, ANALYST = "trucdang", "chuyenvien"


def past(root: Unit, today: date) -> None:
    """Closed months of which figures were never frozen count as reported; all but the last."""
    for month in seasons.past(today):
        if not _is_last(month, today) and fates.closing(month) < today:
            at = datetime.combine(fates.closing(month), time(17), OFFICE)
            row = {"unit_id": root.id, "unit_path": root.path, "month": month}
            words = ("compiled", "submitted", "decided")
            stamps: dict[str, Any] = {f"{word}_at": at for word in words}
            stamps |= {f"{word}_by": ANALYST for word in words}
            db.session.add(ClosedMonth(closed_at=at, closed_by=ANALYST, **row))
            db.session.add(MonthlyReport(state=ReportState.ACCEPTED, **row, **stamps))


def last(root: Unit, today: date) -> None:
    """The last closed month goes up from level to level; the root concludes it."""
    for month in seasons.past(today):
        if _is_last(month, today):
            _go_up(root, month, datetime.combine(fates.closing(month), time(9), OFFICE))


def _is_last(month: date, today: date) -> bool:
    closed = [one for one in seasons.past(today) if fates.closing(one) < today]
    return bool(closed) and month == closed[-1]


def _go_up(root: Unit, month: date, at: datetime) -> None:
    deepest = (
        select(Unit)
        .where(~Unit.is_cell, at_work(at.date()))
        .order_by(func.length(Unit.path).desc(), Unit.path)
    )
    boss = _acting(root, ANALYST, "Analyst")
    for unit in db.session.scalars(deepest).all():
        by = boss if unit.id == root.id else _acting(unit, CLERK, "DutyClerk")
        moment = at + timedelta(hours=8) if unit.id == root.id else at - timedelta(days=5)
        report = commands.report_for(unit, month, by=by)
        commands.write(report, comments=WORDS[0], tasks_next=WORDS[1], by=by)
        commands.submit(report, by=by, at=moment, incomplete=True)
        if unit.id != root.id:
            commands.accept(report, by=boss, at=at - timedelta(days=3))
    db.session.flush()


def _acting(unit: Unit, username: str, role: str) -> Acting:
    return Acting(0, username, username, 0, role, unit.id, unit.path, unit.name)
