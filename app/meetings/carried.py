"""Tasks of earlier meetings: which of them a monthly meeting has to speak of, and what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from app.core import clock, secrecy
from app.core.acting import Acting
from app.core.db import db
from app.core.errors import RuleBroken
from app.meetings import queries
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.rollcall import met_on
from app.meetings.rules import MONTHLY, REPORTED
from app.meetings.steps import begin, writable
from app.meetings.task_rules import TaskState, counts_as_due
from app.security.commands import record

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Carried:
    """A task that an earlier meeting gave, as one monthly meeting finds and leaves it.

    ``before`` is the last word of an earlier meeting, ``said`` that of this one.
    """

    task: Task
    given: date
    before: TaskStatus | None
    said: TaskStatus | None
    settled_later: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether this meeting may say how the task stands: it is open, or was said here."""
        open_still = self.said is not None or self.task.state is TaskState.OPEN
        return open_still and not self.settled_later

    @property
    def state(self) -> TaskState | None:
        """How the meeting leaves it; ``None`` while that is to be said."""
        if self.said is not None:
            return self.said.state
        return None if self.task.state is TaskState.OPEN else self.task.state

    @property
    def note(self) -> str:
        """What is said beside it."""
        return (self.said.note if self.said else self.task.note) or ""


@dataclass(frozen=True)
class Completion:
    """How many of the tasks that count are done; ``ahead`` have time left and do not count."""

    done: int
    due: int
    ahead: int = 0


def of(meeting: Meeting) -> list[Carried]:
    """The tasks that ``meeting`` speaks of, the oldest first.

    Of a monthly meeting still to be reported: every open task of earlier months, and those that
    were settled since the last one. What has been reported holds what was said then, no more.
    """
    if meeting.type not in MONTHLY:
        return []
    frozen = meeting.result_state in REPORTED
    tasks = queries.tasks_carried(meeting, said_only=frozen)
    said = queries.statuses_of([task.id for task, _month in tasks]) if tasks else []
    found = []
    for task, given in tasks:
        words = [one for one in said if one.task_id == task.id]
        mine = next((one for one in words if one.meeting_id == meeting.id), None)
        earlier = [one for one in words if one.meeting.month < meeting.month]
        later = any(one.meeting.month > meeting.month for one in words)
        if mine is not None or not later:
            before = earlier[-1] if earlier else None
            found.append(Carried(task, given, before, mine, settled_later=later))
    return found


def completion(
    meeting: Meeting, states: Iterable[tuple[Task, TaskState | None]]
) -> Completion | None:
    """The share done of tasks with the states that a meeting says; ``None`` while one is unsaid.

    ``None``, too, where no task counts.
    """
    day, known = met_on(meeting), list(states)
    if any(state is None for _task, state in known):
        return None
    counted = [state for task, state in known if state and counts_as_due(state, task.due_on, day)]
    done = sum(state is TaskState.DONE for state in counted)
    return Completion(done, len(counted), len(known) - len(counted)) if counted else None


def completed(meeting: Meeting) -> Completion | None:
    """The share done as it is kept."""
    return completion(meeting, [(one.task, one.state) for one in of(meeting)])


def review(
    meeting: Meeting,
    one: Carried,
    state: TaskState | None,
    note: str,
    *,
    by: Acting,
    at: datetime | None = None,
) -> TaskStatus:
    """Say at ``meeting`` how a task of an earlier one stands; it stands so from then on.

    Saying it again while the result is not sent changes the one row. Raises ``RuleBroken`` beside
    ``review-<task>-state`` or ``review-<task>-note``.
    """
    with db.session.no_autoflush:
        writable(meeting)
    field = f"review-{one.task.id}"
    if one.settled_later or not one.is_asked:
        raise RuleBroken(_("A later meeting has spoken of this task already."), f"{field}-state")
    if state is None:
        raise RuleBroken(_("Say how it stands."), f"{field}-state")
    if len(note) > LONGEST_NOTE:
        raise RuleBroken(
            _("Write at most %(most)s characters.", most=LONGEST_NOTE), f"{field}-note"
        )
    if state is TaskState.NOT_DONE and not note:
        raise RuleBroken(_("Say why it could not be done."), f"{field}-note")
    secrecy.guard({f"{field}-note": note})
    row = one.said or _word_of(meeting, one.task)
    if (row.state, row.note) != (state, note or None):
        # What the meeting says has changed, though none of its own columns has.
        flag_modified(meeting, "result_state")
    row.state, row.note = state, note or None
    row.said_at, row.said_by = at or clock.now(), by.username
    one.task.state, one.task.note = row.state, row.note
    begin(meeting)
    record(one.task, "review", by=by, detail={"month": str(meeting.month), "state": state.name})
    return row


def settle(meeting: Meeting, tasks: Sequence[Carried], *, by: Acting, at: datetime) -> None:
    """Freeze the table of a meeting whose result is being sent: ``tasks`` were asked before that.

    Raises ``RuleBroken`` beside the first task of which it has not been said how it stands.
    """
    all_said(meeting, tasks)
    for one in tasks:
        if one.said is None:
            row = _word_of(meeting, one.task)
            row.state, row.note = one.task.state, one.task.note
            row.said_at, row.said_by = at, by.username


def all_said(meeting: Meeting, tasks: Sequence[Carried] | None = None) -> None:
    """Raises ``RuleBroken`` when it is not said of a task of earlier meetings how it stands."""
    found = of(meeting) if tasks is None else tasks
    silent = [one.task for one in found if one.state is None]
    if silent:
        text = _(
            "Say first how the task “%(task)s” of an earlier meeting stands (%(count)s in all).",
            task=silent[0].title,
            count=len(silent),
        )
        raise RuleBroken(text, f"review-{silent[0].id}-state")


def _word_of(meeting: Meeting, task: Task) -> TaskStatus:
    row = TaskStatus(
        task_id=task.id,
        meeting_id=meeting.id,
        unit_id=meeting.unit_id,
        unit_path=meeting.unit_path,
    )
    row.task, row.meeting = task, meeting
    db.session.add(row)
    return row
