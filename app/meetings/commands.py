"""Writes of schedules: registering, changing, confirming, postponing a meeting."""

from datetime import date, datetime

from flask_babel import gettext as _

from app.core import clock, months, secrecy
from app.core.acting import Acting
from app.core.audit import before
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import deferrals, holders, queries
from app.meetings.models import Meeting
from app.meetings.rules import (
    MONTHLY,
    ScheduleState,
    month_misfit,
)
from app.meetings.steps import in_open_month, note, schedule_step, wall, wrong_schedule_step
from app.security.roles import may
from app.security.rules import RoleName
from app.units.checks import existed_in, in_branch
from app.units.models import Unit

MONTHS_AHEAD = 12
"""No schedule is registered further ahead: it would be a slip of the finger."""

PLAN = ("month", "type", "planned_at", "place", "chair", "topic", "superior")
"""The columns of a schedule."""
WORDS = ("place", "chair", "topic", "superior")
"""Those of them that people write freely."""

PUT_OFF = frozenset({ScheduleState.POSTPONED, ScheduleState.NOT_HELD})


def register(meeting: Meeting, *, by: Acting, at: datetime | None = None) -> None:
    """Put a new meeting on the schedule of its unit.

    Raises ``RuleBroken`` for a foreign or ceased unit, a type of meeting that it does not hold, a
    closed month, a time outside the month, or a second regular meeting in it.
    """
    moment = at or clock.now()
    unit = in_branch(meeting.unit, by=by)
    meeting.unit_id, meeting.unit_path = unit.id, unit.path
    with db.session.no_autoflush:
        _place_in_time(meeting, unit, moment)
    meeting.state = ScheduleState.REGISTERED
    meeting.registered_at, meeting.registered_by = moment, by.username
    db.session.add(meeting)
    note(meeting, "register", by=by)


def change_schedule(meeting: Meeting, *, by: Acting, at: datetime | None = None) -> None:
    """Take over what a form changed of a meeting that has not been held.

    A confirmed one has to be confirmed again, unless who changes it may confirm; a postponed or
    cancelled one is registered again and needs a new time.
    """
    if meeting.state is ScheduleState.HELD:
        raise RuleBroken(_("This meeting has been held: its schedule stays as it was."))
    changed = before(meeting, PLAN)
    with db.session.no_autoflush:
        if "month" in changed:
            in_open_month(meeting, date.fromisoformat(changed["month"]))
        _place_in_time(meeting, meeting.unit, at or clock.now())
    if meeting.state in PUT_OFF:
        if "planned_at" not in changed:
            raise RuleBroken(_("Give the new time of the meeting."), "planned_at")
        schedule_step(meeting, ScheduleState.REGISTERED)
        meeting.state_reason = None
    elif meeting.state is ScheduleState.CONFIRMED and changed and not _may_confirm(by):
        schedule_step(meeting, ScheduleState.REGISTERED)
    if "planned_at" in changed:
        deferrals.withdraw(meeting)
    note(meeting, "change_schedule", by=by, detail=changed)


def register_again(
    meeting: Meeting, *, planned_at: datetime, by: Acting, at: datetime | None = None
) -> None:
    """Give a postponed or cancelled meeting a new time; it is registered once more."""
    if meeting.state not in PUT_OFF:
        raise RuleBroken(wrong_schedule_step(meeting, ScheduleState.REGISTERED))
    meeting.planned_at = planned_at
    change_schedule(meeting, by=by, at=at)


def confirm(meeting: Meeting, *, by: Acting) -> None:
    """The superior agrees with the time and place."""
    in_open_month(meeting)
    schedule_step(meeting, ScheduleState.CONFIRMED)
    note(meeting, "confirm", by=by)


def postpone(meeting: Meeting, *, by: Acting, reason: str) -> None:
    """Put a planned meeting off, or ask the superior for it; then it waits for a new time."""
    deferrals.ask(meeting, ScheduleState.POSTPONED, by=by, reason=reason)


def not_held(meeting: Meeting, *, by: Acting, reason: str) -> None:
    """Say, or ask the superior to agree, that a planned meeting does not take place.

    With permission it never counts as poor.
    """
    deferrals.ask(meeting, ScheduleState.NOT_HELD, by=by, reason=reason)


def hold(meeting: Meeting) -> None:
    """The meeting has taken place: its result is being sent."""
    if meeting.state is not ScheduleState.HELD:
        schedule_step(meeting, ScheduleState.HELD)
        meeting.state_reason = None
        deferrals.withdraw(meeting)


def _place_in_time(meeting: Meeting, unit: Unit, moment: datetime) -> None:
    """Check month, time and words, and tie the meeting to what the unit is on that day."""
    secrecy.guard({name: getattr(meeting, name) for name in WORDS})
    meeting.month = months.first_of(meeting.month)
    meeting.planned_at = wall(meeting.planned_at) or meeting.planned_at
    planned_on = meeting.planned_at.date()
    this_month = months.first_of(moment.astimezone(clock.OFFICE))
    if months.distance(this_month, meeting.month) > MONTHS_AHEAD:
        raise RuleBroken(
            _("No more than %(most)s months ahead, please.", most=MONTHS_AHEAD), "month"
        )
    if wrong := month_misfit(meeting.month, planned_on):
        raise RuleBroken(_(wrong), "planned_at")
    version = queries.version_on(unit.id, planned_on)
    if version is None or (unit.valid_to is not None and planned_on >= unit.valid_to):
        raise RuleBroken(_("The unit did not exist on that day, or had ceased."), "planned_at")
    existed_in(unit, meeting.month)
    in_open_month(meeting)
    holders.fits_unit(meeting, unit, version)
    if meeting.type in MONTHLY and queries.monthly_meeting(unit.id, meeting.month, but=meeting.id):
        raise RuleBroken(_("This unit already has its regular meeting of that month."), "month")
    meeting.unit_version_id = version.id


def _may_confirm(by: Acting) -> bool:
    return may(RoleName[by.role], "Schedules", "confirm")
