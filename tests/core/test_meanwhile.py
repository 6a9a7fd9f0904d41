"""Two who write the first row of the same thing at once: the second is told so, in clear words.

Neither sees what the other writes; the database lets the second wait for the first's commit.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.core import scope
from app.core.db import db
from app.evaluations import commands as evaluations
from app.evaluations.models import Evaluation
from app.evaluations.rules import Layer
from app.meetings import carried, commands, rollcall
from app.meetings.deferrals import Deferral
from app.meetings.models import Absence, Meeting, Task, TaskStatus
from app.meetings.rollcall import Mark
from app.meetings.rules import Attendance
from app.meetings.task_rules import TaskState
from app.people.models import Member
from app.rollup import commands as rollup
from app.rollup.models import MonthlyReport
from tests import rest
from tests.core.test_merging import fields_of
from tests.factories import new_meeting, unit
from tests.meetings import OCTOBER, who
from tests.periods import SEPTEMBER

TOLD = "Trong lúc đó đã có người khác lưu mục này. Hãy mở lại và sửa lần nữa."
BUSY = text(
    "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE NOT l.granted AND a.datname = current_database())"
)
PATIENCE = 20


@dataclass(frozen=True)
class Keys:
    """The meeting of October, a task that the one of September gave, a member, the committee."""

    meeting: int
    task: int
    member: int
    committee: int


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def keys(app: Flask) -> Keys:
    with app.app_context(), scope.system():
        cell = unit("N1")
        made = new_meeting(cell, OCTOBER)
        given = select(Meeting.id).where(Meeting.unit_id == cell.id, Meeting.month == SEPTEMBER)
        where = {"unit_id": cell.id, "unit_path": cell.path}
        task = Task(meeting_id=db.session.scalars(given).one(), title="Quyên góp sách", **where)
        db.session.add(task)
        db.session.flush()
        member = db.session.scalars(select(Member.id).where(Member.unit_id == cell.id)).first()
        assert member is not None
        found = Keys(made.id, task.id, member, unit("NORTH").id)
        db.session.commit()
    return found


Answer = Any


@pytest.fixture
def at_once(app: Flask) -> Callable[..., Answer]:
    """``at_once(first, second)``: the answer to ``second``, sent while ``first`` is uncommitted."""

    def race(first: Callable[[], Any], second: Callable[[], Answer]) -> Answer:
        answers: list[Answer] = []
        later = Thread(target=lambda: answers.append(second()))
        with app.app_context(), scope.system():
            first()
            db.session.flush()
            later.start()
            until = time.monotonic() + PATIENCE
            while not db.session.scalar(BUSY):
                assert later.is_alive(), "the second did not wait"
                assert time.monotonic() < until, "the second never came"
                time.sleep(0.01)
            db.session.commit()
        later.join(PATIENCE)
        return answers[0]

    return race


def one_row(app: Flask, model: Any) -> bool:
    """Whether the first, and nobody else, has written."""
    with app.app_context(), scope.system():
        count = select(func.count()).select_from(model)
        if model is Evaluation:
            count = count.where(Evaluation.meeting_id.in_(october()))
        if model is Absence:
            count = count.where(Absence.meeting_id.in_(october()))
        return db.session.scalar(count) == 1


def october() -> Any:
    return select(Meeting.id).where(Meeting.month == OCTOBER)


def meeting(keys: Keys) -> Meeting:
    found = db.session.get(Meeting, keys.meeting)
    assert found is not None
    return found


def score(keys: Keys) -> None:
    evaluations.open_evaluation(meeting(keys), by=who("secretary_north"))


def ask(keys: Keys) -> None:
    commands.postpone(meeting(keys), by=who("secretary_north"), reason="Bão")


def speak(keys: Keys) -> None:
    [one] = carried.of(meeting(keys))
    carried.review(meeting(keys), one, TaskState.DONE, "", by=who("secretary_north"))


def call(keys: Keys) -> None:
    marks = [Mark(keys.member, Attendance.EXCUSED, "Ốm")]
    rollcall.roll_call(meeting(keys), marks, by=who("secretary_north"))


REST = {
    "first self-score": (
        score,
        Evaluation,
        lambda keys: ("PUT", f"evaluations/{keys.meeting}/scores/self", {"points": {"1": 50}}),
    ),
    "deferral": (
        ask,
        Deferral,
        lambda keys: ("POST", f"schedules/{keys.meeting}/postpone", {"reason": "Lũ"}),
    ),
    "word about a task": (
        speak,
        TaskStatus,
        lambda keys: (
            "PUT",
            f"results/{keys.meeting}/tasks",
            {"tasks": [{"task": keys.task, "state": "OPEN"}]},
        ),
    ),
    "absence": (
        call,
        Absence,
        lambda keys: (
            "PUT",
            f"results/{keys.meeting}/roll-call",
            {"exceptions": [{"member": keys.member, "status": "UNEXCUSED"}]},
        ),
    ),
}


@pytest.mark.parametrize("name", REST)
def test_over_rest_the_second_is_answered_409(app: Flask, token, at_once, keys, name) -> None:
    first, model, sent = REST[name]
    method, path, body = sent(keys)
    client, headers = app.test_client(), token("secretary_north") | {"Accept-Language": "vi"}
    address = f"/api/v1/{path}"
    body |= rest.seen(client, headers, address)
    answer = at_once(
        lambda: first(keys),
        lambda: client.open(address, method=method, json=body, headers=headers),
    )
    assert (answer.status_code, answer.json["message"]) == (409, TOLD)
    assert one_row(app, model)


def test_a_button_pressed_twice_says_the_same(app: Flask, login, at_once, keys) -> None:
    browser: FlaskClient = login("secretary_north")
    path = f"/schedules/action/postpone/{keys.meeting}"
    answer = at_once(
        lambda: ask(keys),
        lambda: browser.post(path, data={"reason": "Lũ"}, follow_redirects=True),
    )
    assert TOLD in answer.text
    assert one_row(app, Deferral)


def points(keys: Keys) -> None:
    """The first self-score, with points of its own."""
    found = evaluations.open_evaluation(meeting(keys), by=who("secretary_north"))
    given = {one.criterion_id: Decimal(30) for one in found.scores}
    evaluations.give_points(found, Layer.SELF, given, by=who("secretary_north"))


FORMS = {
    "score sheet": (points, Evaluation, "/evaluations/{}/score?layer=self", "points-", "35"),
    "roll-call": (call, Absence, "/results/{}/roll-call", "status-", "UNEXCUSED"),
}


@pytest.mark.parametrize("name", FORMS)
def test_on_a_form_both_stand_side_by_side(app: Flask, login, at_once, keys, name) -> None:
    first, model, address, field, mine = FORMS[name]
    path = address.format(keys.meeting)
    browser: FlaskClient = login("secretary_north")
    form = fields_of(browser.get(path).text)
    wanted = (
        f"{field}{keys.member}"
        if field == "status-"
        else min(one for one in form if one.startswith(field))
    )
    answer = at_once(lambda: first(keys), lambda: browser.post(path, data=form | {wanted: mine}))
    assert answer.status_code == 200
    assert f'name="pick-{wanted}"' in answer.text
    assert one_row(app, model)


def test_of_two_first_words_of_a_month_both_stand_side_by_side(app, login, at_once, keys) -> None:
    def write() -> None:
        clerk = who("clerk_north")
        report = rollup.report_for(unit("NORTH"), SEPTEMBER, by=clerk)
        rollup.write(report, comments="Còn ít ý kiến", tasks_next="", by=clerk)

    browser: FlaskClient = login("clerk_north")
    answer = at_once(
        write,
        lambda: browser.post(
            f"/monthly-report/write?unit={keys.committee}&month=09/2026",
            data={"comments": "Nhiều ý kiến hơn", "tasks_next": "", "version": "0"},
        ),
    )
    assert answer.status_code == 200
    for words in ("Còn ít ý kiến", "Nhiều ý kiến hơn"):
        assert words in answer.text
    assert 'name="pick-comments"' in answer.text
    assert one_row(app, MonthlyReport)
