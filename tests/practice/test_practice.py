"""A practice cell: the whole month works there, for its account alone and for thirty days."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from app.core import clock, months, scope
from app.core.db import db
from app.evaluations.models import Evaluation
from app.evaluations.rules import EvaluationState
from app.meetings.models import Meeting
from app.meetings.rules import ResultState, ScheduleState
from app.people.models import Member
from app.practice.models import Practice
from app.security.models import AuditEntry
from app.units.models import Unit
from tests import factories
from tests.practice import play


@pytest.fixture
def practising(login):
    """A browser in which the secretary of the north has begun to practise."""
    client = login("secretary_north")
    assert client.post("/practice/begin").location == "/"
    return client


def rows(app, model, *where):
    with app.app_context(), scope.system():
        return db.session.scalars(select(model).where(*where).order_by(model.id)).all()


def practice_cell(app) -> Unit:
    return rows(app, Unit, Unit.is_practice, Unit.is_cell)[-1]


def test_a_practice_tree_hangs_on_nothing_real(app, practising):
    root, cell = rows(app, Unit, Unit.is_practice)
    assert root.parent_id is None
    assert root.path == f"/{root.id}/"
    assert cell.path == f"/{root.id}/{cell.id}/"
    assert len(rows(app, Member, Member.unit_id == cell.id)) == 12


def test_the_banner_stands_on_every_page_with_the_way_out(practising):
    for address in ("/desk/", "/schedules/list/", "/members/list/", "/profile/", "/guides/"):
        page = practising.get(address).text
        assert 'class="practice"' in page
        assert "/practice/leave" in page
    assert practising.post("/practice/leave").location == "/"
    assert 'class="practice"' not in practising.get("/desk/").text


def test_the_desk_has_a_result_to_file_and_a_meeting_to_register(app, practising):
    meeting = rows(app, Meeting, Meeting.unit_id == practice_cell(app).id)[0]
    page = practising.get("/desk/").text
    assert f"/{meeting.id}" in page
    assert "/schedules/add" in page


def test_the_secretary_sees_the_invented_people_and_no_real_one(practising):
    page = practising.get("/members/list/").text
    assert "Nguyễn Văn Mẫu" in page
    assert "Nguyễn Văn An" not in page


def test_the_whole_month_works_in_both_roles(app, practising):
    meeting = play.the_whole_month(app, practising)
    with app.app_context(), scope.system():
        found = db.session.get(Meeting, meeting)
        assert found.state is ScheduleState.HELD
        assert found.result_state is ResultState.APPROVED
        assert (found.attended, found.due) == (9, 10)
        scored = db.session.get(Evaluation, meeting)
        assert scored.state is EvaluationState.OFFICIAL
        assert scored.official_total == 100


def test_the_superior_played_sees_the_practice_cell_on_his_board(practising):
    practising.post("/practice/play", data={"role": "DutyClerk"})
    page = practising.get("/chase/").text
    assert "Chi bộ tập làm" in page
    assert "Bắc Một" not in page


@pytest.mark.parametrize("role", ["Administrator", "Analyst", "nothing", ""])
def test_no_other_role_can_be_played(practising, role):
    assert practising.post("/practice/play", data={"role": role}).status_code == 400


def test_a_role_is_played_only_while_practising(login):
    client = login("secretary_north")
    assert client.post("/practice/play", data={"role": "DutyClerk"}).status_code == 400
    assert client.get("/chase/").status_code in {302, 403}


def test_whoever_practises_reaches_no_real_row(app, practising):
    with app.app_context(), scope.system():
        real = factories.unit("N1")
        meeting = db.session.query(Meeting.id).filter_by(unit_id=real.id).scalar()
    assert practising.get(f"/units/show/{real.id}").status_code == 404
    assert practising.get(f"/results/show/{meeting}").status_code == 404
    practising.post("/practice/play", data={"role": "DutyClerk"})
    assert practising.get(f"/results/show/{meeting}").status_code == 404


def test_nobody_else_reaches_the_practice_cell(app, practising, login):
    cell = practice_cell(app)
    meeting = rows(app, Meeting, Meeting.unit_id == cell.id)[0].id
    for username in ("admin", "chief", "inspector", "clerk_north", "secretary_south"):
        client = login(username)
        assert client.get(f"/units/show/{cell.id}").status_code == 404
        assert client.get(f"/results/show/{meeting}").status_code == 404
        # Not even by a session that says it practises: there is no cell of his to enter.
        with client.session_transaction() as session:
            session["practice"] = "Secretary"
        assert client.get(f"/results/show/{meeting}").status_code == 404


def test_practising_gives_no_assignment_and_marks_no_account(app, practising, login, token):
    assert "Đơn vị" not in login("secretary_north").get("/desk/").text
    listed = login("admin").get("/assignments/list/?q=secretary_north").text
    assert "tập làm" not in listed
    # A token never practises.
    answer = app.test_client().get("/api/v1/units/", headers=token("secretary_north"))
    assert "tập làm" not in answer.text
    # Nor does it keep the branch's administrator from looking after the account.
    with app.app_context(), scope.system():
        key = factories.account("secretary_north").id
    page = login("admin_north").post(f"/accounts/action/reset_password/{key}")
    assert page.status_code == 302


def test_everything_done_lies_in_the_practice_tree_of_the_audit_log(app, practising, login):
    play.the_whole_month(app, practising)
    root = rows(app, Unit, Unit.is_practice)[0]
    inside = rows(app, AuditEntry, AuditEntry.unit_path.startswith(root.path))
    assert {"open", "register", "submit", "approve"} <= {entry.action for entry in inside}
    assert "tập làm" not in login("inspector").get("/audit/list/").text


def test_coming_back_finds_what_was_left(app, practising):
    cell = practice_cell(app).id
    practising.post("/practice/leave")
    practising.post("/practice/begin")
    assert practice_cell(app).id == cell


def test_starting_over_makes_a_new_cell_and_closes_the_old_one(app, practising):
    old = practice_cell(app)
    practising.post("/practice/again")
    new = practice_cell(app)
    assert new.id != old.id
    assert [row.ended_at is None for row in rows(app, Practice)] == [False, True]
    assert rows(app, Unit, Unit.id == old.id)[0].valid_to is not None
    assert practising.get(f"/units/show/{old.id}").status_code == 404
    assert practising.get(f"/units/show/{new.id}").status_code == 200


def test_starting_over_is_offered_on_the_page_of_practising_too(practising):
    # On a telephone the banner has room for the two other buttons only.
    assert 'action="/practice/again"' in practising.get("/practice/").text.partition("<main")[2]


def test_nobody_starts_over_without_end(app, practising):
    for _number in range(25):
        practising.post("/practice/again")
    assert len(rows(app, Practice)) == 20


def test_a_practice_cell_closes_after_thirty_days(app, practising, monkeypatch):
    later = clock.today() + timedelta(days=29)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert 'class="practice"' in practising.get("/desk/").text
    monkeypatch.setattr(clock, "today", lambda: later + timedelta(days=1))
    assert 'class="practice"' not in practising.get("/desk/").text


def test_it_goes_by_the_rules_of_ones_own_unit(app, practising):
    from app.evaluations.models import CriteriaSet, Criterion

    root = rows(app, Unit, Unit.is_practice)[0]
    made = rows(app, CriteriaSet, CriteriaSet.unit_id == root.id)
    assert [one.code for one in made] == ["TEST"]
    copied = rows(app, Criterion, Criterion.criteria_set_id == made[0].id)
    assert [int(one.max_points) for one in copied] == [60, 40]


def test_no_session_can_open_a_practice_right_to_itself(app, login):
    """The table's policy: only the system's scope reaches a tree of its own."""
    with app.app_context(), scope.system():
        unit, who = factories.unit("S1"), factories.account("secretary_north")
        values = {"unit_id": unit.id, "unit_path": unit.path, "account_id": who.id}
        own = scope.branch(factories.unit("N1").path, account=who.id)
    row = Practice(**values, started_at=clock.now(), valid_to=clock.today() + timedelta(days=9))
    with app.app_context(), scope.entered(own):
        db.session.add(row)
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()


def test_a_practice_row_at_a_real_unit_opens_nothing(app, login):
    """Even written by the system's hand: the function answers practice trees only."""
    with app.app_context(), scope.system():
        unit, who = factories.unit("S1"), factories.account("secretary_north")
        values = {"unit_id": unit.id, "unit_path": unit.path, "account_id": who.id}
        until = clock.today() + timedelta(days=9)
        db.session.add(Practice(**values, started_at=clock.now(), valid_to=until))
        db.session.commit()
    client = login("secretary_north")
    with client.session_transaction() as session:
        session["practice"] = "Secretary"
    assert "Nam Một" not in client.get("/desk/").text


def test_whoever_holds_no_role_cannot_practise(login):
    client = login("nobody")
    assert client.get("/practice/").status_code in {302, 403}
    assert client.post("/practice/begin").status_code in {302, 403}


def test_every_role_may_practise(login):
    for username in ("admin", "analyst", "chief", "inspector", "clerk_north", "supervisor_north"):
        client = login(username)
        client.post("/practice/begin")
        page = client.get("/desk/")
        assert page.status_code == 200
        assert 'class="practice"' in page.text


def test_a_committee_without_criteria_practises_without_scores(app, login):
    with app.app_context(), scope.system():
        for one in db.session.scalars(select(factories.CriteriaSet)):
            one.valid_to = months.add(months.first_of(clock.today()), -2)
        db.session.commit()
    client = login("secretary_north")
    client.post("/practice/begin")
    assert 'class="practice"' in client.get("/desk/").text
