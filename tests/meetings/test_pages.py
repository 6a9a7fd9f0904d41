"""Screens of meetings: who sees what, what a form keeps, how many statements a list takes."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import scope
from app.core.db import db
from app.meetings.models import Absence, ClosedMonth, Meeting, Task
from app.meetings.rules import Attendance, MeetingType, ResultState, ScheduleState
from app.people.models import Member
from tests.factories import new_meeting, unit
from tests.meetings import OCTOBER

Login = Callable[[str], FlaskClient]


pytestmark = pytest.mark.usefixtures("in_october")


@pytest.fixture
def made(app: Flask) -> Callable[..., int]:
    """``made("N1", state=…)`` writes an October meeting and answers its id."""

    def make(code: str = "N1", month: object = OCTOBER, **values: object) -> int:
        with app.app_context(), scope.system():
            row = new_meeting(unit(code), month, **values)  # type: ignore[arg-type]
            key = row.id
            db.session.commit()
        return key

    return make


@pytest.fixture
def read(app: Flask) -> Callable[[int], Meeting]:
    """``read(id)``: the meeting as the database has it now."""

    def get(key: int) -> Meeting:
        with app.app_context(), scope.system():
            row = db.session.get(Meeting, key)
            assert row is not None
            db.session.expunge(row)
        return row

    return get


def ids(app: Flask, model: type, code: str) -> list[int]:
    with app.app_context(), scope.system():
        found = select(model.id).where(model.unit_id == unit(code).id).order_by(model.id)
        return list(db.session.scalars(found))


FILLED = {"started_at": "04/10/2026 14:00", "ended_at": "04/10/2026 15h45", "speakers": "3"}
READERS = (
    "secretary_north",
    "minutes_north",
    "clerk_north",
    "supervisor_north",
    "analyst",
    "chief",
)


@pytest.mark.parametrize("username", READERS)
def test_everybody_of_the_branch_reads(login: Login, made, username: str) -> None:
    key = made()
    browser = login(username)
    for path in (
        "schedules/list/",
        "results/list/",
        f"schedules/show/{key}",
        f"results/show/{key}",
    ):
        page = browser.get(f"/{path}")
        assert page.status_code == 200, path
        assert "Chi bộ Bắc Một" in page.text
    assert browser.get(f"/results/{key}/roll-call").status_code == 200


@pytest.mark.parametrize("username", ["secretary_south", "clerk_south", "analyst_south"])
def test_a_stranger_gets_404_and_an_empty_list(login: Login, made, username: str) -> None:
    key = made()
    browser = login(username)
    assert "Bắc Một" not in browser.get("/schedules/list/").text
    assert "Bắc Một" not in browser.get("/results/list/").text
    for path in (
        f"schedules/show/{key}",
        f"results/show/{key}",
        f"results/{key}/roll-call",
        "results/999999999999999999999/roll-call",
        "results/x/roll-call",
    ):
        assert browser.get(f"/{path}").status_code == 404, path
    posted = browser.post(f"/results/{key}/roll-call", data={})
    assert posted.status_code in {403, 404}


@pytest.mark.parametrize(
    ("username", "seen", "hidden"),
    [
        ("secretary_north", {"postpone", "not_held"}, {"confirm"}),
        ("clerk_north", {"confirm", "postpone", "not_held"}, set()),
        ("analyst", set(), {"confirm", "postpone", "not_held"}),
    ],
)
def test_buttons_of_a_schedule_follow_the_role(login, made, username, seen, hidden) -> None:
    key = made()
    page = login(username).get(f"/schedules/show/{key}").text
    for name in seen:
        assert f"/schedules/action/{name}/{key}" in page
    for name in hidden:
        assert f"/schedules/action/{name}/" not in page


def test_buttons_follow_the_state_too(login: Login, made) -> None:
    key = made(state=ScheduleState.HELD, result_state=ResultState.SUBMITTED)
    browser = login("clerk_north")
    assert "/schedules/action/" not in browser.get(f"/schedules/show/{key}").text
    page = browser.get(f"/results/show/{key}").text
    assert f"/results/action/approve/{key}" in page
    # One way to return it: the page on which remarks can stand beside fields.
    assert f"/review/{key}/return" in page
    assert f"/results/action/return/{key}" not in page
    assert f"/results/action/lock/{key}" not in page
    assert (
        "/results/action/approve/" not in login("secretary_north").get(f"/results/show/{key}").text
    )


class TestRegistering:
    def test_a_new_form_is_filled_from_the_last_meeting(self, login: Login) -> None:
        page = login("secretary_north").get("/schedules/add").text
        for known in ("Chi bộ Bắc Một", 'value="10/2026"', "04/10/2026 14:00", "Hội trường"):
            assert known in page

    def test_a_clerk_may_be_led_to_a_cell_and_a_month(self, login: Login, app: Flask) -> None:
        with app.app_context(), scope.system():
            key = unit("N2").id
        page = login("clerk_north").get(f"/schedules/add?unit={key}&month=2026-11").text
        assert "Chi bộ Bắc Hai" in page
        assert 'value="11/2026"' in page

    def test_strange_arguments_change_nothing(self, login: Login) -> None:
        browser = login("clerk_north")
        assert browser.get("/schedules/add?unit=99999999999999999999&month=x").status_code == 200

    def test_a_sent_form_registers(self, login: Login, app: Flask) -> None:
        with app.app_context(), scope.system():
            key = unit("N1").id
        data = {
            "unit": str(key),
            "month": "10/2026",
            "type": "REGULAR",
            "planned_at": "06/10/2026 19h30",
            "place": "Nhà văn hóa",
        }
        browser = login("secretary_north")
        assert browser.post("/schedules/add", data=data).status_code == 302
        again = browser.post("/schedules/add", data=data)
        assert again.status_code == 200
        assert "Nhà văn hóa" in again.text
        assert "field-error" in again.text
        south = browser.post("/schedules/add", data=data | {"unit": "6"})
        assert south.status_code == 200

    def test_a_broken_rule_stands_beside_its_field_and_keeps_what_was_typed(
        self, login: Login, made, read
    ) -> None:
        key = made()
        sent = {
            "month": "10/2026",
            "type": "REGULAR",
            "planned_at": "20/12/2026 08:00",
            "place": "Phòng lạ",
        }
        page = login("secretary_north").post(f"/schedules/edit/{key}", data=sent)
        assert page.status_code == 200
        assert "20/12/2026 08:00" in page.text
        assert "Phòng lạ" in page.text
        assert 'id="planned_at-error"' in page.text
        assert read(key).place == "Hội trường"

    def test_a_held_schedule_is_shown_instead_of_edited(self, login: Login, made) -> None:
        key = made(state=ScheduleState.HELD)
        answer = login("clerk_north").get(f"/schedules/edit/{key}")
        assert answer.location.endswith(f"/schedules/show/{key}")

    def test_postponing_asks_why(self, login: Login, made, read) -> None:
        key = made()
        browser = login("secretary_north")
        assert "reason" in browser.post(f"/schedules/action/postpone/{key}").text
        asked = browser.post(f"/schedules/action/postpone/{key}", data={"reason": " \u200b\0"})
        assert "Hãy điền mục này" in asked.text
        login("clerk_north").post(f"/schedules/action/postpone/{key}", data={"reason": "Bão"})
        assert (read(key).state, read(key).state_reason) == (ScheduleState.POSTPONED, "Bão")


class TestResult:
    def test_the_form_is_kept_when_a_rule_is_broken(self, login: Login, made, read) -> None:
        key = made()
        sent = FILLED | {"ended_at": "04/10/2026 13:00", "content": "Đã bàn nhiều việc"}
        page = login("secretary_north").post(f"/results/edit/{key}", data=sent)
        assert page.status_code == 200
        assert "04/10/2026 13:00" in page.text
        assert "Đã bàn nhiều việc" in page.text
        assert 'id="ended_at-error"' in page.text
        assert read(key).result_state is ResultState.NONE

    def test_the_month_is_walked_from_draft_to_lock(self, login: Login, made, read) -> None:
        key = made()
        cell, clerk = login("secretary_north"), login("clerk_north")
        assert "04/10/2026 14:00" in cell.get(f"/results/edit/{key}").text
        answer = cell.post(f"/results/edit/{key}", data=FILLED)
        assert answer.location.endswith(f"/results/show/{key}")
        assert cell.post(f"/results/{key}/roll-call", data={}).status_code == 302
        cell.post(f"/results/action/submit/{key}")
        assert read(key).result_state is ResultState.SUBMITTED
        assert cell.get(f"/results/edit/{key}").status_code == 302
        clerk.post(f"/results/action/return/{key}", data={"reason": "Thiếu nghị quyết"})
        assert "Thiếu nghị quyết" in cell.get(f"/results/show/{key}").text
        cell.post(f"/results/action/submit/{key}")
        clerk.post(f"/results/action/approve/{key}")
        clerk.post(f"/results/action/lock/{key}")
        done = read(key)
        assert (done.result_state, done.state) == (ResultState.LOCKED, ScheduleState.HELD)
        assert (done.attended, done.due) == (5, 5)

    def test_a_secretary_cannot_approve(self, login: Login, made, read) -> None:
        key = made(result_state=ResultState.SUBMITTED, state=ScheduleState.HELD)
        assert login("secretary_north").post(f"/results/action/approve/{key}").status_code == 403
        assert read(key).result_state is ResultState.SUBMITTED

    def test_an_old_form_does_not_overwrite_a_newer_result(self, login: Login, made, read) -> None:
        key = made()
        browser = login("secretary_north")
        old = str(read(key).version)
        browser.post(f"/results/edit/{key}", data=FILLED | {"version": old})
        page = browser.post(f"/results/edit/{key}", data=FILLED | {"version": old, "speakers": "1"})
        assert page.status_code == 200
        assert read(key).speakers == 3

    def test_the_percentage_stands_beside_what_it_is_made_of(self, login: Login) -> None:
        browser = login("clerk_north")
        assert "4/5 = 80,0 %" in browser.get("/results/list/").text

    def test_tasks_are_added_from_the_result(self, login: Login, made, app: Flask) -> None:
        key = made()
        browser = login("secretary_north")
        sent = {"title": "Đọc nghị quyết", "assignee": "Đ/c Bình", "due_on": "30/10/2026"}
        answer = browser.post(f"/tasks/add?_flt_0_meeting={key}", data=sent)
        assert answer.status_code == 302
        assert "Đọc nghị quyết" in browser.get(f"/results/show/{key}").text
        assert len(ids(app, Task, "N1")) == 1
        assert browser.get("/tasks/list/").status_code == 200

    @pytest.mark.parametrize("username", ["secretary_north", "clerk_north", "minutes_north"])
    def test_a_task_of_a_locked_result_is_still_marked_done(self, login, app, username) -> None:
        with app.app_context(), scope.system():
            meeting = next(
                row for row in db.session.scalars(select(Meeting)) if row.unit.code == "N1"
            )
            meeting.result_state = ResultState.LOCKED
            task = Task(meeting=meeting, title="Việc", due_on=date(2026, 10, 30))
            task.unit_id, task.unit_path = meeting.unit_id, meeting.unit_path
            db.session.add(task)
            db.session.commit()
            key = task.id
        browser = login(username)
        form = browser.get(f"/tasks/edit/{key}").text
        for name in ("title", "assignee", "due_on"):
            assert re.search(
                rf'<input[^>]*name="{name}"[^>]*readonly|readonly[^>]*name="{name}"', form
            )
        sent = {"title": "Việc", "assignee": "", "due_on": "30/10/2026"}
        browser.post(f"/tasks/edit/{key}", data=sent | {"title": "Khác", "state": "DONE"})
        browser.post(f"/tasks/edit/{key}", data=sent | {"state": "DONE"})
        with app.app_context(), scope.system():
            task = db.session.get(Task, key)
            assert (task.title, task.done) == ("Việc", True)


class TestRollCall:
    def test_everybody_is_present_at_first(self, login: Login, made) -> None:
        page = login("secretary_north").get(f"/results/{made()}/roll-call").text
        assert "5/5 = 100,0 %" in page
        assert page.count('value="PRESENT" checked') == 5

    def test_absent_members_are_marked_with_reasons(self, login: Login, made, read, app) -> None:
        key = made()
        first, second, *_rest = ids(app, Member, "N1")
        sent = {
            f"status-{first}": "EXCUSED",
            f"reason-{first}": "Đi  công tác",
            f"status-{second}": "UNEXCUSED",
        }
        browser = login("secretary_north")
        answer = browser.post(f"/results/{key}/roll-call", data=sent)
        assert answer.location.endswith(f"/results/edit/{key}")
        row = read(key)
        assert (row.attended, row.due, row.excused, row.unexcused) == (3, 5, 1, 1)
        assert "3/5 = 60,0 %" in browser.get(f"/results/{key}/roll-call").text
        assert "Đi  công tác" in browser.get(f"/results/show/{key}").text

    def test_a_missing_reason_stands_beside_the_member(self, login, made, read, app) -> None:
        key = made()
        first, second, *_rest = ids(app, Member, "N1")
        sent = {f"status-{first}": "EXCUSED", f"status-{second}": "UNEXCUSED"}
        page = login("secretary_north").post(f"/results/{key}/roll-call", data=sent)
        assert page.status_code == 200
        assert f'id="error-{first}"' in page.text
        assert 'value="UNEXCUSED" checked' in page.text
        assert read(key).result_state is ResultState.NONE

    def test_nonsense_is_refused_plainly(self, login: Login, made, app: Flask) -> None:
        key = made()
        first = ids(app, Member, "N1")[0]
        answer = login("secretary_north").post(
            f"/results/{key}/roll-call", data={f"status-{first}": "DANCING"}
        )
        assert answer.status_code == 400

    def test_an_old_page_does_not_overwrite_a_newer_roll_call(self, login, made, read) -> None:
        key = made()
        browser = login("secretary_north")
        answer = browser.post(f"/results/{key}/roll-call", data={"version": "999"})
        assert answer.status_code == 200
        assert read(key).attendance_policy_id is None

    def test_the_superior_reads_but_does_not_write(self, login: Login, made) -> None:
        key = made()
        browser = login("analyst")
        assert "disabled" in browser.get(f"/results/{key}/roll-call").text
        assert browser.post(f"/results/{key}/roll-call").status_code == 403

    def test_where_no_names_are_kept_numbers_are_typed(self, login, made, read, app) -> None:
        key = made()
        with app.app_context(), scope.system():
            unit("N1").names_kept = False
            db.session.commit()
        browser = login("secretary_north")
        page = browser.get(f"/results/{key}/roll-call").text
        assert 'name="on_roll"' in page
        assert "Nguyễn Văn An" not in page
        numbers = dict.fromkeys(
            ("temp_in", "exempt", "temp_out", "special_duty", "voluntary", "unexcused"), "0"
        )
        wrong = browser.post(
            f"/results/{key}/roll-call",
            data=numbers | {"on_roll": "5", "present": "6", "excused": "0"},
        )
        assert 'id="present-error"' in wrong.text
        assert 'value="6"' in wrong.text
        empty = browser.post(f"/results/{key}/roll-call", data=numbers)
        assert 'id="on_roll-error"' in empty.text
        browser.post(
            f"/results/{key}/roll-call",
            data=numbers | {"on_roll": "5", "present": "4", "excused": "1"},
        )
        assert (read(key).attended, read(key).due) == (4, 5)

    def test_an_empty_roll_says_what_to_do(self, login: Login, made, app: Flask) -> None:
        key = made(planned_at=datetime.fromisoformat("2019-10-04 14:00"))
        assert "blank" in login("secretary_north").get(f"/results/{key}/roll-call").text


class TestRulesOfABranch:
    @pytest.mark.parametrize(
        "path", ["attendance-policies", "deadline-rules", "holidays", "closed-months"]
    )
    def test_what_a_superior_publishes_is_read_below(self, login: Login, path: str) -> None:
        page = login("secretary_north").get(f"/{path}/list/")
        assert page.status_code == 200

    def test_the_administrator_publishes_for_his_branch(self, login: Login, app: Flask) -> None:
        with app.app_context(), scope.system():
            key, root = unit("NORTH").id, unit("ROOT").id
        browser = login("admin_north")
        assert "Phía Bắc" in browser.get("/attendance-policies/add").text
        sent = {"code": "LMK", "name": "Không tính vắng có phép", "valid_from": "01/11/2026"}
        assert (
            browser.post("/attendance-policies/add", data=sent | {"unit": key}).status_code == 302
        )
        assert (
            browser.post("/attendance-policies/add", data=sent | {"unit": root}).status_code == 200
        )

    def test_a_superiors_policy_is_not_changed_from_below(self, login: Login) -> None:
        answer = login("admin_north").post(
            "/attendance-policies/edit/1", data={"name": "Của tôi", "valid_to": ""}
        )
        assert answer.status_code == 200
        assert "cấp trên" in answer.text

    def test_the_clerk_closes_a_month(self, login: Login, app: Flask) -> None:
        with app.app_context(), scope.system():
            key = unit("NORTH").id
        browser = login("clerk_north")
        assert 'value="09/2026"' in browser.get("/closed-months/add").text
        early = browser.post("/closed-months/add", data={"unit": key, "month": "10/2026"})
        assert 'id="month-error"' in early.text
        done = browser.post("/closed-months/add", data={"unit": key, "month": "09/2026"})
        assert done.status_code == 302
        assert len(ids(app, ClosedMonth, "NORTH")) == 1


class TestCosts:
    @pytest.mark.parametrize("path", ["schedules", "results", "tasks", "deadline-rules"])
    def test_a_list_takes_the_same_few_statements_however_long(
        self, login: Login, app: Flask, statements: list[str], path: str
    ) -> None:
        browser = login("clerk_north")
        browser.get(f"/{path}/list/")
        statements.clear()
        browser.get(f"/{path}/list/")
        few = len(statements)
        with app.app_context(), scope.system():
            for number in range(20):
                row = new_meeting(
                    unit("N1" if number % 2 else "N2"), OCTOBER, type=MeetingType.THEMATIC
                )
                keys = {"unit_id": row.unit_id, "unit_path": row.unit_path}
                db.session.add(Task(meeting_id=row.id, title="Việc", **keys))
            db.session.commit()
        statements.clear()
        browser.get(f"/{path}/list/")
        assert len(statements) <= few
        assert few <= 12

    def test_a_result_with_many_absent_takes_as_few_statements(
        self, login: Login, made, app: Flask, statements: list[str]
    ) -> None:
        key = made(started_at=datetime.fromisoformat("2026-10-04 14:00"))
        browser = login("clerk_north")
        browser.get(f"/results/show/{key}")
        statements.clear()
        browser.get(f"/results/show/{key}")
        few = len(statements)
        with app.app_context(), scope.system():
            cell = unit("N1")
            for member in ids(app, Member, "N1"):
                db.session.add(
                    Absence(
                        meeting_id=key,
                        member_id=member,
                        unit_id=cell.id,
                        unit_path=cell.path,
                        status=Attendance.UNEXCUSED,
                    )
                )
            db.session.commit()
        statements.clear()
        browser.get(f"/results/show/{key}")
        assert len(statements) <= few
        assert few <= 12


def test_month_chips_filter_the_list(login: Login, made) -> None:
    made("N2")
    browser = login("clerk_north")
    page = browser.get("/schedules/list/").text
    assert "/schedules/list/?quick=this_month" in page
    october = browser.get("/schedules/list/?quick=this_month").text
    assert "Chi bộ Bắc Hai" in october
    assert "09/2026</td>" not in october.replace(" ", "")


def test_bulk_approval_does_what_it_can_and_names_the_rest(login: Login, made, read) -> None:
    good = made("N1", result_state=ResultState.SUBMITTED, state=ScheduleState.HELD)
    draft = made("N2", result_state=ResultState.DRAFT)
    client = login("clerk_north")
    sent: dict[str, Any] = {"action": "approve", "rowid": [str(good), str(draft)]}
    preview = client.post("/results/action_post", data=sent).text
    assert read(good).result_state is ResultState.SUBMITTED
    agreed = re.search(r'name="chosen" value="([^"]+)"', preview)
    assert agreed
    sent = {"action": "approve", "chosen": agreed[1]}
    page = client.post("/results/action_post", data=sent, follow_redirects=True)
    assert read(good).result_state is ResultState.APPROVED
    assert read(draft).result_state is ResultState.DRAFT
    assert "Chi bộ Bắc Hai 10/2026" in page.text


def test_a_meeting_is_looked_up_by_the_name_of_its_unit(login: Login, made) -> None:
    made("N2")
    found = login("clerk_north").get("/lookup/meeting?q=bac hai").json
    assert found is not None
    assert [row["text"] for row in found["results"]] == [
        "Chi bộ Bắc Hai 10/2026",
        "Chi bộ Bắc Hai 09/2026",
    ]


def test_a_long_meeting_is_two_hours(login: Login, made) -> None:
    start = datetime.fromisoformat("2026-10-04 14:00")
    key = made(started_at=start, ended_at=start + timedelta(minutes=120))
    assert "120 phút" in login("clerk_north").get(f"/results/show/{key}").text


def test_a_result_and_its_score_sheet_lead_to_each_other(login: Login, made) -> None:
    key = made(state=ScheduleState.HELD, result_state=ResultState.SUBMITTED)
    browser = login("clerk_north")
    assert f'href="/evaluations/show/{key}"' in browser.get(f"/results/show/{key}").text
    assert "chưa được chấm điểm" in browser.get(f"/evaluations/show/{key}").text
    assert login("secretary_south").get(f"/evaluations/show/{key}").status_code == 404
