"""What every step of a meeting does alike: open month, allowed state, reason, audit."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.errors import RuleBroken
from app.meetings import queries
from app.meetings.models import Meeting
from app.meetings.rules import (
    WRITABLE,
    ResultState,
    ScheduleState,
    result_can_become,
    schedule_can_become,
)
from app.security.commands import record


def schedule_step(meeting: Meeting, then: ScheduleState) -> None:
    """Bring the schedule to ``then``; raises ``RuleBroken`` when its state does not allow it."""
    if not schedule_can_become(meeting.state, then):
        raise RuleBroken(wrong_schedule_step(meeting, then))
    meeting.state = then


def wrong_schedule_step(meeting: Meeting, then: ScheduleState) -> str:
    """What to say of a step that the table of states does not hold."""
    return str(
        _(
            "The schedule is in state “%(now)s” and cannot become “%(then)s”.",
            now=_(meeting.state.value),
            then=_(then.value),
        )
    )


def result_step(meeting: Meeting, then: ResultState) -> None:
    """Bring the result to ``then``; raises ``RuleBroken`` when its state does not allow it."""
    if not result_can_become(meeting.result_state, then):
        raise RuleBroken(
            _(
                "The result is in state “%(now)s” and cannot become “%(then)s”.",
                now=_(meeting.result_state.value),
                then=_(then.value),
            )
        )
    meeting.result_state = then


def writable(meeting: Meeting) -> None:
    """Raises ``RuleBroken`` unless the cell may still write the result of this meeting."""
    in_open_month(meeting)
    if meeting.result_state not in WRITABLE:
        raise RuleBroken(
            _(
                "The result is in state “%(now)s” and can no longer be changed here.",
                now=_(meeting.result_state.value),
            )
        )
    if meeting.state is ScheduleState.NOT_HELD:
        raise RuleBroken(_("This meeting is not held. Give it a new time first."))


def begin(meeting: Meeting) -> None:
    """The first word of a result makes it a draft."""
    if meeting.result_state is ResultState.NONE:
        result_step(meeting, ResultState.DRAFT)


def in_open_month(meeting: Meeting, month: date | None = None) -> None:
    """Raises ``RuleBroken`` when the unit or one above it has closed the meeting's month.

    ``month`` asks for another one: the month that the meeting is about to leave.
    """
    asked = month or meeting.month
    if queries.is_closed(meeting.unit_path, asked):
        raise RuleBroken(
            _(
                "The month %(month)s is closed; nothing of it can be changed.",
                month=f"{asked:%m/%Y}",
            ),
            "month",
        )


def plain_reason(reason: str, longest: int) -> str:
    """``reason`` trimmed; raises ``RuleBroken`` when it is empty, too long or marked secret."""
    given = reason.strip()
    if not given:
        raise RuleBroken(_("Give the reason."), "reason")
    if len(given) > longest:
        raise RuleBroken(
            _("Write the reason in at most %(most)s characters.", most=longest), "reason"
        )
    secrecy.guard({"reason": given})
    return given


def wall(moment: datetime | None) -> datetime | None:
    """A time of a meeting as the office's wall clock shows it, whatever zone it was given in."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(clock.OFFICE).replace(tzinfo=None)


def note(
    meeting: Meeting, action: str, *, by: Acting, detail: dict[str, Any] | None = None
) -> None:
    """Write a step of the meeting in the audit log, and whether it was done on behalf."""
    told = dict(detail or {})
    if by.unit_id != meeting.unit_id:
        told["on_behalf"] = True
    record(meeting, action, by=by, detail=told or None)
