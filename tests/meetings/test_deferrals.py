"""Postponed with permission, not held with permission, and merely asked: three different things."""

from datetime import datetime

import pytest
from alembic import command
from sqlalchemy import select, text

from app.core import scope
from app.core.db import db
from app.meetings import commands, deferrals
from app.meetings.deferrals import Deferral, DeferralState
from app.meetings.models import Meeting
from app.meetings.rules import ScheduleState
from tests import rest
from tests.factories import new_meeting, unit
from tests.meetings import NOW, OCTOBER, at_the_desk, refused, who
from tests.periods import open_, states
from tests.test_migrations import owner, settings


@pytest.fixture
def _desk(system, monkeypatch):
    at_the_desk(monkeypatch)


@pytest.fixture
def planned(_desk) -> Meeting:
    return new_meeting(unit("N1"), OCTOBER)


def asked(meeting: Meeting) -> Deferral:
    commands.postpone(meeting, by=who("secretary_north"), reason="Bão số 5")
    return deferrals.waiting([meeting.id])[meeting.id]


def test_what_a_secretary_asks_changes_nothing_until_it_is_agreed(planned):
    request = asked(planned)
    assert planned.state is ScheduleState.REGISTERED
    deferrals.agree(request, by=who("clerk_north"))
    assert (planned.state, planned.state_reason) == (ScheduleState.POSTPONED, "Bão số 5")
    assert (request.state, request.answered_by) == (DeferralState.AGREED, "clerk_north")


def test_asking_is_no_permission_for_an_obligation(planned):
    open_()
    request = asked(planned)
    assert states("N1")["MEETING"] == "OPEN"
    deferrals.agree(request, by=who("chief"))
    assert states("N1")["MEETING"] == "POSTPONED"


def test_refused_the_plan_stands_and_says_why(planned):
    open_()
    request = asked(planned)
    refused(lambda: deferrals.refuse(request, by=who("clerk_north"), reason=" "), "reason")
    deferrals.refuse(request, by=who("clerk_north"), reason="Bão đã tan")
    assert planned.state is ScheduleState.REGISTERED
    assert states("N1")["MEETING"] == "OPEN"
    assert (request.state, request.answer) == (DeferralState.REFUSED, "Bão đã tan")
    refused(lambda: deferrals.agree(request, by=who("clerk_north")))


@pytest.mark.parametrize("username", ["clerk_north"])
def test_a_superiors_own_postponement_is_agreed_at_once(planned, username):
    commands.not_held(planned, by=who(username), reason="Cả chi bộ chống bão")
    assert planned.state is ScheduleState.NOT_HELD
    row = db.session.scalars(select(Deferral)).one()
    assert (row.state, row.wanted) == (DeferralState.AGREED, ScheduleState.NOT_HELD)


@pytest.mark.parametrize("username", ["secretary_north", "supervisor_north", "minutes_north"])
def test_nobody_gives_himself_the_leave(planned, username):
    request = asked(planned)
    refused(lambda: deferrals.agree(request, by=who(username)))
    refused(lambda: deferrals.refuse(request, by=who(username), reason="x"))


def test_one_request_at_a_time(planned):
    asked(planned)
    refused(lambda: commands.not_held(planned, by=who("secretary_north"), reason="x"))


def test_a_new_time_makes_the_request_void(planned):
    request, by = asked(planned), who("secretary_north")
    planned.planned_at = datetime(2026, 10, 20, 19, 30)
    commands.change_schedule(planned, by=by, at=NOW)
    assert request.state is DeferralState.WITHDRAWN
    refused(lambda: deferrals.agree(request, by=who("clerk_north")))


def test_a_superior_who_acts_himself_answers_what_was_asked(planned):
    request = asked(planned)
    commands.not_held(planned, by=who("clerk_north"), reason="Không thể họp")
    assert request.state is DeferralState.WITHDRAWN
    assert planned.state is ScheduleState.NOT_HELD


def test_from_the_button_to_the_answer(app, login):
    with app.app_context(), scope.system():
        key = new_meeting(unit("N1"), OCTOBER).id
        db.session.commit()
    address = f"/schedules/action/postpone/{key}"
    secretary = login("secretary_north")
    told = secretary.post(address, data={"reason": "Bão"}, follow_redirects=True).text
    assert "Đã xin phép cấp trên" in told
    assert "Bão" in secretary.get(f"/schedules/show/{key}").text
    assert "/deferrals/action/agree" not in secretary.get("/deferrals/list/").text
    clerk = login("clerk_north")
    assert "Chi bộ Bắc Một 10/2026" in clerk.get("/deferrals/list/?quick=waiting").text
    with app.app_context(), scope.system():
        request = db.session.scalars(select(Deferral.id)).one()
    assert login("clerk_south").post(f"/deferrals/action/agree/{request}").status_code == 404
    assert clerk.post(f"/deferrals/action/agree/{request}").status_code == 302
    with app.app_context(), scope.system():
        assert db.session.get(Meeting, key).state is ScheduleState.POSTPONED


def test_what_was_put_off_before_was_agreed_to(app):
    with app.app_context():
        with scope.system():
            made = new_meeting(
                unit("N1"), OCTOBER, state=ScheduleState.POSTPONED, state_reason="Bão"
            )
            db.session.commit()
            key = made.id
        db.session.remove()
        db.engine.dispose()
        command.downgrade(settings(), "remark")
        command.upgrade(settings(), "head")
        with owner(app).begin() as connection:
            connection.execute(
                text(
                    "SELECT set_config('nep.scope_from', '/', true),"
                    " set_config('nep.scope_to', '0', true)"
                )
            )
            rows = connection.execute(
                text("SELECT meeting_id, wanted, reason, state FROM deferral")
            ).all()
    assert rows == [(key, "POSTPONED", "Bão", "AGREED")]


def test_over_rest_a_superior_answers_and_a_neighbour_finds_nothing(app, token):
    with app.app_context(), scope.system():
        key = new_meeting(unit("N1"), OCTOBER).id
        db.session.commit()
    client, secretary = app.test_client(), token("secretary_north")
    address = f"/api/v1/schedules/{key}/postpone"
    sent = rest.seen(client, secretary, address) | {"reason": "Bão"}
    answer = client.post(address, headers=secretary, json=sent)
    assert answer.json["result"]["state"] == "REGISTERED"
    with app.app_context(), scope.system():
        request = db.session.scalars(select(Deferral.id)).one()
    step = f"/api/v1/deferrals/{request}"
    assert client.post(f"{step}/agree", headers=secretary).status_code == 403
    assert client.post(f"{step}/agree", headers=token("clerk_south")).status_code == 404
    clerk = token("clerk_north")
    read = rest.seen(client, clerk, step)
    assert client.post(f"{step}/refuse", headers=clerk, json=read).status_code == 422
    sent = {"reason": "Bão đã tan"}
    assert client.post(f"{step}/refuse", headers=clerk, json=sent).status_code == 428
    answer = client.post(f"{step}/refuse", headers=clerk, json=sent | read)
    assert answer.json["result"]["state"] == "REFUSED"
