"""JSON nested without end is refused wherever it can come in, as anything else that is no JSON."""

import base64
from datetime import date

import pytest

from app.core import scope
from app.core.db import db
from app.meetings.rules import ScheduleState
from tests import factories

ENDLESS = "[" * 5000 + "]" * 5000


@pytest.fixture
def meeting(app):
    with app.app_context(), scope.system():
        made = factories.new_meeting(
            factories.unit("N1"), date(2026, 10, 1), state=ScheduleState.CONFIRMED
        )
        db.session.commit()
        return made.id


def test_in_a_body(app, token):
    client = app.test_client()
    answer = client.post(
        "/api/v1/members/", data=ENDLESS, content_type="application/json", headers=token("admin")
    )
    assert answer.status_code == 400


def test_in_a_saved_filing(login, meeting):
    client = login("secretary_north")
    address = f"/filing/{meeting}/"
    assert client.get(address).status_code == 200
    sent = client.post(f"{address}draft", data=ENDLESS, content_type="application/json")
    assert sent.status_code == 400
    assert client.post(address, data={"was": ENDLESS}).status_code == 400


def test_in_a_mark_of_a_list(login):
    mark = base64.urlsafe_b64encode(ENDLESS[:8000].encode()).decode()
    assert login("admin").get(f"/members/list/?after_MemberView={mark}").status_code == 400


def test_in_what_a_form_held(login, app):
    with app.app_context(), scope.system():
        key = factories.unit("N1").id
    answer = login("admin").post(f"/units/edit/{key}", data={"was": ENDLESS, "name": ""})
    assert answer.status_code in (200, 422)


def test_in_what_the_door_keeps(app):
    client = app.test_client()
    kept = {"username": "nobody", "password": "no", "kept": ENDLESS}
    assert client.post("/login/", data=kept).status_code == 200
