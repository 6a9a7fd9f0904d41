"""Wherever people write of a month, the mark of a state secret is refused beside its field."""

from datetime import date, timedelta

import pytest

from app.core.db import db
from app.evaluations import commands as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer
from app.meetings import commands as schedules
from app.meetings import results, rollcall
from app.meetings.models import Task
from app.meetings.rollcall import Mark
from app.meetings.rules import Attendance
from app.meetings.task_rules import TaskState
from app.periods import commands as periods
from app.periods.models import Extension
from tests.factories import MONTH, new_meeting, unit
from tests.meetings import NOW, OCTOBER, refused, who
from tests.meetings.test_carried import meeting_of, say, task_of
from tests.periods import open_, owed
from tests.watch.cast import member

pytestmark = pytest.mark.usefixtures("in_october", "system")
SECRET = "Triển khai kế hoạch TUYỆT MẬT"


@pytest.mark.parametrize("field", ["topic", "place"])
def test_in_a_schedule(field) -> None:
    planned = new_meeting(unit("N1"), OCTOBER)
    setattr(planned, field, SECRET)
    refused(lambda: schedules.change_schedule(planned, by=who("secretary_north"), at=NOW), field)


def test_in_a_task_when_it_is_given_and_when_it_is_settled() -> None:
    october = meeting_of(OCTOBER)
    task = task_of(october)
    with db.session.no_autoflush:
        given = Task(meeting=october, meeting_id=october.id, title=SECRET)
        refused(lambda: results.add_task(given, by=who("secretary_north")), "title")
    task.state, task.note = TaskState.NOT_DONE, SECRET
    with db.session.no_autoflush:
        refused(lambda: results.change_task(task, by=who("secretary_north")), "note")


def test_in_what_a_meeting_says_of_an_earlier_task() -> None:
    task = task_of(meeting_of(MONTH))
    october = meeting_of(OCTOBER)
    refused(lambda: say(october, task, "DONE", SECRET), f"review-{task.id}-note")


def test_in_the_reason_of_an_absence() -> None:
    who_is_away, october = member("N1"), meeting_of(OCTOBER)
    marks = [Mark(who_is_away.id, Attendance.EXCUSED, SECRET)]
    refused(
        lambda: rollcall.roll_call(october, marks, by=who("secretary_north")),
        f"member-{who_is_away.id}",
    )


def test_in_the_notes_and_the_return_of_a_score() -> None:
    september = meeting_of(MONTH)
    made = db.session.get_one(Evaluation, september.id)
    refused(lambda: evaluations.reopen(made, by=who("clerk_north"), reason=SECRET), "reason")
    evaluations.reopen(made, by=who("clerk_north"), reason="Thiếu")
    key = made.scores[0].criterion_id
    refused(
        lambda: evaluations.give_points(
            made, Layer.SELF, {}, {key: SECRET}, by=who("secretary_north")
        ),
        f"note-{key}",
    )


def test_in_the_reason_for_more_time() -> None:
    open_()
    until = date(2026, 9, 25) + timedelta(days=12)
    given = Extension(obligation=owed("N1")["SCHEDULE"], until=until, reason=SECRET)
    refused(lambda: periods.give_time(given, by=who("clerk_north")), "reason")
