"""A returned result: what is said lands beside the field, and is history once it is sent again."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.core import clock, scope
from app.core.db import db
from app.core.errors import RuleBroken
from app.evaluations import commands as evaluations
from app.evaluations.models import Criterion, Evaluation
from app.evaluations.rules import EvaluationState, Layer
from app.meetings import remarks, results
from app.meetings.models import Meeting, Task, TaskStatus
from app.meetings.rules import ResultState
from app.meetings.task_rules import TaskState
from app.review import commands
from app.security.models import AuditEntry
from tests import factories, rest
from tests.meetings import who
from tests.review.test_pages import clean, meeting

SAID = {"attendance": "Thiếu tên người vắng", "content": "Nêu rõ kết luận"}


@pytest.fixture(autouse=True)
def _october(time_machine):
    time_machine.move_to(datetime(2026, 10, 20, 3, 0, tzinfo=UTC))


@pytest.fixture
def waiting(app) -> int:
    with app.app_context(), scope.system():
        found = clean("N1")
        db.session.commit()
        return found.id


def criterion() -> int:
    return db.session.scalars(select(Criterion.id).where(Criterion.code == "2")).one()


def give_back(client, key: int, **fields: str):
    sent = {"reason": "Xem lại giúp"} | {f"beside-{name}": text for name, text in fields.items()}
    return client.post(f"/review/{key}/return", data=sent)


def test_the_page_shows_each_field_with_what_it_holds(login, waiting):
    page = login("clerk_north").get(f"/review/{waiting}/return").text
    assert "5/5" in page
    assert "Hội trường" in page
    assert 'name="beside-content"' in page
    assert "Nhóm 2" in page
    assert "Cạnh điểm" in page


def test_the_page_shows_what_became_of_the_tasks_of_the_months_before(login, app, waiting):
    with app.app_context(), scope.system():
        cell = factories.unit("N1")
        earlier = factories.new_meeting(cell, date(2026, 8, 1))
        keys = {"unit_id": cell.id, "unit_path": cell.path}
        task = Task(meeting_id=earlier.id, title="Sửa hội trường", state=TaskState.DONE, **keys)
        db.session.add(task)
        db.session.flush()
        word = {"state": TaskState.DONE, "said_at": clock.now(), "said_by": "x"}
        db.session.add(TaskStatus(task_id=task.id, meeting_id=waiting, **word, **keys))
        db.session.commit()
    page = login("clerk_north").get(f"/review/{waiting}/return").text
    assert "Sửa hội trường: Đã xong" in page


def test_a_remark_stands_beside_its_field_in_both_forms(login, waiting):
    assert give_back(login("clerk_north"), waiting, **SAID).status_code == 302
    client = login("secretary_north")
    filing = client.get(f"/filing/{waiting}/").text
    for text in SAID.values():
        assert text in filing
    assert filing.index(SAID["content"]) < filing.index('name="content"')
    form = client.get(f"/results/edit/{waiting}").text
    field = form.split('data-field="content"')[1].split('data-field="')[0]
    assert SAID["content"] in field
    assert SAID["attendance"] in client.get(f"/results/{waiting}/roll-call").text
    assert SAID["attendance"] in client.get(f"/results/show/{waiting}").text


def test_a_remark_beside_points_reopens_the_score(login, app, waiting):
    with app.app_context(), scope.system():
        name = f"points-{criterion()}"
    assert give_back(login("clerk_north"), waiting, **{name: "Chưa có căn cứ"}).status_code == 302
    with app.app_context(), scope.system():
        assert db.session.get(Evaluation, waiting).state is EvaluationState.DRAFT
    client = login("secretary_north")
    assert "Chưa có căn cứ" in client.get(f"/filing/{waiting}/").text
    assert "Chưa có căn cứ" in client.get(f"/evaluations/{waiting}/score").text


def test_without_a_reason_nothing_is_returned_and_what_was_typed_stays(login, app, waiting):
    sent = {"reason": " ", "beside-content": "Nêu rõ kết luận"}
    page = login("clerk_north").post(f"/review/{waiting}/return", data=sent)
    assert page.status_code == 200
    assert "Nêu rõ kết luận" in page.text
    with app.app_context(), scope.system():
        assert meeting("N1").result_state is ResultState.SUBMITTED
        assert remarks.beside(waiting) == {}


def test_somebody_elses_change_meanwhile_is_not_returned_over(login, app, waiting):
    sent = {"reason": "x", "version": "1"}
    with app.app_context(), scope.system():
        version = meeting("N1").version
        assert version > 1
    page = login("clerk_north").post(f"/review/{waiting}/return", data=sent)
    assert page.status_code == 200
    with app.app_context(), scope.system():
        assert meeting("N1").result_state is ResultState.SUBMITTED


@pytest.mark.parametrize("username", ["supervisor_north", "secretary_north", "inspector"])
def test_who_may_not_return_does_not(login, app, waiting, username):
    answer = give_back(login(username), waiting, **SAID)
    assert "/review/" not in (answer.location or "")
    with app.app_context(), scope.system():
        assert meeting("N1").result_state is ResultState.SUBMITTED


def test_sent_again_it_is_history(app, waiting):
    with app.app_context(), scope.system():
        found = db.session.get(Meeting, waiting)
        clerk, secretary = who("clerk_north"), who("secretary_north")
        commands.give_back(found, by=clerk, reason="Xem lại", beside=SAID)
        told = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "return")).one()
        assert told.detail["beside"] == SAID
        assert remarks.beside(waiting) == SAID
        found.attendance_policy_id = None
        results.rollcall.roll_call(found, [], by=secretary)
        results.submit(found, by=secretary)
        assert remarks.beside(waiting) == {}
        kept = remarks.history(waiting)
        assert {one.text for one in kept} == set(SAID.values())
        assert all(one.settled_at for one in kept)


def test_a_field_that_takes_no_remark_is_refused(app, waiting):
    with app.app_context(), scope.system(), pytest.raises(RuleBroken):
        commands.give_back(
            db.session.get(Meeting, waiting), by=who("clerk_north"), reason="x", beside={"id": "y"}
        )


@pytest.mark.parametrize("field", ["points-999999", "points-0", "points-01", "points-x"])
def test_beside_a_criterion_that_the_sheet_has_not_nothing_is_said(
    app, login, token, waiting, field
):
    page = give_back(login("clerk_north"), waiting, **{field: "Chưa có căn cứ"})
    assert page.status_code == 200
    assert "Không thể ghi nhận xét cạnh mục đó" in page.text
    client, headers = app.test_client(), token("clerk_north")
    address = f"/api/v1/results/{waiting}/return"
    sent = {"reason": "x", "beside": {field: "Chưa có căn cứ"}}
    sent |= rest.seen(client, headers, address)
    assert client.post(address, headers=headers, json=sent).status_code == 422
    with app.app_context(), scope.system():
        assert meeting("N1").result_state is ResultState.SUBMITTED
        assert remarks.history(waiting) == []


def test_over_rest_remarks_go_with_the_return(app, token, waiting):
    client, headers = app.test_client(), token("clerk_north")
    address = f"/api/v1/results/{waiting}/return"
    wrong = {"reason": "x", "beside": {"content": 5}}
    assert client.post(address, headers=headers, json=wrong).status_code == 400
    read = rest.seen(client, headers, address)
    unknown = {"reason": "x", "beside": {"id": "y"}} | read
    assert client.post(address, headers=headers, json=unknown).status_code == 422
    sent = {"reason": "Xem lại", "beside": SAID} | read
    assert client.post(address, headers=headers, json=sent).status_code == 200
    with app.app_context(), scope.system():
        assert remarks.beside(waiting) == SAID


def test_points_that_somebody_has_given_meanwhile_are_not_taken_back_unseen(login, app, waiting):
    client = login("clerk_north")
    page = client.get(f"/review/{waiting}/return").text
    seen = re.search(r'name="version" value="([^"]+)"', page)
    assert seen
    with app.app_context(), scope.system():
        scored = db.session.get(Evaluation, waiting)
        points = {line.criterion_id: line.self_points for line in scored.scores}
        evaluations.give_points(scored, Layer.VERIFIED, points, by=who("supervisor_north"))
        evaluations.verify(scored, by=who("supervisor_north"))
        db.session.commit()
        beside = f"beside-points-{criterion()}"
    sent = {"reason": "Xem lại", "version": seen[1], beside: "Chưa có căn cứ"}
    page = client.post(f"/review/{waiting}/return", data=sent)
    assert page.status_code == 200
    assert "Chưa có căn cứ" in page.text
    with app.app_context(), scope.system():
        assert db.session.get(Evaluation, waiting).state is EvaluationState.VERIFIED
        assert meeting("N1").result_state is ResultState.SUBMITTED
