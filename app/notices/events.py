"""What an entry of the audit log is to tell, and whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from app.core.db import db
from app.deadlines.rules import Stage
from app.meetings.deferrals import Deferral, DeferralState
from app.meetings.models import Meeting
from app.notices import audience, standing
from app.notices.queries import Holders
from app.notices.rules import NoticeKind, Told
from app.periods.models import Extension
from app.security.models import AuditEntry

Whom = Callable[[str, Holders], set[int]]


@dataclass(frozen=True)
class Event:
    """Something that happened to one stage of a unit's month, and the accounts concerned."""

    kind: NoticeKind
    month: date
    stage: Stage
    whom: Whom
    told: Told = Told.DOER
    said: str | None = None
    due_on: date | None = None


def of(row: AuditEntry) -> Event | None:
    """What the entry tells.

    ``None`` where that is nothing, or no longer so: what came later has overtaken it.
    """
    make = MAKERS.get((row.subject, row.action))
    return make(row) if make else None


def _result_returned(row: AuditEntry) -> Event | None:
    meeting = db.session.get(Meeting, row.subject_id)
    if meeting is None or standing.stepped_since(row):
        return None
    whom, said = partial(audience.doers, Stage.RESULT), _reason(row)
    return Event(NoticeKind.RETURNED, meeting.month, Stage.RESULT, whom, said=said)


def _score(row: AuditEntry, kind: NoticeKind, stage: Stage) -> Event | None:
    # An evaluation has the key of its meeting.
    meeting = db.session.get(Meeting, row.subject_id)
    if meeting is None or (kind is NoticeKind.RETURNED and standing.stepped_since(row)):
        return None
    # The result went back with it, and its notice tells of both.
    if _detail(row).get("with_result"):
        return None
    whom = partial(audience.doers, Stage.SELF_SCORE)
    return Event(kind, meeting.month, stage, whom, said=_reason(row))


def _more_time(row: AuditEntry) -> Event | None:
    given = db.session.get(Extension, row.subject_id)
    if given is None:
        return None
    whom, kind = partial(audience.doers, given.stage), NoticeKind.MORE_TIME
    return Event(kind, given.month, given.stage, whom, said=given.reason, due_on=given.until)


def _report(row: AuditEntry, kind: NoticeKind) -> Event | None:
    """A report has taken a step; only the last one says how it stands."""
    month = _detail(row).get("month")
    if month is None or standing.stepped_since(row):
        return None
    told, whom = Told.DOER, partial(audience.doers, Stage.SUBMISSION)
    if kind is NoticeKind.SUBMITTED:
        told, whom = Told.SUPERIOR, partial(audience.deciders, audience.ACCEPTS)
    of_month, said = date.fromisoformat(month), _reason(row)
    return Event(kind, of_month, Stage.SUBMISSION, whom, told=told, said=said)


def _leave_asked(row: AuditEntry) -> Event | None:
    request = _request(row)
    if request is None or request.state is not DeferralState.ASKED:
        return None
    kind, told = NoticeKind.LEAVE_ASKED, Told.SUPERIOR
    month, whom = request.meeting.month, partial(audience.deciders, audience.GIVES_LEAVE)
    return Event(kind, month, Stage.MEETING, whom, told=told, said=request.reason)


def _leave_answered(row: AuditEntry, kind: NoticeKind) -> Event | None:
    request = _request(row)
    if request is None:
        return None
    # A cell knows the reason that it gave itself.
    said = None if "asked_by" in _detail(row) else _reason(row)
    return Event(kind, request.meeting.month, Stage.MEETING, audience.asks_leave, said=said)


def _request(row: AuditEntry) -> Deferral | None:
    return db.session.get(Deferral, _detail(row).get("deferral", 0))


def _reason(row: AuditEntry) -> str | None:
    return str(_detail(row).get("reason") or "")[:500] or None


def _detail(row: AuditEntry) -> Mapping[str, Any]:
    return row.detail or {}


MAKERS: Mapping[tuple[str, str], Callable[[AuditEntry], Event | None]] = {
    ("meeting", "return"): _result_returned,
    ("evaluation", "reopen"): partial(_score, kind=NoticeKind.RETURNED, stage=Stage.SELF_SCORE),
    ("evaluation", "make_official"): partial(_score, kind=NoticeKind.RATED, stage=Stage.OFFICIAL),
    ("extension", "give_time"): _more_time,
    ("monthly_report", "submit_report"): partial(_report, kind=NoticeKind.SUBMITTED),
    ("monthly_report", "return_report"): partial(_report, kind=NoticeKind.RETURNED),
    ("monthly_report", "accept_report"): partial(_report, kind=NoticeKind.ACCEPTED),
    ("meeting", "ask_postpone"): _leave_asked,
    ("meeting", "ask_not_held"): _leave_asked,
    ("meeting", "postpone"): partial(_leave_answered, kind=NoticeKind.LEAVE_GIVEN),
    ("meeting", "not_held"): partial(_leave_answered, kind=NoticeKind.LEAVE_GIVEN),
    ("meeting", "refuse_postpone"): partial(_leave_answered, kind=NoticeKind.LEAVE_REFUSED),
    ("meeting", "refuse_not_held"): partial(_leave_answered, kind=NoticeKind.LEAVE_REFUSED),
}
"""What is told of an entry, by its subject and action. The trigger on the log knows them, too."""
