"""Notices in words, and where each leads."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.core import i18n
from app.core.db import db
from app.core.terms import N_
from app.deadlines.rules import Stage
from app.meetings.models import Meeting
from app.meetings.rules import MeetingType
from app.notices.models import Notice
from app.notices.rules import OF_DAYS, OF_LEAVE, OF_REPORTS, NoticeKind, Told

EVENTS = {
    NoticeKind.RATED: N_("The superior has rated the meeting officially."),
    NoticeKind.RETURNED: N_("The superior has sent it back; see what is to be mended."),
    NoticeKind.SUBMITTED: N_("The committee has submitted it: accept it, or send it back."),
    NoticeKind.ACCEPTED: N_("The superior has accepted it."),
    NoticeKind.LEAVE_ASKED: N_("The unit asks for it and waits for your answer."),
    NoticeKind.LEAVE_GIVEN: N_("The superior has agreed."),
    NoticeKind.LEAVE_REFUSED: N_("The superior refuses: the meeting stays as it was planned."),
}
"""What is said of an event."""
OVER = {
    NoticeKind.RETURNED: N_("It was sent back, and has been submitted again."),
    NoticeKind.SUBMITTED: N_("It was submitted, and has been dealt with."),
    NoticeKind.LEAVE_ASKED: N_("The unit asked for it; that was answered or withdrawn."),
}
"""What is said of an event that asks for nothing any more."""


def title(notice: Notice) -> str:
    """What it is about, such as "Result reported, October 2026"."""
    return f"{_(_about(notice))}, {i18n.month(notice.month)}"


def _about(notice: Notice) -> str:
    if notice.kind in OF_LEAVE:
        not_held = notice.entry is not None and notice.entry.action.endswith("not_held")
        return N_("Not holding the meeting") if not_held else N_("Postponing the meeting")
    if notice.kind in OF_REPORTS and notice.stage is Stage.SUBMISSION:
        return N_("Monthly report")
    return notice.stage.value


def line(notice: Notice, *, done: bool = False) -> str:
    """What is the matter with it, in one sentence; nothing is late that is ``done``."""
    if notice.kind is NoticeKind.LEAVE_GIVEN and not _was_asked(notice):
        return str(_("The superior has decided so without being asked."))
    if notice.kind in EVENTS:
        return str(_((OVER if done and notice.kind in OVER else EVENTS)[notice.kind]))
    day = i18n.date_vi(notice.due_on)
    if done or notice.kind in {NoticeKind.SOON, NoticeKind.TODAY}:
        return str(_("The last day is %(day)s.", day=day))
    if notice.kind is NoticeKind.OVERDUE:
        return str(_("The last day was %(day)s.", day=day))
    return str(_("There is more time, until %(day)s.", day=day))


def _was_asked(notice: Notice) -> bool:
    return notice.entry is None or "asked_by" in (notice.entry.detail or {})


def way(notice: Notice) -> str:
    """Where the notice leads: the form with which it is done, or the page that shows it."""
    if notice.kind in OF_LEAVE:
        request = (notice.entry.detail or {}).get("deferral") if notice.entry else None
        return _to("DeferralView.show", pk=request) if request else _to("DeferralView.list")
    if notice.told is Told.SUPERIOR and notice.kind in OF_DAYS:
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
    """The meeting that it tells of: of a day, the regular one of the month, if registered."""
    if notice.entry is not None and notice.entry.subject in {"meeting", "evaluation"}:
        # An evaluation has the key of its meeting.
        return notice.entry.subject_id
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
