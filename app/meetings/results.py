"""Writes of results: draft, sending, return, approval, lock, and the tasks given."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.audit import before
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import carried, queries, remarks, rollcall
from app.meetings.commands import hold
from app.meetings.models import Meeting, Task
from app.meetings.rules import ResultState, misfit, month_misfit, time_misfit
from app.meetings.steps import (
    begin,
    in_open_month,
    note,
    plain_reason,
    result_step,
    wall,
    writable,
)
from app.meetings.task_rules import TaskState
from app.security.commands import record
from app.units.rules import is_within

RESULT = (
    *("started_at", "ended_at", "speakers", "agenda", "agenda_done", "content"),
    *("resolution_no", "minutes_present", "papers_posted_at"),
)
"""The columns of a result that people type; the numbers come from the roll-call."""

ACTUAL = ("place", "chair")
"""Of the schedule, what the result may say otherwise: where it really was and who presided."""


def save_result(meeting: Meeting, *, by: Acting, at: datetime | None = None) -> None:
    """Keep what was typed of a result as a draft; a returned one stays returned until sent again.

    Raises ``RuleBroken`` for impossible times, more speakers than people present, a closed month,
    a text marked secret, or a result that is with the superior.
    """
    now = wall(at or clock.now())
    changed = list(before(meeting, (*RESULT, *ACTUAL)))
    with db.session.no_autoflush:
        writable(meeting)
        secrecy.guard({name: getattr(meeting, name) for name in changed})
        for name in ("started_at", "ended_at", "papers_posted_at"):
            setattr(meeting, name, wall(getattr(meeting, name)))
        _fits_in_time(meeting)
        if meeting.papers_posted_at and now and meeting.papers_posted_at > now:
            raise RuleBroken(_("This time lies in the future."), "papers_posted_at")
        _fits_speakers(meeting)
    if meeting.attendance_policy_id and "started_at" in changed:
        rollcall.recount(meeting)
    begin(meeting)
    note(meeting, "save_result", by=by, detail={"changed": changed} if changed else None)


def submit(meeting: Meeting, *, by: Acting, at: datetime | None = None) -> None:
    """Send a complete result to the superior; the meeting is held with that."""
    moment = at or clock.now()
    in_open_month(meeting)
    if meeting.result_state is ResultState.NONE:
        raise RuleBroken(_("Fill in the result and call the roll first."))
    tasks = carried.of(meeting)
    result_step(meeting, ResultState.SUBMITTED)
    if not (meeting.started_at and meeting.ended_at):
        raise RuleBroken(_("Enter when the meeting started and when it ended."), "started_at")
    if meeting.ended_at > (wall(moment) or meeting.ended_at):
        raise RuleBroken(_("The meeting has not ended yet."), "ended_at")
    if meeting.attendance_policy_id is None:
        raise RuleBroken(_("Call the roll first."))
    if wrong := misfit(meeting.counts):
        raise RuleBroken(_(wrong))
    if not rollcall.stands(meeting):
        raise RuleBroken(_("The roll has changed since it was called. Call it again."))
    _fits_in_time(meeting)
    _fits_speakers(meeting)
    carried.settle(meeting, tasks, by=by, at=moment)
    hold(meeting)
    meeting.return_reason = None
    remarks.settle(meeting, at=moment, points=False)
    meeting.submitted_at, meeting.submitted_by = moment, by.username
    meeting.decided_at = meeting.decided_by = None
    note(meeting, "submit", by=by)


def return_result(
    meeting: Meeting,
    *,
    by: Acting,
    reason: str,
    beside: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    """Give a result back to the cell, saying what to mend, also ``beside`` single fields."""
    in_open_month(meeting)
    said = remarks.fitting(meeting, beside or {})
    _decide(meeting, ResultState.RETURNED, by, at)
    meeting.return_reason = plain_reason(reason, 500)
    remarks.give(meeting, said, by=by, at=at or clock.now())
    note(meeting, "return", by=by, detail={"reason": reason} | ({"beside": said} if said else {}))


def approve(meeting: Meeting, *, by: Acting, at: datetime | None = None, ground: str = "") -> None:
    """The superior accepts the result; ``ground`` tells the audit log on what ground."""
    in_open_month(meeting)
    _decide(meeting, ResultState.APPROVED, by, at)
    note(meeting, "approve", by=by, detail={"ground": ground} if ground else None)


def lock(meeting: Meeting, *, by: Acting, at: datetime | None = None) -> None:
    """Nothing of an approved result can change from now on."""
    _decide(meeting, ResultState.LOCKED, by, at)
    note(meeting, "lock", by=by)


def add_task(task: Task, *, by: Acting) -> None:
    """Write down a task that a meeting of the branch gave somebody."""
    meeting = task.meeting
    if meeting is None or not is_within(meeting.unit_path, by.unit_path):
        raise RuleBroken(_("Choose a meeting of your own branch."), "meeting")
    with db.session.no_autoflush:
        writable(meeting)
    _guard(task)
    task.unit_id, task.unit_path = meeting.unit_id, meeting.unit_path
    db.session.add(task)
    record(task, "add", by=by)


def change_task(task: Task, *, by: Acting) -> None:
    """Take over a change of a task; once the result is sent, only what has become of it.

    Raises ``RuleBroken`` beside ``note`` when a task is given up without a reason.
    """
    changed = before(task, ("title", "assignee", "due_on"))
    if changed:
        with db.session.no_autoflush:
            writable(task.meeting)
            if queries.is_spoken_of(task.id, sent=True):
                text = _("A later meeting has spoken of this task already.")
                raise RuleBroken(text, next(iter(changed)))
    _guard(task)
    if task.state is TaskState.NOT_DONE and not task.note:
        raise RuleBroken(_("Say why it could not be done."), "note")
    changed |= before(task, ("state", "note"))
    record(task, "edit", by=by, detail={"before": changed} if changed else None)


def remove_task(task: Task, *, by: Acting) -> None:
    """Take back a task that a result not yet sent had given."""
    with db.session.no_autoflush:
        writable(task.meeting)
        if queries.is_spoken_of(task.id):
            raise RuleBroken(_("A later meeting has spoken of this task already."))
    record(task, "remove", by=by, detail={"title": task.title})
    task.meeting.tasks.remove(task)


def _guard(task: Task) -> None:
    written = before(task, ("title", "assignee", "note"))
    secrecy.guard({name: getattr(task, name) for name in written})


def _fits_in_time(meeting: Meeting) -> None:
    if wrong := time_misfit(meeting.started_at, meeting.ended_at):
        raise RuleBroken(_(wrong), "ended_at")
    if meeting.ended_at and not meeting.started_at:
        raise RuleBroken(_("Enter when the meeting started and when it ended."), "started_at")
    if meeting.started_at is None:
        return
    started_on = meeting.started_at.date()
    if wrong := month_misfit(meeting.month, started_on):
        raise RuleBroken(_(wrong), "started_at")
    version = queries.version_on(meeting.unit_id, started_on)
    if version is None:
        raise RuleBroken(_("The unit did not exist on that day, or had ceased."), "started_at")
    meeting.unit_version_id = version.id


def _fits_speakers(meeting: Meeting) -> None:
    if meeting.speakers is None:
        return
    if meeting.speakers < 0:
        raise RuleBroken(_("Numbers of people cannot be negative"), "speakers")
    if meeting.attendance_policy_id and meeting.speakers > meeting.present:
        raise RuleBroken(
            _(
                "%(speakers)s spoke, but only %(present)s were present.",
                speakers=meeting.speakers,
                present=meeting.present,
            ),
            "speakers",
        )


def _decide(meeting: Meeting, then: ResultState, by: Acting, at: datetime | None) -> None:
    result_step(meeting, then)
    meeting.decided_at, meeting.decided_by = at or clock.now(), by.username
