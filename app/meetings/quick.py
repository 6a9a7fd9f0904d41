"""Quick filters of the lists of schedules, results and tasks."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, exists

from app.core import clock
from app.core.chips import Quick, of_month
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.rules import ResultState, ScheduleState
from app.meetings.task_rules import TaskState

MONTHS = (
    Quick("last_month", _l("Last month"), of_month(Meeting.month, -1), group="month"),
    Quick("this_month", _l("This month"), of_month(Meeting.month, 0), group="month"),
    Quick("next_month", _l("Next month"), of_month(Meeting.month, 1), group="month"),
)
SCHEDULES = (
    *MONTHS,
    Quick(
        "unconfirmed",
        _l("Not yet confirmed"),
        lambda: Meeting.state == ScheduleState.REGISTERED,
        group="state",
    ),
    Quick(
        "over",
        _l("Past, without a result"),
        lambda: and_(
            Meeting.state.in_((ScheduleState.REGISTERED, ScheduleState.CONFIRMED)),
            Meeting.planned_at < clock.wall(),
        ),
        group="state",
    ),
    Quick(
        "off",
        _l("Postponed or not held"),
        lambda: Meeting.state.in_((ScheduleState.POSTPONED, ScheduleState.NOT_HELD)),
        group="state",
    ),
)
RESULTS = (
    *MONTHS,
    Quick(
        "unsent",
        _l("Not sent"),
        lambda: and_(
            Meeting.result_state.in_((ResultState.NONE, ResultState.DRAFT)),
            Meeting.state.not_in((ScheduleState.POSTPONED, ScheduleState.NOT_HELD)),
        ),
        group="state",
    ),
    Quick(
        "waiting",
        _l("Waiting for review"),
        lambda: Meeting.result_state == ResultState.SUBMITTED,
        group="state",
    ),
    Quick(
        "returned",
        _l("Returned"),
        lambda: Meeting.result_state == ResultState.RETURNED,
        group="state",
    ),
    Quick(
        "approved",
        _l("Approved"),
        lambda: Meeting.result_state.in_((ResultState.APPROVED, ResultState.LOCKED)),
        group="state",
    ),
    Quick("amended", _l("Amended"), lambda: Meeting.amended_at.is_not(None)),
)


def _carried_on() -> ColumnElement[bool]:
    """Open tasks that a later meeting has spoken of: they go from month to month."""
    word = exists().where(TaskStatus.task_id == Task.id)
    return and_(Task.state == TaskState.OPEN, word)


TASKS = (
    Quick("open", _l("Not done yet"), lambda: Task.state == TaskState.OPEN, group="state"),
    Quick(
        "overdue",
        _l("Overdue"),
        lambda: and_(Task.state == TaskState.OPEN, Task.due_on < clock.today()),
        group="state",
    ),
    Quick("carried", _l("Carried over"), _carried_on, group="state"),
    Quick("done", _l("Done"), lambda: Task.done, group="state"),
    Quick(
        "given_up",
        _l("Could not be done"),
        lambda: Task.state == TaskState.NOT_DONE,
        group="state",
    ),
)
