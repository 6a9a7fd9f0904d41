"""Notices in words, and where each leads."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import i18n
from app.core.db import db
from app.deadlines.rules import Stage
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.notices.models import Notice
from app.notices.rules import NoticeKind, Told


def title(notice: Notice) -> str:
    """What it is about, such as "Result reported, October 2026"."""
    return f"{_(notice.stage.value)}, {i18n.month(notice.month)}"


def line(notice: Notice, *, done: bool = False) -> str:
    """What is the matter with it, in one sentence; nothing is late that is ``done``."""
    day = i18n.date_vi(notice.due_on)
    if done or notice.kind in {NoticeKind.SOON, NoticeKind.TODAY}:
        return str(_("The last day is %(day)s.", day=day))
    if notice.kind is NoticeKind.OVERDUE:
        return str(_("The last day was %(day)s.", day=day))
    if notice.kind is NoticeKind.MORE_TIME:
        return str(_("There is more time, until %(day)s.", day=day))
    if notice.kind is NoticeKind.RATED:
        return str(_("The superior has rated the meeting officially."))
    return str(_("The superior has sent it back; see what is to be mended."))


def way(notice: Notice) -> str:
    """Where the notice leads: the form with which it is done, or the page that shows it."""
    if notice.told is Told.SUPERIOR:
        return _to("ChaseBoard.show", month=f"{notice.month:%Y-%m}") or _home()
    if notice.stage in {Stage.ROLL_UP, Stage.SUBMISSION}:
        month = f"{notice.month:%Y-%m}"
        return _to("MonthlyReportPage.show", unit=notice.unit_id, month=month) or _home()
    meeting = _meeting(notice)
    if meeting is None:
        return _to("ScheduleView.add", unit=notice.unit_id, month=f"{notice.month:%Y-%m-01}")
    if notice.stage in {Stage.RESULT, Stage.MEETING}:
        return _to("FilingPage.show", pk=meeting) or _to("ResultView.show", pk=meeting)
    if notice.stage is Stage.SCHEDULE:
        return _to("ScheduleView.show", pk=meeting)
    if notice.kind is NoticeKind.RATED:
        return _to("EvaluationView.show", pk=meeting)
    return _to("ScorePage.score", meeting_id=meeting)


def jobs() -> dict[str, str]:
    """What the runner's tasks do."""
    return {
        "notices.plan": _("Make the notices of the day"),
        "notices.tell": _("Make the notices of an event"),
        "notices.digest": _("Send an e-mail"),
    }


def _meeting(notice: Notice) -> int | None:
    """The regular meeting of the month, if it is registered."""
    asked = select(Meeting.id).where(
        Meeting.unit_id == notice.unit_id,
        Meeting.month == notice.month,
        Meeting.type.in_((MeetingType.REGULAR, MeetingType.COMBINED)),
    )
    return db.session.scalar(asked.limit(1))


def _to(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, or "" where this installation has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _home() -> str:
    return url_for("NoticePage.index")
