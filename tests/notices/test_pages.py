"""The page of notices, the bell, what one wants of e-mails, the rules, and the failed jobs."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.core import jobs, scope
from app.core.db import db
from app.deadlines.rules import Stage
from app.meetings import commands as schedules
from app.meetings import results
from app.meetings.deferrals import Deferral
from app.meetings.rules import MeetingType, ResultState, ScheduleState
from app.notices import planning
from app.notices.models import Notice, NoticePreference
from app.periods.models import Obligation
from app.rollup import commands as rollup
from app.security.models import Assignment, AuditEntry
from app.security.rules import RoleName
from tests.factories import FOUNDED, account, new_meeting, unit
from tests.meetings import at_the_desk, who
from tests.notices import MORNING, opened, plan
from tests.periods import OCTOBER, SEPTEMBER

DUE = date(2026, 9, 25)


@pytest.fixture
def world(app, monkeypatch) -> None:
    """North and south were told that the schedule of October is due, and that it is late."""
    at_the_desk(monkeypatch)
    with app.app_context(), scope.system():
        opened()
        plan(DUE)
        plan(DUE + timedelta(days=1))
        db.session.commit()


def notices(app, username: str) -> list[tuple[int, bool]]:
    with app.app_context(), scope.system():
        asked = select(Notice).where(Notice.account_id == account(username).id)
        return [(one.id, one.read_at is not None) for one in db.session.scalars(asked)]


@pytest.mark.usefixtures("world")
def test_my_notices_stand_newest_first_with_their_unit_and_their_way(login):
    page = login("secretary_north").get("/notices/").text
    assert page.index("nay đã quá hạn") < page.index("Hạn cuối là 25/09/2026.")
    assert "Đăng ký lịch, Tháng 10/2026" in page
    assert "Đánh dấu đã đọc tất cả" in page


def test_where_nothing_was_told_the_page_says_what_will_be(login):
    browser = login("secretary_north")
    assert "Chưa có thông báo" in browser.get("/notices/").text
    assert "Không có gì mới" in browser.get("/notices/?new=1").text


@pytest.mark.usefixtures("world")
def test_following_a_notice_reads_it_and_leads_to_the_form(app, login):
    key, read = notices(app, "secretary_north")[0]
    assert not read
    browser = login("secretary_north")
    answer = browser.get(f"/notices/go/{key}")
    with app.app_context(), scope.system():
        expected = f"/schedules/add?unit={unit('N1').id}&month=2026-10-01"
    assert answer.location == expected
    assert browser.get(expected).status_code == 200
    assert notices(app, "secretary_north")[0] == (key, True)


@pytest.mark.usefixtures("world")
def test_a_clerk_is_led_to_the_chase_board(app, login):
    key = notices(app, "clerk_north")[0][0]
    assert login("clerk_north").get(f"/notices/go/{key}").location == "/chase/?month=2026-10"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("other", ["minutes_north", "secretary_south", "admin", "clerk_north"])
def test_the_notices_of_others_are_not_there(app, login, other):
    key = notices(app, "secretary_north")[0][0]
    browser = login(other)
    assert browser.get(f"/notices/go/{key}").status_code == 404
    assert browser.post(f"/notices/read/{key}").status_code == 404
    browser.post("/notices/read-all")
    assert notices(app, "secretary_north")[0] == (key, False)


def told_of_both(app) -> tuple[int, int]:
    """North has submitted September and N1 asks for leave; the unit and the request."""
    with app.app_context(), scope.system():
        clerk = who("clerk_north")
        report = rollup.report_for(unit("NORTH"), SEPTEMBER, by=clerk)
        rollup.submit(report, by=clerk, incomplete=True)
        meeting = new_meeting(unit("N1"), OCTOBER)
        schedules.postpone(meeting, by=who("secretary_north"), reason="Bão số 5")
        db.session.flush()
        planning.tell(list(db.session.scalars(select(AuditEntry.id))), at=MORNING)
        db.session.commit()
        return unit("NORTH").id, db.session.scalars(select(Deferral.id)).one()


def test_a_submitted_report_leads_to_its_page_where_it_is_accepted(app, login, monkeypatch):
    at_the_desk(monkeypatch)
    north, _request = told_of_both(app)
    browser = login("analyst")
    assert "Cấp dưới đã gửi; cần tiếp nhận hoặc trả lại." in browser.get("/notices/").text
    [(key, _read)] = notices(app, "analyst")
    answer = browser.get(f"/notices/go/{key}")
    assert answer.location == f"/monthly-report/?unit={north}&month=2026-09"
    assert "/monthly-reports/action/accept/" in browser.get(answer.location).text
    assert login("clerk_north").get(f"/notices/go/{key}").status_code == 404


def test_a_request_leads_to_where_it_is_answered_and_the_answer_to_the_request(
    app, login, monkeypatch
):
    at_the_desk(monkeypatch)
    _north, request = told_of_both(app)
    [(key, _read)] = notices(app, "clerk_north")
    browser = login("clerk_north")
    assert "Bão số 5" in browser.get("/notices/").text
    answer = browser.get(f"/notices/go/{key}")
    assert answer.location == f"/deferrals/show/{request}"
    assert f"/deferrals/action/agree/{request}" in browser.get(answer.location).text
    for other in ("clerk_south", "secretary_north", "chief", "admin"):
        assert login(other).get(f"/notices/go/{key}").status_code == 404
    browser.post(f"/deferrals/action/refuse/{request}", data={"reason": "Bão đã tan"})
    with app.app_context(), scope.system():
        last = select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)
        planning.tell(list(db.session.scalars(last)), at=MORNING)
        db.session.commit()
    assert "Đã xong</span>" in browser.get("/notices/").text
    [(key, _read)] = notices(app, "secretary_north")
    secretary = login("secretary_north")
    assert "Bão đã tan" in secretary.get("/notices/").text
    answer = secretary.get(f"/notices/go/{key}")
    assert answer.location == f"/deferrals/show/{request}"
    assert secretary.get(answer.location).status_code == 200


@pytest.mark.usefixtures("world")
def test_the_bell_counts_what_is_new_and_forgets_what_is_done(app, login):
    browser = login("secretary_north")
    assert browser.get("/notices/unread").json == {"count": 2, "words": "2 thông báo mới"}
    key = notices(app, "secretary_north")[0][0]
    browser.post(f"/notices/read/{key}")
    assert browser.get("/notices/unread").json["count"] == 1
    with app.app_context(), scope.system():
        new_meeting(unit("N1"), OCTOBER)
        db.session.commit()
    assert browser.get("/notices/unread").json == {"count": 0, "words": "Thông báo"}
    assert browser.get("/notices/").text.count("Đã xong</span>") == 2


@pytest.mark.usefixtures("world")
def test_all_are_read_at_once(app, login):
    browser = login("secretary_north")
    page = browser.post("/notices/read-all", follow_redirects=True).text
    assert "Đã đánh dấu 2 thông báo là đã đọc" in page
    assert all(read for _key, read in notices(app, "secretary_north"))
    assert "Không có thông báo mới" in browser.post("/notices/read-all", follow_redirects=True).text


@pytest.mark.usefixtures("world")
def test_a_page_of_notices_asks_as_much_whatever_it_holds(app, login, statements):
    browser = login("clerk_north")
    browser.get("/notices/")
    statements.clear()
    browser.get("/notices/")
    few = len(statements)
    with app.app_context(), scope.system():
        for number in range(40):
            one = db.session.scalars(select(Notice).order_by(Notice.id)).first()
            db.session.execute(
                text(
                    "INSERT INTO notice (account_id, kind, month, stage, event, told, by_mail,"
                    " created_at, unit_id, unit_path) VALUES (:who, 'RETURNED', :month, 'RESULT',"
                    " :event, 'DOER', false, now(), :unit, :path)"
                ),
                {
                    "who": account("clerk_north").id,
                    "month": one.month,
                    "event": f"audit:{number}",
                    "unit": unit("N1").id,
                    "path": unit("N1").path,
                },
            )
        db.session.commit()
    statements.clear()
    page = browser.get("/notices/").text
    assert len(statements) == few
    assert 'rel="next"' in page
    assert browser.get("/notices/?page=1").text.count('rel="prev"') == 1


def test_what_one_wants_of_emails_is_kept_and_told_back(app, login):
    browser = login("secretary_north")
    page = browser.get("/notices/preferences").text
    assert 'value="21:00"' in page
    assert "chưa đặt máy chủ thư" in page
    sent = {"quiet_from": "12:00", "quiet_to": "13:30"}
    assert browser.post("/notices/preferences", data=sent).status_code == 302
    with app.app_context(), scope.system():
        kept = db.session.scalars(select(NoticePreference)).one()
        assert (kept.account_id, kept.by_mail) == (account("secretary_north").id, False)
    assert 'value="13:30"' in browser.get("/notices/preferences").text
    assert 'value="21:00"' in login("secretary_south").get("/notices/preferences").text


def test_a_time_that_is_none_is_told_beside_the_field(login):
    page = login("clerk_north").post("/notices/preferences", data={"quiet_from": "25:99"})
    assert page.status_code == 200
    assert "field-error" in page.text


def test_an_administrator_sets_a_rule_and_a_secretary_only_reads_it(app, login):
    with app.app_context(), scope.system():
        north = unit("NORTH").id
    sent = {
        "unit": north,
        "stage": "SCHEDULE",
        "offset_days": "-5",
        "told": "DOER",
        "by_mail": "y",
        "active": "y",
        "valid_from": "2026-10-01",
    }
    browser = login("admin_north")
    assert browser.post("/notice-rules/add", data=sent).status_code == 302
    assert "Đăng ký lịch" in browser.get("/notice-rules/list/").text
    assert login("secretary_north").get("/notice-rules/list/").status_code == 200
    assert login("secretary_north").get("/notice-rules/add").status_code in {302, 403}


def test_failed_jobs_are_told_to_administrators_of_the_root_and_tried_again(app, login):
    with app.app_context(), scope.system():
        db.session.execute(
            text(
                "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args, status)"
                " VALUES ('default', 'notices.digest', '{\"account_id\": 1}', 'failed')"
            )
        )
        db.session.commit()
        (job,) = jobs.failed(5)
    browser = login("admin")
    assert "Gửi thư điện tử" in browser.get("/jobs/").text
    assert login("admin_north").get("/jobs/").status_code == 403
    assert login("admin_north").post(f"/jobs/retry/{job.id}").status_code == 403
    assert browser.post(f"/jobs/retry/{job.id}").status_code == 302
    assert browser.post(f"/jobs/retry/{job.id}").status_code == 404
    assert "Không có việc nào hỏng" in browser.get("/jobs/").text


def test_who_is_to_roll_up_is_led_to_the_report_of_that_month(app, login, monkeypatch):
    at_the_desk(monkeypatch)
    with app.app_context(), scope.system():
        opened()
        north = unit("NORTH")
        asked = select(Obligation.due_on).where(
            Obligation.unit_id == north.id, Obligation.stage == Stage.ROLL_UP
        )
        plan(db.session.scalars(asked).one() - timedelta(days=2))
        asked = select(Notice.id).where(Notice.unit_id == north.id)
        key, where = db.session.scalars(asked).one(), north.id
        db.session.commit()
    led = login("clerk_north").get(f"/notices/go/{key}").location
    assert led == f"/monthly-report/?unit={where}&month=2026-10"


def test_a_returned_thematic_result_leads_to_itself_not_to_the_regular_one(app, login, monkeypatch):
    at_the_desk(monkeypatch)
    with app.app_context(), scope.system():
        new_meeting(unit("N1"), OCTOBER)
        thematic = new_meeting(
            unit("N1"),
            OCTOBER,
            type=MeetingType.THEMATIC,
            state=ScheduleState.HELD,
            result_state=ResultState.SUBMITTED,
        )
        results.return_result(thematic, by=who("clerk_north"), reason="Thiếu nghị quyết")
        db.session.flush()
        planning.tell(list(db.session.scalars(select(AuditEntry.id))), at=MORNING)
        db.session.commit()
        key_of_meeting = thematic.id
    [(key, _read)] = notices(app, "secretary_north")
    answer = login("secretary_north").get(f"/notices/go/{key}")
    assert answer.location == f"/filing/{key_of_meeting}/"


def test_a_link_in_an_email_about_another_assignment_says_which(app, login, monkeypatch):
    at_the_desk(monkeypatch)
    with app.app_context(), scope.system():
        cell = unit("S2")
        db.session.add(
            Assignment(
                account_id=account("clerk_north").id,
                role=RoleName.Secretary,
                unit_id=cell.id,
                unit_path=cell.path,
                valid_from=FOUNDED,
            )
        )
        meeting = new_meeting(cell, OCTOBER)
        schedules.postpone(meeting, by=who("clerk_south"), reason="Bão số 5")
        db.session.flush()
        planning.tell(list(db.session.scalars(select(AuditEntry.id))), at=MORNING)
        db.session.commit()
    [(key, read)] = notices(app, "clerk_north")
    answer = login("clerk_north").get(f"/notices/go/{key}", follow_redirects=True)
    assert answer.status_code == 200
    assert "nhiệm vụ khác của đồng chí: Bí thư chi bộ, Chi bộ Nam Hai" in answer.text
    assert notices(app, "clerk_north") == [(key, read)]
    assert login("secretary_north").get(f"/notices/go/{key}").status_code == 404


def test_a_bell_whose_session_has_ended_begins_none(app):
    """Another session would come between a form and the login that it is kept through."""
    answer = app.test_client().get("/notices/unread")
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
